"""Options in, every measurement one after the other, all figures out."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

from app.compiled import is_compiled
from tests.bench.peers import conditions, latency, limit, restart, rounds, throughput
from tests.bench.peers.bench import Bench
from tests.bench.peers.catalogue import PEERS, Peer, Section
from tests.bench.peers.load import Load, fill, keep_changelogs_whole, part
from tests.bench.peers.options import Options

RESTARTING: Final[frozenset[Section]] = frozenset({"restart", "recovery"})


class Plan:
    """One run; a measurement that fails is noted, and the run goes on."""

    def __init__(self, bench: Bench, options: Options) -> None:
        self._bench = bench
        self._options = options
        self._whole = Load("shop.", options.orders, options.customers)
        self._people = Load("people.", options.restart_customers, options.restart_customers, once=True)
        self._stands: dict[str, restart.Stand] = {}
        self._document = rounds.Document(conditions.conditions(options, compiled=is_compiled()), [])

    def run(self) -> rounds.Document:
        """Measure everything."""
        keep_changelogs_whole(self._bench.broker)
        self._prepare()
        self._load()
        self._build()
        names = self._options.peers
        for number in range(self._options.rounds):
            first = number % len(names)  # so that nobody always comes after the same one
            for name in (*names[first:], *names[:first]):
                self._round(name, PEERS[name], number)
        return self._document

    def _prepare(self) -> None:
        for name in self._options.peers:
            prepare = PEERS[name].prepare
            if prepare is not None:
                self._try(name, 0, "preparing", partial(_done, prepare))

    def _load(self) -> None:
        loads = {part(self._whole, PEERS[name].share) for name in self._taking({"throughput"})}
        loads |= {part(self._people, PEERS[name].share) for name in self._taking(RESTARTING)}
        for load in sorted(loads, key=lambda load: load.prefix):
            _say(f"loading {load.orders:,} orders of {load.customers:,} customers")
            fill(self._bench.broker, load)

    def _taking(self, sections: Iterable[Section]) -> Iterator[str]:
        wanted = self._options.sections & set(sections)
        return (name for name in self._options.peers if PEERS[name].sections & wanted)

    def _build(self) -> None:
        questions: dict[Load, restart.Questions] = {}
        for name in self._taking(RESTARTING):
            load = part(self._people, PEERS[name].share)
            asked = questions.setdefault(load, restart.Questions(load))
            self._try(name, 0, "building for restarts", partial(self._built, name, asked))

    def _built(self, name: str, questions: restart.Questions) -> Iterator[rounds.Any]:
        self._stands[name], built = restart.build(self._bench, PEERS[name], name, questions)
        yield built

    def _round(self, name: str, peer: Peer, number: int) -> None:
        sections = self._options.sections & peer.sections
        if "throughput" in sections:
            measure = throughput.measure if peer.guarantee != "none" else limit.measure
            load = part(self._whole, peer.share)
            self._try(name, number, "throughput", lambda: [measure(self._bench, peer, load, name, number)])
        if "latency" in sections:
            times = (self._options.warm_up, self._options.seconds)
            self._try(name, number, "latency", lambda: latency.measure(self._bench, peer, name, number, times))
        if sections & RESTARTING and name in self._stands:
            lose = "recovery" in sections
            self._try(name, number, "restart", lambda: [restart.measure(self._stands[name], number, lose=lose)])

    def _try(self, name: str, number: int, what: str, measure: Callable[[], Iterable[rounds.Any]]) -> None:
        _say(f"round {number + 1}, {name}: {what}")
        try:
            for figures in measure():
                self._keep(figures)
        except Exception as error:  # noqa: BLE001  # an hour's run does not end with one peer
            self._keep(rounds.Failure(peer=name, round=number, doing=what, why=str(error)))

    def _keep(self, figures: rounds.Any) -> None:
        _say(f"  {figures}")
        self._document.rounds.append(figures)
        if self._options.json is not None:
            self._document.write(self._options.json)


def _done(prepare: Callable[[], str]) -> tuple[()]:
    prepare()
    return ()


def _say(what: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")
