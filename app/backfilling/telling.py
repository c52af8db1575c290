"""What became of a backfill in, an account of it for people or for programs out."""

from collections.abc import Iterator
from typing import Any

from app.backfilling.program import Outcome
from app.demo.style import Style
from schemas.instants import rfc3339


def told(outcome: Outcome) -> dict[str, Any]:
    """Give all numbers; read = the sum of records + the sum of rejected."""
    return {
        "dry_run": outcome.job.dry_run,
        "read": outcome.counts.read,
        "rejected": dict(sorted(outcome.counts.rejected.items())),
        "records": outcome.records,
        "customers": outcome.customers,
        "oldest_at": outcome.oldest,
        "newest_at": outcome.newest,
        "already_there": outcome.there,
        "not_empty": outcome.not_empty,
        "silent_until": outcome.policy.silent_until,
    }


def telling(outcome: Outcome, style: Style) -> Iterator[str]:
    """Write it, line by line."""
    rejected, dry = outcome.counts.rejected, outcome.job.dry_run
    records = sum(outcome.records.values()) - outcome.there
    span = f"{rfc3339(outcome.oldest)} to {rfc3339(outcome.newest)}"
    yield style.heading(f"{'Would send' if dry else 'Sent'} {_many(records, 'record')}, {span}")
    if outcome.there:
        yield f"  {_many(outcome.there, 'record')} before them had been sent already, by a run that was stopped"
    widest = max(map(len, outcome.records))
    yield from (f"  {topic:<{widest}} {count:>12,}" for topic, count in outcome.records.items())
    yield f"  {_many(outcome.customers, 'customer')}"
    yield f"  {_many(outcome.counts.read, 'event')} read, {rejected.total():,} rejected"
    yield from (f"    {line}" for line in outcome.counts.told())
    yield ""
    yield from _advice(outcome)


def _advice(outcome: Outcome) -> Iterator[str]:
    """Say what matters before a worker reads it."""
    if outcome.job.dry_run:
        yield "Nothing was sent. Start no worker before the history is complete in the topics: it reads topics side by"
        yield "side, and what one of them brings after the others have gone on comes late."
    else:
        yield "The history of these files is complete in the topics: workers may start now, and should not have before."
    if outcome.not_empty:
        yield f"Held records before: {', '.join(outcome.not_empty)}. What was sent twice is counted once; what a worker"
        yield "has read past comes late, and acts from then on if it is older than the policy's late.horizon."
    silent = outcome.policy.silent_until
    if silent is None or silent <= outcome.oldest:
        yield f"Policy {outcome.policy.id} has no silent_until after the history begins: its moves are published, and"
        yield "rewarded, as if they were news."


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
