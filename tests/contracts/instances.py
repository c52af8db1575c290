"""The type of a struct in, any instance of it out: what the code could put on the wire."""

from typing import Any, Final

import msgspec.inspect as shape
from hypothesis import strategies as st
from msgspec import Struct

from schemas.facts import LARGEST_AMOUNT

SCORES: Final = dict.fromkeys("rfm", (1, 9))


def instances(struct: type[Struct]) -> st.SearchStrategy[Any]:
    """Draw instances of a struct, from all that its annotations allow; numbers are counts from 1 on."""
    return _of(shape.type_info(struct), "")


def _of(kind: shape.Type, name: str) -> st.SearchStrategy[Any]:
    match kind:
        case shape.StructType():
            fields = {field.name: _of(field.type, field.encode_name) for field in kind.fields}
            return st.builds(kind.cls, **fields)
        case shape.UnionType():
            return st.one_of(*(_of(choice, name) for choice in kind.types))
        case shape.LiteralType():
            return st.sampled_from(kind.values)
        case shape.IntType():
            return st.integers(*SCORES.get(name, (1, LARGEST_AMOUNT)))
        case shape.DictType():
            return st.dictionaries(_of(kind.key_type, ""), _of(kind.value_type, ""), max_size=3)
        case shape.ListType():
            return st.lists(_of(kind.item_type, ""), max_size=3)
        case shape.StrType():
            return st.text(max_size=20)
        case shape.BoolType():
            return st.booleans()
        case shape.NoneType():
            return st.none()
        case _:
            raise TypeError(f"{name} is of a type that no contract has had yet: {kind}")
