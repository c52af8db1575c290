"""The account of a check in, a report for people or for programs out."""

from collections.abc import Iterator
from typing import Any

from app.demo.style import Style
from app.verifying.account import Account
from schemas.instants import rfc3339


def told(account: Account) -> dict[str, Any]:
    """Give all numbers; `first` has the first difference of some customers."""
    return {
        "customers": account.customers,
        "transitions": account.transitions,
        "differences": account.differences,
        "first": [{"customer_id": one.customer_id, "difference": one.what} for one in account.first],
        "told_late": account.told_late,
        "due": account.due,
        "oldest_due_at": account.oldest_due,
        "unchecked": dict(sorted(account.unchecked.items())),
        "unchecked_rewards": dict(sorted((+account.unchecked_rewards).items())),
        "notes": account.notes,
        "until": account.until,
    }


def telling(account: Account, style: Style) -> Iterator[str]:
    """Write it, line by line: what was found, what was not checked, and last the verdict."""
    yield from (f"{one.customer_id}: {one.what}" for one in account.first)
    more = account.differences - len(account.first)
    if more:
        yield f"and {_many(more, 'customer')} more"
    unchecked = list(_unchecked(account))
    if unchecked:
        yield style.heading("Not checked")
        yield from (f"  {line}" for line in unchecked)
    yield (
        f"{_many(account.customers, 'customer')}, {_many(account.transitions, 'transition')}, "
        f"{_many(account.differences, 'difference')}"
    )


def _unchecked(account: Account) -> Iterator[str]:
    for reason, count in sorted(account.unchecked.items()):
        yield f"{_many(count, 'customer')} against the input: {reason}"
    for reason, count in sorted((+account.unchecked_rewards).items()):
        yield f"{_many(count, 'reward')} against the input: {reason}"
    if account.told_late:
        yield (
            f"{_many(account.told_late, 'customer')} but by instants and segments: facts of theirs may have come late, "
            "and measures are those of what was known then"
        )
    if account.due and account.oldest_due is not None:
        yield (
            f"{_many(account.due, 'customer')} who are due and not moved yet, the first of them since "
            f"{rfc3339(account.oldest_due)}"
        )
    yield from account.notes
    if account.until is not None:
        yield f"what is later than {rfc3339(account.until)}, to which the slowest partition has come"


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
