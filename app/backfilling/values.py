"""A fact of a table in, the value of its record out: bare JSON as the contract has it."""

from typing import Any, Final

import msgspec
from msgspec import UNSET

from schemas.facts import FACT_TYPES, Fact, OrderPlaced
from schemas.instants import rfc3339

_encode: Final = msgspec.json.Encoder().encode


def value_of(fact: Fact) -> bytes:
    """Write what the row tells; what it leaves open is left out."""
    value: dict[str, Any] = {"type": FACT_TYPES[type(fact)]}
    for name in fact.__struct_fields__:
        told = getattr(fact, name)
        if told is not None and told is not UNSET and name != "products":
            value[name] = told
    if isinstance(fact, OrderPlaced) and fact.products:
        value["lines"] = [{"sku": sku} for sku in fact.products]
    value["occurred_at"] = rfc3339(fact.occurred_at)
    return _encode(value)
