"""Why a record is no fact: a closed list of codes, with the field path and never the value."""

from dataclasses import dataclass
from typing import Literal

RejectionCode = Literal[
    "undecodable",
    "unknown_type",
    "missing_field",
    "wrong_type",
    "invalid_time",
    "naive_time",
    "too_far_ahead",
    "before_1990",
    "amount_out_of_range",
    "negative_amount",
    "unknown_currency",
    "invalid_id",
    "key_mismatch",
    "wrong_partition",
    "too_large",
]


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record that goes to the dead letters; `path` names the field (`$.total.currency`), `message` holds no value."""

    code: RejectionCode
    path: str
    message: str
