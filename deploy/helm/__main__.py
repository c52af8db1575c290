"""Write the rights of each process for the chart: `python -m deploy.helm`, after changing app/rights.py."""

from pathlib import Path
from typing import Final

import orjson

from app.rights import PROCESSES, rights_of
from schemas.topics import Topics

FILE: Final = Path(__file__).parent / "segue" / "files" / "rights.json"
KINDS: Final = {"topic": "topic", "group": "group", "transactional-id": "transactionalId"}
NAMES: Final = Topics("PREFIX", "APPLICATION")
"""What the chart puts its values for."""


def rights() -> bytes:
    """Give the table as the resources of Strimzi have it."""
    table = {
        process: [
            {
                "resource": {
                    "type": KINDS[right.kind],
                    "name": right.name,
                    "patternType": "prefix" if right.prefixed else "literal",
                },
                "operations": list(right.operations),
            }
            for right in rights_of(process, NAMES)
        ]
        for process in PROCESSES
        if process != "doctor"  # which has no user of its own
    }
    return orjson.dumps(table, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def main() -> None:
    """Write it."""
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(rights())


if __name__ == "__main__":
    main()
