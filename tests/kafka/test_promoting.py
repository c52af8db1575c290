"""A policy is promoted under running workers: what was compared before is what happens, move for move."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

from schemas.instants import rfc3339
from tests.app.commands import segue
from tests.kafka.audit import GRACE_MS
from tests.kafka.closing import closed, without_closing
from tests.kafka.feeding import feed, sent
from tests.kafka.reading import read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import DAY_MS
from tests.kafka.simulated import Simulated, simulated
from tests.kafka.waiting import wait_for
from tests.kafka.worker_process import WorkerProcess, shop_environment
from tests.kafka.year import shop_year
from tests.kafka.year_policies import PLAIN

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
SILENCE_MS: Final = 130 * DAY_MS
OTHER: Final = (
    PLAIN.text.replace("[60d, 120d]", "[45d, 120d]")
    .replace("[300.00, 1000.00]", "[250.00, 900.00]")
    .replace("at_risk", "in_danger")
)
ONLY_THERE: Final = ("at_risk", "in_danger")
"""A segment that only the first policy has, and one that only the other has."""
NAMELESS: Final = {"SEGUE_POLICY": ""}
"""Of a worker that takes what is in force."""
Move = dict[str, Any]


@dataclass(frozen=True)
class Promoted:
    """A year with another policy from an instant on."""

    at: int
    moves: list[Move]
    compared: dict[str, Any]
    other: Simulated
    decided: list[float]
    """How many moves each of two workers has made of it."""


@pytest.fixture(scope="module")
def promoted(apache_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Promoted:
    directory = tmp_path_factory.mktemp("promoted")
    one, other = directory / "one.yaml", directory / "other.yaml"
    one.write_text(PLAIN.text, "utf-8")
    other.write_text(OTHER, "utf-8")
    shop = open_shop(apache_kafka, PARTITIONS)
    told = list(closed(shop, shop_year(), SILENCE_MS))
    middle = len(told) // 2
    at = told[middle - 1].at + 1
    assert at < told[middle].at, "the load has lost its point"
    feed(shop, (sent(shop, fact) for fact in told[:middle]))
    with WorkerProcess(shop, directory / "first", {"SEGUE_POLICY": str(one)}) as worker:
        worker.wait_ready()
        promote(shop, other, at)
        shop.wait_until_worked(120)
        assert worker.terminate() == 0
    with (
        WorkerProcess(shop, directory / "second", NAMELESS) as worker,
        WorkerProcess(shop, directory / "third", NAMELESS) as another,
    ):
        wait_for(lambda: worker.partitions() == another.partitions() == PARTITIONS / 2, 90, "both have partitions")
        feed(shop, (sent(shop, fact) for fact in told[middle:]))
        events = [fact.event for fact in told]
        compared = simulated(directory / "before", one, events, at, compare=other).compared
        afterwards = simulated(directory / "after", other, events, told[-1].at - GRACE_MS)
        wait_until_settled(shop, worker, told[-1].at, another)
        decided = [each.metric("segue_transitions_total", cause="policy") for each in (worker, another)]
        assert worker.terminate() == another.terminate() == 0
    published = without_closing(read_all(shop, shop.topics.transitions))
    return Promoted(at, [record.payload for record in published], compared, afterwards, decided)


def promote(shop: Shop, policy: Path, at: int) -> None:
    done = segue("policy", "promote", str(policy), "--at", rfc3339(at), **shop_environment(shop, Path("unused")))
    assert done.returncode == 0, done.stderr


def test_what_was_compared_before_is_what_happens(promoted: Promoted) -> None:
    moved = [move for move in promoted.moves if move["cause"]["type"] == "policy"]
    assert {move["effective_at"] for move in moved} == {promoted.at}
    pairs = promoted.compared["customers"]["policy->other"]
    wanted = {pair: count for pair, count in pairs.items() if len(set(pair.split("->"))) > 1}
    assert sum(wanted.values()) > 100, "the load has lost its point"
    assert Counter(f"{move['from'] or ''}->{move['to'] or ''}" for move in moved) == wanted


def test_two_workers_never_decide_by_different_policies_at_one_instant(promoted: Promoted) -> None:
    assert all(count > 10 for count in promoted.decided), "the load has lost its point"
    instants = {name: [move["effective_at"] for move in promoted.moves if move["to"] == name] for name in ONLY_THERE}
    assert max(instants["at_risk"]) < promoted.at == min(instants["in_danger"])


def test_such_a_move_is_lateral_from_a_segment_that_is_gone(promoted: Promoted) -> None:
    moved = [move for move in promoted.moves if move["cause"]["type"] == "policy"]
    gone = [move for move in moved if move["from"] == "at_risk"]
    assert gone
    assert {(move["direction"], move["from_rank"]) for move in gone} == {("lateral", None)}


def test_from_then_on_customers_move_as_under_the_new_policy_alone(promoted: Promoted) -> None:
    live = [move for move in promoted.moves if move["effective_at"] > promoted.at]
    alone = [move for move in promoted.other.transitions if move["effective_at"] > promoted.at]
    assert sorted(map(what, live)) == sorted(map(what, alone))


def test_sequences_have_no_gaps(promoted: Promoted) -> None:
    sequences: dict[str, list[int]] = {}
    for move in promoted.moves:
        sequences.setdefault(move["customer_id"], []).append(move["sequence"])
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in sequences.values())


def what(move: Move) -> tuple[Any, ...]:
    return move["customer_id"], move["effective_at"], move["from"] or "", move["to"], str(move["cause"])
