"""Files of events and a customer in, the evidence of her out; cut points as `simulate` would have them."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from app.explaining.evidence import Evidence
from app.runtime.errors import SegueError
from app.simulate.counts import Counts
from app.simulate.cut_point_file import read_history
from app.simulate.cut_point_history import history
from app.simulate.fact_log import FactLog
from app.simulate.intake import read_files
from app.simulate.progress import Progress
from app.simulate.spool import Spool
from schemas.facts import Fact
from schemas.policy import Policy


def evidence_of_files(
    customer_id: str,
    files: Sequence[Path],
    policy: Policy,
    progress: Progress,
    *,
    as_of: int | None = None,
    cut_points: Path | None = None,
) -> Evidence:
    """Read all files; without `as_of` the newest fact of anybody tells the instant.

    Without `cut_points` they are frozen from the facts of all customers, where a simulation of these files freezes.
    SegueError if a file cannot be read, or tells nothing of her.
    """
    published = read_history(cut_points, policy) if cut_points else None
    counts = Counts()
    with TemporaryDirectory(prefix="segue-explain-") as scratch:
        log = FactLog(Spool(Path(scratch) / "facts"))
        read_files(files, policy.currency, log, progress, counts)
        facts, newest = _find(customer_id, log)
        if not facts:
            raise SegueError(f"customer {customer_id}: the files hold no fact of such a customer")
        until = newest if as_of is None else as_of
        versions = history(policy, log.customers(), until, Path(scratch), published=published)
        log.close()
    notes = [f"records rejected, of all customers: {told}" for told in counts.told()]
    return Evidence(facts, until, versions, notes)


def _find(customer_id: str, log: FactLog) -> tuple[list[Fact], int]:
    """Give her facts, and the newest instant of anybody's."""
    found: list[Fact] = []
    newest = 0
    for name, facts in log.customers():
        newest = max(newest, *(int(fact.occurred_at) for fact in facts))
        if name == customer_id:
            found = facts
    return found, newest
