"""A shop's year with quantiles goes in: cut points are frozen over all partitions, and decide as `simulate` says."""

from dataclasses import dataclass
from typing import Any, Final

import pytest

from schemas.control import CutPointsRecord, FreezesRecord, decode_control
from tests.kafka.audit import GRACE_MS
from tests.kafka.closing import closed, without_closing
from tests.kafka.feeding import feed, sent
from tests.kafka.reading import Read, read_all
from tests.kafka.settled import wait_until_settled
from tests.kafka.shop import open_shop
from tests.kafka.shop_load import DAY_MS
from tests.kafka.simulated import Simulated, published_stands, simulated
from tests.kafka.worker_process import WorkerProcess
from tests.kafka.year import shop_year
from tests.kafka.year_policies import DRIFTING

pytestmark = pytest.mark.kafka
PARTITIONS: Final = 4
SILENCE_MS: Final = 60 * DAY_MS
SHOWN: Final = 5


@dataclass(frozen=True)
class Lived:
    """A year that has been lived twice; the customers who only end the log are left out."""

    moves: list[dict[str, Any]]
    standings: list[Read]
    control: list[Read]
    late: float
    simulated: Simulated

    @property
    def versions(self) -> list[CutPointsRecord]:
        """The cut points as the control topic has them."""
        records = [decode_control(one.key or b"", one.value) for one in self.control]
        return [record for record in records if isinstance(record, CutPointsRecord)]


@pytest.fixture(scope="module")
def lived(apache_kafka: str, tmp_path_factory: pytest.TempPathFactory) -> Lived:
    directory = tmp_path_factory.mktemp("drifting")
    shop = open_shop(apache_kafka, PARTITIONS)
    told = list(closed(shop, shop_year(), SILENCE_MS))
    closing, as_of = told[-1].at, told[-1].at - GRACE_MS
    feed(shop, (sent(shop, one) for one in told))
    policy = directory / "policy.yaml"
    policy.write_text(DRIFTING, "utf-8")
    with WorkerProcess(shop, directory / "worker", {"SEGUE_POLICY": str(policy)}) as worker:
        from_file = simulated(directory / "simulated", policy, (one.event for one in told), as_of)
        wait_until_settled(shop, worker, closing)
        late = worker.metric("segue_events_late_total")
        assert worker.terminate() == 0
    published = without_closing(read_all(shop, shop.topics.transitions))
    moves = [one.payload for one in published if one.header("ce_type") == "segment.transitioned"]
    return Lived(
        [{name: value for name, value in move.items() if name != "detected_at"} for move in moves],
        without_closing(read_all(shop, shop.topics.customer_segments)),
        read_all(shop, shop.topics.control),
        late,
        from_file,
    )


def test_cut_points_are_those_of_the_simulation(lived: Lived) -> None:
    found = [
        {
            name: getattr(version, name)
            for name in CutPointsRecord.__struct_fields__
            if name in lived.simulated.cut_points[0]
        }
        for version in lived.versions
    ]
    assert len(found) > 20, "the load has lost its point"
    wanted = [
        {name: tuple(v) if isinstance(v, list) else v for name, v in one.items()} for one in lived.simulated.cut_points
    ]
    assert found[: len(wanted)] == wanted


def test_every_freeze_is_decided_once(lived: Lived) -> None:
    decided = [decode_control(one.key or b"", one.value) for one in lived.control if one.key == b"freezes"]
    instants = [record.decided for record in decided if isinstance(record, FreezesRecord)]
    assert instants == sorted(set(instants))


def test_every_transition_is_published_as_it_is_simulated(lived: Lived) -> None:
    by_id = {told["transition_id"]: told for told in lived.simulated.transitions}
    found = {told["transition_id"]: told for told in lived.moves}
    assert {move["cause"]["type"] for move in lived.moves} >= {"order", "decay", "drift"}, "the load has lost its point"
    assert len(lived.moves) == len(found) == len(by_id)
    assert found.keys() == by_id.keys()
    assert [(told, by_id[id_]) for id_, told in found.items() if told != by_id[id_]][:SHOWN] == []
    assert lived.late == 0


def test_the_last_standing_of_a_customer_is_where_the_simulation_ends(lived: Lived) -> None:
    """But for what is read at another instant: a standing is that of her last change."""
    assert published_stands(lived.standings) == lived.simulated.stands
