"""What a dashboard shows, as facts: panels of queries, each with the question that it answers."""

from dataclasses import dataclass
from typing import Final, Literal

JOB: Final = '{job="$job"}'
"""Every query looks at one deployment, the one chosen at the top of the page."""

Kind = Literal["lines", "number", "bars"]


@dataclass(frozen=True, slots=True)
class Query:
    """A PromQL expression and what its series are called."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    """One picture; `says` is the question it answers, `unit` one of Grafana's, `width` of 24."""

    title: str
    says: str
    queries: tuple[Query, ...]
    unit: str = "short"
    kind: Kind = "lines"
    width: int = 12


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One page."""

    uid: str
    title: str
    says: str
    panels: tuple[Panel, ...]


def per_second(metric: str, *by: str, legend: str = "") -> Query:
    """Ask how often a second something was counted, by labels; the labels are the legend unless one is given."""
    return Query(f"sum by ({', '.join(by)}) (rate({metric}{JOB}[$__rate_interval]))", legend or _named(by))


def in_range(metric: str, *by: str) -> Query:
    """Ask how often something was counted in the time that the page shows."""
    return Query(f"sum by ({', '.join(by)}) (increase({metric}{JOB}[$__range]))", _named(by))


def quantiles(metric: str) -> tuple[Query, ...]:
    """Ask for the median and the 99th percentile of a histogram."""
    buckets = f"sum by (le) (rate({metric}_bucket{JOB}[$__rate_interval]))"
    return tuple(Query(f"histogram_quantile({q}, {buckets})", name) for q, name in ((0.5, "p50"), (0.99, "p99")))


def mean(metric: str, *by: str, legend: str = "mean") -> Query:
    """Ask for the mean of a histogram, by labels."""
    total, count = (
        f"sum by ({', '.join(by)}) (rate({metric}_{end}{JOB}[$__rate_interval]))" for end in ("sum", "count")
    )
    return Query(f"{total} / {count}", _named(by) or legend)


def highest(metric: str, *by: str) -> Query:
    """Ask for the highest value of a gauge, by labels."""
    return Query(f"max by ({', '.join(by)}) ({metric}{JOB})", _named(by))


def total(metric: str, *by: str, legend: str = "") -> Query:
    """Ask for the sum of a gauge, by labels."""
    return Query(f"sum by ({', '.join(by)}) ({metric}{JOB})", legend or _named(by))


def _named(by: tuple[str, ...]) -> str:
    return " ".join(f"{{{{{label}}}}}" for label in by)
