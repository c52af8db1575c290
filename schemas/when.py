"""Conditions on the measures and scores of a customer, as the decisions read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Measure = Literal["recency", "frequency", "monetary", "average_order_value", "tenure", "engaged", "r", "f", "m"]
"""What a segment rule may ask for; ages in ms, money in minor units."""


@dataclass(frozen=True, slots=True)
class Range:
    """Inclusive bounds; None = open."""

    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class When:
    """All conditions of a rule by measures; `never_engaged` matches who never was."""

    ranges: Mapping[Measure, Range]
    never_engaged: bool = False
