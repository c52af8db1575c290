"""Requests about days in, figures of everybody together out; nothing here names a customer."""

from typing import Final

from app.serving import days, problems
from app.serving.answers import Problem
from app.serving.asking import Ask, Route
from app.serving.budgets import budgets as read_budgets
from app.serving.day_answers import BudgetList, Flow, Matrix, Processor, RewardCounts, Sizes, Status
from app.serving.flow import flow as reckon_flow
from app.serving.parameters import day, whole
from schemas.instants import DAY_MS

MOST_DAYS: Final = 1_100
SHOWN: Final = 90


async def matrix(ask: Ask) -> Matrix | Problem:
    """Say who went where."""
    asked = _days(ask, 1)
    return asked if isinstance(asked, Problem) else await days.matrix(ask.view, *asked)


async def sizes(ask: Ask) -> Sizes | Problem:
    """Say how large segments were."""
    asked = _days(ask, SHOWN)
    return asked if isinstance(asked, Problem) else await days.sizes(ask.view, *asked)


async def rewards(ask: Ask) -> RewardCounts | Problem:
    """Say what rules gave."""
    asked = _days(ask, 1)
    return asked if isinstance(asked, Problem) else await days.rewards(ask.view, *asked)


def _days(ask: Ask, shown: int) -> tuple[int, int] | Problem:
    """Give the days asked for: by default so many up to the newest of which something is known."""
    known = days.days_of(ask.view)
    last = ask.values["to"]
    if last is None:
        last = known[1] if known is not None else ask.desk.now() // DAY_MS
    first = ask.values["from"]
    if first is None:
        first = max(last - shown + 1, 0)
    if first > last:
        return problems.bad_parameter("from: a day up to and including the one in to")
    return (first, last) if last - first < MOST_DAYS else problems.bad_parameter(f"to: at most {MOST_DAYS} days")


async def budgets(ask: Ask) -> BudgetList:
    """Say how budgets stand."""
    return read_budgets(ask.view)


async def flow(ask: Ask) -> Flow:
    """Say how the better half does."""
    last = ask.values["to"]
    if last is None:
        last = ask.desk.now() // DAY_MS
    return await reckon_flow(ask.view, last, ask.values["days"], ask.desk.settings.outflow_limit)


async def status(ask: Ask) -> Status:
    """Say how the read side does."""
    desk = ask.desk
    return Status(
        desk.level.ready,
        desk.level.behind,
        sum(ask.view.sizes.values()),
        desk.level.partitions,
        len(desk.hub.subscribers),
        desk.level.newest_record_at,
    )


async def processor(ask: Ask) -> Processor:
    """Say how the workers do."""
    desk = ask.desk
    return Processor(desk.workers.health if desk.workers is not None else None, desk.workers_ended_at)


_FROM_TO: Final = (day("from", "the first day"), day("to", "the last day; without it the newest with a move"))

ROUTES: Final = (
    Route("/v1/transitions/matrix", "figures", "Who went where in days.", Matrix, matrix, _FROM_TO),
    Route("/v1/sizes", "figures", "How large segments were at the ends of days.", Sizes, sizes, _FROM_TO),
    Route("/v1/rewards", "figures", "What reward rules gave in days.", RewardCounts, rewards, _FROM_TO),
    Route("/v1/budgets", "figures", "How the budgets of rewards stand.", BudgetList, budgets),
    Route(
        "/v1/health/flow",
        "figures",
        "Flow between the better and the worse half of the ranks; whether unusually many fall.",
        Flow,
        flow,
        (whole("days", "so many days", 1, 90, 7), day("to", "the last day; without it today")),
    ),
    Route("/v1/health/processor", "figures", "How the workers do, as they told last.", Processor, processor),
    Route("/v1/status", "figures", "How this copy of the read side does.", Status, status),
)
