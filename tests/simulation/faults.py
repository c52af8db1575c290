"""Chance in, faults at drawn moments out: kills between two steps, lost and stale disks, zombies, lost answers."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from tests.simulation.network import Mishap, Request
from tests.simulation.worker import Worker

if TYPE_CHECKING:
    from tests.simulation.world import World

SESSION_SECONDS = 1.0
KINDS = {
    "crash": 7,
    "pause": 4,
    "rebalance": 2,
    "mishap": 6,
    "astray": 4,
    "wake": 2,
    "jump": 1,
    "copy": 2,
    "leaderless": 2,
}
MISHAPS: tuple[tuple[Request, Mishap], ...] = (
    ("commit", "lost"),
    ("commit", "unanswered"),
    ("commit", "unanswered"),
    ("commit", "hanging"),
    ("send", "lost"),
    ("send", "unanswered"),
    ("offsets", "lost"),
    ("register", "lost"),
    ("init", "unanswered"),
    ("fetch", "lost"),
    ("ask", "lost"),
)


class Faults:
    """What goes wrong in one run."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._chance = world.chance
        self.jumped = False
        """Whether a wall clock was ever wrong."""
        self._copies: dict[str, dict[int, dict[bytes, bytes]]] = {}

    def schedule(self, seconds: float) -> None:
        """Draw the faults of a run."""
        acts = {
            "crash": self._crash, "pause": self._pause, "rebalance": self._rebalance, "mishap": self._mishap,
            "astray": self._astray, "wake": self._wake, "jump": self._jump, "copy": self._copy,
            "leaderless": self._leaderless,
        }  # fmt: skip
        for _ in range(self._chance.choice((0, 2, 4, 5, 6, 8, 10))):
            (kind,) = self._chance.choices(list(KINDS), list(KINDS.values()))
            self._world.loop.call_later(self._chance.uniform(0.05, seconds), self._act, acts[kind])

    def _act(self, act: Callable[[Worker], None]) -> None:
        there = [w for w in self._world.workers.values() if w.process.alive and not w.process.paused]
        if there and not self._world.calm:
            act(self._chance.choice(there))

    def _soon(self, worker: Worker, strike: Callable[[], None]) -> None:
        """Strike between two of its next steps, whichever they are."""
        worker.process.struck_at = worker.process.steps + self._chance.randint(1, 60)
        worker.process.strike = strike

    def _crash(self, worker: Worker) -> None:
        self._soon(worker, partial(self._kill, worker))

    def _kill(self, worker: Worker) -> None:
        world, name = self._world, worker.process.name
        worker.process.alive = False
        world.dead.append(worker)
        world.disks_hold(name)
        fate = self._chance.choice(("kept", "kept", "kept", "lost", "stale"))
        world.say(f"{name} is killed, its disk is {fate}")
        if fate != "kept":
            world.store[name].become(self._copies.get(name, {}) if fate == "stale" else {})
        world.loop.call_later(self._chance.uniform(0.05, 1.5), self._restart, worker)
        world.loop.call_later(SESSION_SECONDS, self._missed, worker)

    def _restart(self, worker: Worker) -> None:
        name = worker.process.name
        if not self._world.calm and self._world.workers[name] is worker:
            self._world.start(name)
            self._world.rebalance(f"{name}, which is back")

    def _missed(self, worker: Worker) -> None:
        if not self._world.calm and self._world.workers[worker.process.name] is worker:
            self._world.rebalance(f"{worker.process.name}, which is missed")

    def _pause(self, worker: Worker) -> None:
        self._soon(worker, partial(self._stop, worker))

    def _stop(self, worker: Worker) -> None:
        world, seconds = self._world, self._chance.uniform(0.05, 2.0)
        world.say(f"{worker.process.name} stands still for {seconds:.2f} s")
        worker.process.paused = True
        world.loop.call_later(seconds, self.resume, worker)
        if seconds > SESSION_SECONDS:
            world.loop.call_later(SESSION_SECONDS, self._missed, worker)

    def resume(self, worker: Worker) -> None:
        """Let a worker go on, which may have been replaced meanwhile."""
        if not worker.process.paused:
            return
        world = self._world
        world.say(f"{worker.process.name} goes on")
        worker.process.paused = False
        world.loop.go_on(worker.process)
        world.loop.call_later(self._chance.uniform(0, 0.5), world.rebalance, f"{worker.process.name}, which goes on")

    def _rebalance(self, worker: Worker) -> None:
        self._world.rebalance("no reason")

    def _mishap(self, worker: Worker) -> None:
        kind, mishap = self._chance.choice(MISHAPS)
        self._world.say(f"the next {kind} will be {mishap}")
        self._world.network.mishaps.setdefault(kind, []).append(mishap)

    def _astray(self, worker: Worker) -> None:
        if worker.sources:
            mishap = self._chance.choice(("lost", "repeated", "late"))
            source = self._chance.choice(worker.sources)
            self._world.say(f"the next run of {worker.process.name} for {source.partition} will be {mishap}")
            source.astray.append(mishap)

    def _wake(self, worker: Worker) -> None:
        """Wake everybody for nothing."""
        for listener in worker.view.listeners:
            listener()

    def _jump(self, worker: Worker) -> None:
        worker.process.wall_ahead = self._chance.choice((-2.0, -0.3, 0.3, 2.0))
        self.jumped = True
        self._world.say(f"the clock of {worker.process.name} is wrong by {worker.process.wall_ahead} s")

    def _copy(self, worker: Worker) -> None:
        """Remember its disk as it is: what comes back when a disk is stale."""
        self._copies[worker.process.name] = self._world.store[worker.process.name].copy()

    def _leaderless(self, worker: Worker) -> None:
        """Let partitions be without a leader for a while: what is aborted meanwhile hangs."""
        seconds = self._chance.uniform(0.05, 1.0)
        self._world.say(f"aborts leave no markers for {seconds:.2f} s")
        self._world.broker.leaderless = True
        self._world.loop.call_later(seconds, self.lead)

    def lead(self) -> None:
        """Let partitions have leaders again."""
        self._world.broker.leaderless = False
