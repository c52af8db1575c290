"""The figures of all rounds in, one table of medians out: a row for every peer."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tests.bench.peers import rounds
from tests.bench.peers.catalogue import PEERS
from tests.bench.peers.latency import RATES
from tests.bench.peers.spread import Spread, spread

MEBIBYTE: Final = 1024 * 1024
LEAST_S: Final = 0.5
"""Restarts differ by this much on their own."""
NONE: Final = "·"
PART: Final = "†"
"""Marks a peer that got a part of the orders and customers only."""
Column = Callable[[Sequence[rounds.Any]], str]


def table(measured: Sequence[rounds.Any]) -> str:
    """Write the table; peers that nothing is known of have no row."""
    told = {name: [one for one in measured if one.peer == name] for name in PEERS}
    columns = _columns(_per_cpu(told["faust"]))
    rows = [["system", "guarantee", *columns], ["---", "---", *("---:" for _ in columns)]]
    rows += [
        [PEERS[name].title + _mark(name), PEERS[name].guarantee, *(column(mine) for column in columns.values())]
        for name, mine in told.items()
        if mine
    ]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def _mark(name: str) -> str:
    return f" {PART}" if PEERS[name].share > 1 else ""


def _columns(plain: Spread | None) -> dict[str, Column]:
    return {
        "events per CPU-second": lambda of: _told(_per_cpu(of)),
        "x plain Faust": lambda of: _times(_per_cpu(of), plain),
        "events per second": lambda of: _told(spread(one.per_second for one in _runs(of))),
        "peak RSS / tree, MiB": _memory,
        **{f"p50 / p99 ms at {rate:,}/s": _at(rate) for rate in RATES},
        "restart, s": lambda of: _told(spread(one.kept_s for one in _restarts(of)), 1),
        "without its disk, s": lambda of: _told(spread(one.lost_s for one in _restarts(of)), 1),
        "recovery, rows/s": _recovery,
        "disk, bytes per event": lambda of: _bytes(one.state_bytes / one.orders for one in _runs(of)),
        "changelog, bytes per event": lambda of: _bytes(one.changelog_bytes / one.orders for one in _runs(of)),
        "moves": _moves,
        "missing": lambda of: _sum(of, lambda one: one.missing),
        "too many": lambda of: _sum(of, lambda one: one.surplus),
        "out of order": lambda of: _sum(of, lambda one: one.disorder),
    }


def _runs(of: Sequence[rounds.Any]) -> list[rounds.Throughput]:
    return [one for one in of if isinstance(one, rounds.Throughput)]


def _restarts(of: Sequence[rounds.Any]) -> list[rounds.Restart]:
    return [one for one in of if isinstance(one, rounds.Restart)]


def _checked(of: Sequence[rounds.Any]) -> list[rounds.Checked]:
    return [one for one in of if isinstance(one, rounds.Checked)]


def _per_cpu(of: Sequence[rounds.Any]) -> Spread | None:
    return spread(one.per_cpu_second for one in _runs(of))


def _told(found: Spread | None, digits: int = 0) -> str:
    return NONE if found is None else found.told(digits)


def _times(found: Spread | None, plain: Spread | None) -> str:
    return NONE if found is None or plain is None else f"{found.middle / plain.middle:.1f}"


def _memory(of: Sequence[rounds.Any]) -> str:
    runs = _runs(of)
    if not runs:
        return NONE
    rss, tree = max(one.peak_rss for one in runs), max(one.peak_tree for one in runs)
    return f"{rss / MEBIBYTE:,.0f} / {tree / MEBIBYTE:,.0f}"


def _recovery(of: Sequence[rounds.Any]) -> str:
    """Rows by what the lost disk adds to a restart; where that is next to nothing only a bound can be told."""
    restarts = _restarts(of)
    kept, lost = spread(one.kept_s for one in restarts), spread(one.lost_s for one in restarts)
    if kept is None or lost is None:
        return NONE
    added = lost.middle - kept.middle
    rate = restarts[0].rows / max(LEAST_S, added)
    return f"{rate:,.0f}" if added > LEAST_S else f"over {rate:,.0f}"


def _bytes(figures: Iterable[float]) -> str:
    """A median alone, for the same orders take the same room; nothing where nothing is kept."""
    found = spread(figures)
    return NONE if found is None or found.most == 0 else f"{found.middle:,.0f}"


def _at(rate: int) -> Column:
    def told(of: Sequence[rounds.Any]) -> str:
        runs = [one for one in of if isinstance(one, rounds.Latency) and one.rate == rate]
        if not runs:
            return NONE
        late = sum(one.late for one in runs) / sum(one.produced for one in runs)
        p50, p99 = spread(one.p50 for one in runs), spread(one.p99 for one in runs)
        figures = NONE if p50 is None or p99 is None else f"{p50.told()} / {p99.told()}"
        return f"behind: {late:.0%} late" if late > 0 else figures

    return told


def _moves(of: Sequence[rounds.Any]) -> str:
    """Those of all that was checked, for so many are the ground of the figures beside them."""
    checked = sum(one.published for one in _checked(of))
    return f"{checked:,}" if checked else NONE


def _sum(of: Sequence[rounds.Any], figure: Callable[[rounds.Checked], int]) -> str:
    checked = _checked(of)
    return f"{sum(figure(one) for one in checked):,}" if checked else NONE
