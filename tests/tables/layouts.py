"""The rows of this program in, the fields of all that they are made of out: what a layout number stands for.

`python -m tests.tables.layouts` writes down those of the newest: for a layout that no release has had yet.
"""

from pathlib import Path
from typing import Any, Final, get_args, get_type_hints

from msgspec import Struct

from schemas.facts import Fact
from schemas.rows import LAYOUT, AheadRow, BrinkRow
from schemas.transitions import Cause
from tables import customer_codec
from tests.tables.test_codec import DECODERS

GOLDEN: Final = Path(__file__).parent / "golden" / "layouts"


def layout() -> list[str]:
    """Tell every struct that stands in rows with its fields, a line each, by their names."""
    found: dict[str, str] = {}
    for part in (*DECODERS, AheadRow, BrinkRow, Cause, Fact):
        _tell(part, found)
    tail = f"customer: version {customer_codec.VERSION}, {customer_codec.FIELDS} fields in its tail"
    return [tail, *(found[name] for name in sorted(found))]


def _tell(part: Any, found: dict[str, str]) -> None:
    """Tell of a struct, and of all that its fields are made of."""
    for inner in get_args(part):
        _tell(inner, found)
    if not isinstance(part, type) or not issubclass(part, Struct) or part.__name__ in found:
        return
    hints = get_type_hints(part)
    fields = [f"{name} {_kind(hints[name])}" for name in part.__struct_fields__]
    found[part.__name__] = f"{part.__name__}: {', '.join(fields)}"
    for hint in hints.values():
        _tell(hint, found)


def _kind(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)


if __name__ == "__main__":
    (GOLDEN / f"{LAYOUT}.txt").write_text("\n".join(layout()) + "\n", "utf-8")
