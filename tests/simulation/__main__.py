"""`python -m tests.simulation --seed N` replays one run; `--seeds N [--from M]` runs many, on every core."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Final

from tests.simulation import ablations
from tests.simulation.budget_world import BudgetWorld
from tests.simulation.journeying import JourneyWorld
from tests.simulation.messaging import MessagingWorld
from tests.simulation.running import failure, run_all
from tests.simulation.worker import Parts
from tests.simulation.world import World

CHUNK = 50
WORLDS: Final[Mapping[str, type[World]]] = {
    "segments": World,
    "journeys": JourneyWorld,
    "budgets": BudgetWorld,
    "messages": MessagingWorld,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 when a run breaks what must be true."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--seed", type=int, help="replay this run and tell what happens")
    which.add_argument("--seeds", type=int, help="run so many")
    parser.add_argument("--from", type=int, default=0, dest="begin", help="the first of them")
    parser.add_argument("--without", default="", help="take a rule out, e.g. Fence: see tests/simulation/ablations.py")
    parser.add_argument("--world", choices=WORLDS, default="segments", help="what its policy has besides segments")
    told = parser.parse_args(arguments)
    parts: type[Parts] = getattr(ablations, f"Without{told.without}") if told.without else Parts
    if told.seed is not None:
        return _replay(told.seed, parts, told.world)
    return _run_many(range(told.begin, told.begin + told.seeds), parts, told.world)


def _replay(seed: int, parts: type[Parts], world: str) -> int:
    (told,) = run_all([seed], parts, _say, WORLDS[world])
    _say(f"digest {told.digest}")
    _say("\n".join(told.violations) or "nothing is violated")
    return 1 if told.violations else 0


def _run_many(seeds: range, parts: type[Parts], world: str) -> int:
    chunks = [seeds[start : start + CHUNK] for start in range(0, len(seeds), CHUNK)]
    failed = 0
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for done in as_completed([pool.submit(failures, chunk, parts, world) for chunk in chunks]):
            for told in done.result():
                failed += 1
                _say(told)
    _say(f"{len(seeds)} seeds, {failed} failed")
    return 1 if failed else 0


def failures(seeds: range, parts: type[Parts] = Parts, world: str = "segments") -> list[str]:
    """Run seeds in this process; gives what is to be said of those that failed."""
    runs = run_all(seeds, parts, world=WORLDS[world])
    return [f"{failure(told)} --world {world}" for told in runs if told.violations]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
