"""What a worker wrote on its /metrics in, the few figures of it that tell how the processor does out."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

CLOCK: Final = "segue_partition_clock_seconds"
LAG: Final = "segue_lag_records"
OVERDUE: Final = "segue_due_overdue"
RECOVERING: Final = "segue_recovery_remaining_records"
WANTED: Final = (CLOCK, LAG, OVERDUE, RECOVERING)


class WorkerTold(Struct, frozen=True):
    """Figures of one worker over all its partitions; `clock_at`: the earliest of their clocks (epoch ms)."""

    partitions: int
    lag_records: int
    restoring_records: int
    overdue_partitions: int
    clock_at: int | None


def read_told(text: str) -> WorkerTold:
    """Read the text format of Prometheus; ValueError for what is none, or is of something else than a worker."""
    samples = list(_samples(text))
    if "segue_build_info" not in text:
        raise ValueError("these are no metrics of a worker")
    clocks = [value for name, value in samples if name == CLOCK and value > 0]
    return WorkerTold(
        sum(name == CLOCK for name, _ in samples),
        _sum(samples, LAG),
        _sum(samples, RECOVERING),
        _sum(samples, OVERDUE),
        int(1000 * min(clocks)) if clocks else None,
    )


def _samples(text: str) -> Iterator[tuple[str, float]]:
    """Give names and values of what is wanted; the rest of some hundred lines is passed over."""
    for line in text.splitlines():
        if line.startswith(WANTED):
            name, _, _ = line.partition("{")
            _, _, value = line.rpartition(" ")
            yield name, float(value)


def _sum(samples: list[tuple[str, float]], wanted: str) -> int:
    return int(sum(value for name, value in samples if name == wanted))
