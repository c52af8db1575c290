"""Moves of days and who stands where in, how the better half of the segments does out."""

from collections import Counter
from typing import Final

from app.serving.day_answers import Flow, Outflow
from app.serving.days import days_of, moves_of, spell
from app.serving.looking_up import segments_with_anybody
from app.serving.ranks import Ranks
from app.serving.view import View

STRETCHES: Final = 4
"""So many stretches before tell what is usual."""
TIMES_USUAL: Final = 2


async def flow(view: View, last: int, days: int, limit: float) -> Flow:
    """Tell of `days` days up to and including `last`; `limit`: share of the high group whose falling is an alarm."""
    first = last - days + 1
    ranks, sizes = view.ranks.copy(), Counter(view.sizes)  # of the moment whose moves are counted: others may come
    high = [name for name in segments_with_anybody(view) if ranks.is_high(name)]
    low = [name for name in segments_with_anybody(view) if ranks.is_high(name) is False]
    counts, stretches = await _counted(view, ranks, last, days)
    in_high = sum(sizes[name] for name in high)
    at_end = in_high - stretches[-1]["gained"]
    rising, falling = counts["rising"], counts["falling"]
    return Flow(
        spell(first),
        spell(last),
        high,
        low,
        at_end,
        sum(sizes[name] for name in low) - stretches[-1]["gained_low"],
        rising,
        falling,
        counts["entering_high"],
        counts["leaving_all"],
        rising - falling,
        round(100 * (rising - falling) / (rising + falling), 1) if rising + falling else None,
        _outflow(at_end, stretches, limit),
    )


async def _counted(view: View, ranks: Ranks, last: int, days: int) -> tuple[Counter[str], dict[int, Counter[str]]]:
    """Count the moves of the stretch, and per stretch what the high group gained and who fell.

    Stretch 0 is the one asked for, 1 to 4 those before, -1 whatever came later.
    """
    stretches: dict[int, Counter[str]] = {number: Counter() for number in range(-1, STRETCHES + 1)}
    newest = max(last, (days_of(view) or (0, 0))[1])
    async for move in moves_of(view, last + 1 - days * (STRETCHES + 1), newest):
        was, now = ranks.is_high(move.origin), ranks.is_high(move.to)
        counts = stretches[-1 if move.day > last else (last - move.day) // days]
        counts["gained"] += move.moves * (bool(now) - bool(was))
        counts["gained_low"] += move.moves * ((now is False) - (was is False))
        counts["rising"] += move.moves * (was is False and now is True)
        counts["falling"] += move.moves * (was is True and now is False)
        counts["entering_high"] += move.moves * (move.origin is None and now is True)
        counts["leaving_all"] += move.moves * (move.to is None)
        counts["moves"] += move.moves
    return stretches[0], stretches


def _outflow(at_end: int, stretches: dict[int, Counter[str]], limit: float) -> Outflow:
    """Compare who fell with what is usual."""
    shares: list[float | None] = []
    size = at_end
    for number in range(STRETCHES + 1):
        size -= stretches[number]["gained"]
        shares.append(stretches[number]["falling"] / size if size > 0 else None)
    share = shares[0] or 0.0
    before = [one for number, one in enumerate(shares) if number and one is not None and stretches[number]["moves"]]
    usual = sum(before) / len(before) if before else None
    alarm = share > limit and (usual is None or share > TIMES_USUAL * usual)
    return Outflow(round(share, 4), round(usual, 4) if usual is not None else None, limit, alarm)
