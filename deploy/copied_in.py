"""What is copied into the wheel in; its rows for the bill of materials and for the list of licences out."""

import sys
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson


class Copied(NamedTuple):
    """A work of others that ships inside Segue; no package manager knows of it."""

    name: str
    version: str
    licence: str
    url: str
    kind: str = "library"

    @property
    def reference(self) -> str:
        """Its package URL; a data set has none and goes by its name."""
        return f"pkg:npm/{self.name}@{self.version}" if self.kind == "library" else f"{self.name} {self.version}"


COPIED: Final = (
    Copied("d3-array", "2.12.1", "BSD-3-Clause", "https://github.com/d3/d3-array"),
    Copied("d3-path", "1.0.9", "BSD-3-Clause", "https://github.com/d3/d3-path"),
    Copied("d3-sankey", "0.12.3", "BSD-3-Clause", "https://github.com/d3/d3-sankey"),
    Copied("d3-shape", "1.3.7", "BSD-3-Clause", "https://github.com/d3/d3-shape"),
    Copied("uplot", "1.6.32", "MIT", "https://github.com/leeoniya/uPlot"),
    Copied("online-retail", "2015", "CC-BY-4.0", "https://doi.org/10.24432/C5BW33", "data"),
)


def component(work: Copied) -> dict[str, Any]:
    """Give a work as CycloneDX 1.6 has it."""
    told = {
        "type": work.kind,
        "bom-ref": work.reference,
        "name": work.name,
        "version": work.version,
        "licenses": [{"license": {"id": work.licence, "acknowledgement": "declared"}}],
        "externalReferences": [{"type": "website", "url": work.url}],
    }
    return told | ({"purl": work.reference} if work.kind == "library" else {})


def with_copied(bill: dict[str, Any]) -> dict[str, Any]:
    """Add what is copied in to a bill of materials, as parts of the project itself."""
    references = [work.reference for work in COPIED]
    root = bill["metadata"]["component"]["bom-ref"]
    needs = [
        needed | {"dependsOn": sorted([*needed.get("dependsOn", ()), *references])} if needed["ref"] == root else needed
        for needed in bill["dependencies"]
    ]
    return bill | {
        "components": [*bill["components"], *(component(work) for work in COPIED)],
        "dependencies": [*needs, *({"ref": reference} for reference in references)],
    }


def rows() -> str:
    """Give what is copied in as rows of a table of licences."""
    return "".join(f"| {work.name} | {work.version} | {work.licence} | {work.url} |\n" for work in COPIED)


def main(file: Path) -> None:
    """Add them to a file: a bill of materials (.json), or a table of licences (.md)."""
    if file.suffix == ".json":
        told = with_copied(orjson.loads(file.read_bytes()))
        file.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    else:
        file.write_text(file.read_text("utf-8").rstrip("\n") + "\n" + rows(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
