"""`segue policy promote|rollback|history` on a deployment: what stands on the control topic afterwards."""

import asyncio
import json
import time
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from app.policies.promoting import PromotionRefused
from app.policies.rollout import Rollout, promote
from app.runtime.errors import SegueError
from app.settings import Settings
from schemas.control import PolicyRecord
from schemas.instants import rfc3339
from tests.app.commands import segue
from tests.builders import T0
from tests.control.records import SEED_TEXT, policy, version
from tests.control.writing import control, published, write
from tests.kafka.shop import Shop, open_shop
from tests.kafka.worker_process import shop_environment

pytestmark = pytest.mark.kafka
SLOWER = SEED_TEXT.replace("90d", "91d")


@pytest.fixture
def slower(tmp_path: Path) -> str:
    file = tmp_path / "slower.yaml"
    file.write_text(SLOWER)
    return str(file)


@pytest.fixture
def begun(shop: Shop) -> Shop:
    """A deployment in which the pack seed is in force."""
    write(shop, shop.topics.control, control(policy(1, 0)))
    return shop


def run(shop: Shop, *arguments: str, clock: str = "wall") -> CompletedProcess[str]:
    return segue("policy", *arguments, **shop_environment(shop, Path("unused")) | {"SEGUE_CLOCK": clock})


def newest(shop: Shop) -> PolicyRecord:
    record = published(shop)[-1]
    assert isinstance(record, PolicyRecord)
    return record


def now() -> int:
    return int(time.time() * 1000)


def test_a_promoted_policy_takes_effect_in_a_minute_and_a_rollback_brings_the_other_back(
    begun: Shop, slower: str
) -> None:
    before = now()
    done = run(begun, "promote", slower)
    assert (done.returncode, done.stderr) == (0, "")
    second = newest(begun)
    assert second == policy(2, second.effective_at, document=SLOWER)
    assert before + 60_000 <= second.effective_at <= now() + 60_000
    assert done.stdout.splitlines() == [
        f"policy 2 (seed) takes effect at {rfc3339(second.effective_at)}",
        "  recency scores change after: 90d, 150d -> 91d, 150d",
    ]
    at = second.effective_at + 3_600_000
    back = run(begun, "rollback", "--at", rfc3339(at), "--json")
    assert (back.returncode, back.stderr) == (0, "")
    assert newest(begun) == policy(3, at)
    assert json.loads(back.stdout)["number"] == 3


def test_a_dry_run_tells_and_changes_nothing(begun: Shop, slower: str) -> None:
    done = run(begun, "promote", slower, "--dry-run", "--silent", "--json")
    assert done.returncode == 0
    told = json.loads(done.stdout)
    assert (told["number"], told["silent"], told["dry_run"], told["id"]) == (2, True, True, "seed")
    assert [change["path"] for change in told["differences"]] == ["scores.recency.within"]
    assert len(published(begun)) == 1


def test_history_tells_policies_and_cut_points(begun: Shop) -> None:
    ahead = now() + 86_400_000
    write(begun, begun.topics.control, control(policy(2, T0, document=SLOWER), version(1, T0), policy(3, ahead)))
    lines = run(begun, "history").stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2", "3", "cut"]
    assert ["before" in lines[0], "in force" in lines[1], "ahead" in lines[2]] == [True] * 3
    told = json.loads(run(begun, "history", "--json").stdout)
    assert told["policies"][1]["document"] == SLOWER
    assert told["cut_points"][0]["frequency"] == [1, 2]


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["promote", "seed"], 1, "is the newest policy already"),
        (["promote", "nobody"], 1, "no such pack"),
        (["promote", "klaviyo", "--at", "2020-01-01T00:00:00Z"], 1, "too early"),
        (["promote", "klaviyo", "--at", "noon"], 2, "noon"),
        (["promote"], 2, "POLICY"),
        (["rollback"], 1, "nothing to go back to"),
    ],
)
def test_what_cannot_be_promoted_is_refused_with_its_exit_code(
    arguments: list[str], code: int, reason: str, begun: Shop
) -> None:
    done = run(begun, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert reason in done.stderr
    assert len(published(begun)) == 1


def test_without_topic_or_first_policy_there_is_nothing_to_promote(apache_kafka: str, shop: Shop) -> None:
    assert "no policy is in force yet" in run(shop, "promote", "klaviyo").stderr
    assert run(shop, "history").stdout == "no policy yet: the first worker publishes one\n"
    bare = open_shop(apache_kafka, 1, {"control.v1": 0})
    assert "segue topics apply" in run(bare, "history").stderr


def test_under_the_clock_of_the_stream_the_instant_is_given(begun: Shop, slower: str) -> None:
    assert "--at" in run(begun, "promote", slower, clock="stream").stderr
    assert run(begun, "promote", slower, "--at", str(T0), clock="stream").returncode == 0
    assert newest(begun).effective_at == T0


async def test_of_two_promotions_at_once_one_is_the_next_and_the_other_is_refused_or_follows_it(
    begun: Shop, settings: Settings, tmp_path: Path
) -> None:
    names = []
    for number in range(3):
        names.append(tmp_path / f"{number}.yaml")
        names[-1].write_text(SEED_TEXT.replace("90d", f"{91 + number}d"))
    attempts = (promote(settings, str(name), at=None, silent=False, dry_run=False) for name in names)
    done = await asyncio.gather(*attempts, return_exceptions=True)
    records = [one for one in published(begun) if isinstance(one, PolicyRecord)]
    assert [one.number for one in records] == list(range(1, len(records) + 1))
    promoted = [one.record for one in done if isinstance(one, Rollout)]
    refused = [one for one in done if isinstance(one, PromotionRefused | SegueError)]
    assert len(promoted) + len(refused) == 3, done
    assert all(record in records for record in promoted)  # one fenced while it committed is told to look there too
    assert len(records) > 1, done
