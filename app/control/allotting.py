"""What partitions tell of a budget in, what each is granted of it out: never more than there is, by nobody's clock.

Slices are cut while there is plenty, half of what is left among all partitions, so that they pay without asking. Where
something is needed that is not there, partitions give back what they do not need, for one of them at a time: the
favoured one keeps what it holds until its occasions are paid, so that two that need the last euro do not take it from
each other for ever.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec.structs import replace

from agents.decisions.purse import idle
from schemas.budgets import Budget, BudgetReport
from schemas.control import BudgetRecord
from schemas.shares import write_share

Reports = Mapping[int, BudgetReport]
"""The newest of every partition that has told anything."""

SHARED: Final = 2
"""Of what is left, one part in so many is cut into slices at a time."""


def first_record(app: str, budget: str, partitions: int) -> BudgetRecord:
    """Give what stands before anything is granted: it is never published, its number is below the first."""
    return BudgetRecord(app, budget, 0, 0, 0, (0,) * partitions)


def allot(before: BudgetRecord, budget: Budget | None, reports: Reports) -> BudgetRecord:
    """Grant by the newest reports; gives `before` itself where nothing is worth telling. No budget: it is gone."""
    limit = budget.limit if budget is not None else before.limit
    costs = budget.costs if budget is not None else ()
    largest = costs[-1] if costs else 0
    granted = _as_many(before.granted, reports)
    spent = sum(report.spent for report in reports.values())
    free = limit - sum(granted) + sum(report.returned for report in reports.values())
    free, missing = _serve(before.favoured, granted, reports, free)
    recall, favoured = before.recall, before.favoured
    if missing or free < 0:
        if not _has_turn(before.favoured, reports, missing) and _recallable(before, granted, reports, largest):
            recall, favoured = recall + 1, _next_favoured(before.favoured, missing)
    elif budget is not None and not _is_over(budget, reports):
        _share_out(granted, reports, free, largest)
    alerted = _alerted(before, budget, spent)
    after = replace(
        before,
        limit=limit,
        spent=spent,
        granted=tuple(granted),
        recall=recall,
        favoured=favoured,
        told=len(alerted),
        broken=bool(costs) and limit - spent < costs[0],
        alerted=alerted,
    )
    return replace(after, number=before.number + 1) if _worth_telling(before, after, missing, largest) else before


def _worth_telling(before: BudgetRecord, after: BudgetRecord, missing: Sequence[int], largest: int) -> bool:
    """Tell whether partitions have to know; what is spent they need to know only where it is nearly everything."""
    if replace(after, spent=before.spent) != before:
        return True
    scarce = min(after.limit - after.spent, before.limit - before.spent) < largest
    return after.spent != before.spent and (bool(missing) or scarce)


def _as_many(granted: Sequence[int], reports: Reports) -> list[int]:
    """Give the grants, with a place for every partition that there is."""
    partitions = max([len(granted), *(number + 1 for number in reports)])
    return [*granted, *[0] * (partitions - len(granted))]


def _held(granted: Sequence[int], report: BudgetReport) -> int:
    return granted[report.partition] - report.returned - report.spent


def _serve(favoured: int, granted: list[int], reports: Reports, free: int) -> tuple[int, list[int]]:
    """Grant what is needed, the favoured partition first; gives what is left, and who needs more than there was."""
    missing: list[int] = []
    for number in sorted(reports, key=lambda number: (number != favoured, number)):
        report = reports[number]
        short = max(0, report.needed - _held(granted, report))
        given = max(0, min(short, free))
        granted[number] += given
        free -= given
        if given < short:
            missing.append(number)
    return free, missing


def _has_turn(favoured: int, reports: Reports, missing: Sequence[int]) -> bool:
    """Tell whether the favoured partition has what it needs and has yet to pay with it: it is to be left alone."""
    report = reports.get(favoured)
    return report is not None and report.needed > 0 and favoured not in missing


def _recallable(before: BudgetRecord, granted: Sequence[int], reports: Reports, largest: int) -> bool:
    """Tell whether any partition holds what it does not need, and has not been asked for it already."""
    return any(
        report.recalled == before.recall
        and idle(_held(granted, report), report.needed, largest, favoured=number == before.favoured)
        for number, report in reports.items()
    )


def _next_favoured(favoured: int, missing: Sequence[int]) -> int:
    """Keep the turn of who still misses something, else take the next in a round."""
    if favoured in missing:
        return favoured
    return min(missing, key=lambda number: (number <= favoured, number), default=-1)


def _share_out(granted: list[int], reports: Reports, free: int, largest: int) -> None:
    """Cut a slice for every partition that has used up half of its last one."""
    for number in sorted(reports):
        slice_ = max(largest, free // (SHARED * len(granted)))
        spare = _held(granted, reports[number]) - reports[number].needed
        if 2 * spare < slice_ <= free:
            granted[number] += slice_ - spare
            free -= slice_ - spare


def _is_over(budget: Budget, reports: Reports) -> bool:
    """Tell whether any partition has come to the end of the budget: nobody needs slices beforehand then."""
    return budget.until is not None and any(report.at > budget.until for report in reports.values())


def alerted_of(before: BudgetRecord, budget: Budget) -> tuple[str, ...]:
    """Give the shares that an alert has told already: of another limit they are other amounts, and none is told."""
    if before.limit != budget.limit:
        return ()
    return before.alerted or tuple(map(write_share, budget.alert_at[: before.told]))


def _alerted(before: BudgetRecord, budget: Budget | None, spent: int) -> tuple[str, ...]:
    """Give the shares that have been spent, also where something has come back since."""
    if budget is None:
        return before.alerted
    told = alerted_of(before, budget)
    shares = ((share * budget.limit, write_share(share)) for share in budget.alert_at)
    return tuple(name for amount, name in shares if spent >= amount or name in told)
