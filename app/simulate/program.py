"""A simulation asked for in, its directory of results out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson

from app.runtime.errors import SegueError
from app.simulate import fact_log, sorting
from app.simulate.collecting import seldom_collecting
from app.simulate.comparing import Comparison
from app.simulate.counts import Counts
from app.simulate.cut_point_file import read_history, write_history
from app.simulate.cut_point_history import history
from app.simulate.fact_log import FactLog
from app.simulate.intake import read_files
from app.simulate.progress import Progress
from app.simulate.rejection_lines import write_rejection
from app.simulate.report_page import report_page
from app.simulate.side import Side
from app.simulate.spool import Spool
from app.simulate.summary import summary
from app.simulate.target import COMPARE, CUT_POINTS, REJECTED, REPORT, SUMMARY, Workplace, made_aside
from app.simulate.written import Outputs
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.policy import Policy

TOLD_EVERY: Final = 500  # customers


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is asked for."""

    policy: Policy
    files: tuple[Path, ...]
    as_of: int
    out: Path
    other: Policy | None = None
    """Compare with this one."""
    cut_points: Path | None = None
    """A published history, for `policy`; the other policy's are frozen."""
    refreeze: bool = False
    html: bool = False
    facts_held: int = fact_log.LIMIT
    lines_held: int = sorting.LIMIT


class Result(NamedTuple):
    """What there is to tell when all is written."""

    summary: dict[str, Any]
    side: Side
    comparison: Comparison | None
    counts: Counts


def run_simulation(job: Job, progress: Progress) -> Result:
    """Do it; SegueError if it cannot be done, and then nothing is written."""
    policies = [policy for policy in (job.policy, job.other) if policy is not None]
    if job.refreeze and not any(policy.has_quantiles for policy in policies):
        raise SegueError("--refreeze: no policy here has quantiles")
    published = read_history(job.cut_points, job.policy) if job.cut_points else None
    with seldom_collecting(), made_aside(job.out) as place:
        run = _Run(job, progress, place)
        with (place.result / REJECTED).open("wb") as file:
            counts = Counts(lambda where, wrong: write_rejection(file, where, wrong))
            read_files(job.files, job.policy.currency, run.log, progress, counts)
        sides = [run.side(policy, published if policy is job.policy else None) for policy in policies]
        comparison = Comparison(*sides) if len(sides) > 1 else None
        run.live(sides, comparison)
        told = summary(sides[0], counts, job.as_of)
        _write(place.result / SUMMARY, told)
        (place.result / CUT_POINTS).write_bytes(write_history(sides[0].versions))
        if comparison is not None:
            _write(place.result / COMPARE, comparison.told())
        if job.html:
            (place.result / REPORT).write_text(report_page(sides[0], comparison, told), "utf-8")
    return Result(told, sides[0], comparison, counts)


class _Run:
    """The two passes over the log: one for cut points, if the policy needs it, and one for lives."""

    def __init__(self, job: Job, progress: Progress, place: Workplace) -> None:
        self._job = job
        self._progress = progress
        self._place = place
        self.log = FactLog(Spool(place.scratch / "facts"), job.facts_held)

    def side(self, policy: Policy, published: Sequence[CutPoints] | None) -> Side:
        """Make what lives customers under one policy."""
        versions = history(
            policy,
            self._each("freezing"),
            self._job.as_of,
            self._place.scratch,
            published=published,
            refreeze=self._job.refreeze,
        )
        return Side(policy, versions, self._job.as_of, closely=self._job.html or self._job.other is not None)

    def live(self, sides: Sequence[Side], comparison: Comparison | None) -> None:
        """Live every customer under every policy; what is written is what came of her under the first."""
        job, place = self._job, self._place
        outputs = Outputs(job.policy, job.as_of, place.scratch, job.lines_held)
        for customer_id, facts in self._each("simulating"):
            lived = [side.live(customer_id, facts) for side in sides]
            outputs.take(customer_id, lived[0])
            if comparison is not None:
                comparison.take(customer_id, *lived)
        self._progress.show("writing", 0, 1)
        outputs.write(place.result)

    def _each(self, what: str) -> Iterator[tuple[str, list[Fact]]]:
        """Go through all customers, and say how far it has come."""
        done = 0
        for number, (customer_id, facts) in enumerate(self.log.customers()):
            if number % TOLD_EVERY == 0:
                self._progress.show(what, done, self.log.facts)
            yield customer_id, facts
            done += len(facts)


def _write(path: Path, told: dict[str, Any]) -> None:
    path.write_bytes(orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
