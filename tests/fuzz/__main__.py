"""`python -m tests.fuzz --seconds N --seed S` tries random inputs; `--replay FILE` tries one that failed again."""

import argparse
import itertools
import sys
import time
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ruamel.yaml.error import ReusedAnchorWarning

from tests.fuzz.running import failures, replayed
from tests.fuzz.target import Target
from tests.fuzz.targets import TARGETS

CHUNK: Final = 20


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 when any input fails; each target gets its share of the seconds."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of wall time, shared by the targets")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--target", choices=TARGETS, action="append", help="only this one; may be given again")
    parser.add_argument("--out", type=Path, default=Path(".fuzz"), help="where inputs that fail are written")
    parser.add_argument("--replay", type=Path, help="try the input of this file")
    told = parser.parse_args(arguments)
    if told.replay is not None:
        failed = replayed(told.replay)
        _say("nothing is wrong" if failed is None else failed.what)
        return 0 if failed is None else 1
    warnings.simplefilter("ignore", ReusedAnchorWarning)
    targets = [TARGETS[name] for name in told.target or TARGETS]
    return max(_run(target, told.seed, told.seconds / len(targets), told.out) for target in targets)


def _run(target: Target, seed: int, seconds: float, out: Path) -> int:
    begun, tried, causes = time.monotonic(), 0, set[str]()
    for start in itertools.count(0, CHUNK):
        for failed in failures(target, seed, range(start, start + CHUNK)):
            if failed.place not in causes:
                causes.add(failed.place)
                _say(f"{failed.what}\n  python -m tests.fuzz --replay {failed.write(out)}")
        tried = start + CHUNK
        if time.monotonic() - begun > seconds:
            break
    rate = tried / (time.monotonic() - begun)
    _say(f"{target.name:8} {tried:9,} inputs {rate:9,.0f} a second {len(causes):3} failed")
    return 1 if causes else 0


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
