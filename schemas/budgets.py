"""Budgets: what a policy has to spend on rewards, and what a partition tells of its part, on the way to the granter."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal

import msgspec
from msgspec import Struct

Unit = Literal["minor", "grants"]
"""What a budget counts: minor units of the policy's currency, or grants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What the rewards that draw on it may cost together."""

    id: str
    limit: int
    unit: Unit
    until: int | None
    """The last instant (epoch ms) whose occasions it pays for; None = it has no end."""
    costs: tuple[int, ...]
    """What single grants cost, ascending, each amount once; empty = no rule draws on it."""
    alert_at: tuple[Fraction, ...] = ()
    """Ascending shares of the limit: an alert goes out when one is spent."""


class BudgetReport(Struct, frozen=True, array_like=True, tag=1, gc=False):
    """How a partition stands with a budget; the newest of its key is all of it. New fields come last."""

    app: str
    budget: str
    partition: int
    """Of the inputs."""
    at: int
    """The clock of the partition, epoch ms."""
    number: int
    """Rises with every report of the partition on this budget."""
    spent: int
    returned: int
    recalled: int
    needed: int
    open: int


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(BudgetReport)


def report_key(report: BudgetReport) -> bytes:
    """Name whose report it is."""
    return f"{report.app}/{report.budget}/{report.partition}".encode()


def encode_report(report: BudgetReport) -> bytes:
    """Write a report as the value of its record."""
    return _encoder.encode(report)


def decode_report(value: bytes) -> BudgetReport:
    """Read a report; msgspec.DecodeError when it is none."""
    return _decoder.decode(value)
