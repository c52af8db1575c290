"""`segue dlq`: an operator looks at what was rejected, and sends it back to where it came from."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import orjson
import pytest

from tests.app.commands import segue
from tests.kafka.audit import remembered
from tests.kafka.feeding import Sent, feed
from tests.kafka.reading import Read, read_all, read_until
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0
from tests.kafka.worker_process import WorkerProcess, shop_environment

pytestmark = pytest.mark.kafka
PARTITIONS = 2
SECRET = b"\xff\xfe canary-7c1f is no JSON"
TRACE = (("trace", b"\x00\xff"), ("trace", b"again"))
LARGE = 600 * 1024
ATTEMPT = "segue.dlq.attempt"


@dataclass(frozen=True)
class Counter:
    """A shop with three rejected records: one astray, one that is no JSON, one too large to copy."""

    shop: Shop
    worker: WorkerProcess
    astray: Sent
    garbled: Sent
    large: Sent

    def dlq(self, *arguments: str) -> CompletedProcess[str]:
        return segue("dlq", *arguments, **shop_environment(self.shop, Path("nowhere")))

    def letters(self, count: int) -> list[Read]:
        """Wait for so many dead letters."""
        return read_until(self.shop, self.shop.topics.dead_letters, lambda came: len(came) >= count, 60)

    def letter(self, original: Sent, attempt: int = 1) -> Read:
        """Give the dead letter of a record."""
        (found,) = [
            letter
            for letter in read_all(self.shop, self.shop.topics.dead_letters)
            if letter.timestamp == original.timestamp and last(letter, ATTEMPT) == str(attempt)
        ]
        return found


@pytest.fixture
def counter(apache_kafka: str, tmp_path: Path) -> Iterator[Counter]:
    shop = open_shop(apache_kafka, PARTITIONS)
    home = shop.partition_of("ann")
    astray = Sent(b"ann", order("ann"), T0, 1 - home, TRACE)
    garbled = Sent(b"bob", SECRET, T0 + 1, 0, TRACE)
    large = Sent(b"cyd", b" " * LARGE, T0 + 2, 1)
    feed(shop, [astray, garbled, large])
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        worker.wait_ready()
        made = Counter(shop, worker, astray, garbled, large)
        made.letters(3)
        yield made


def order(customer: str) -> bytes:
    return orjson.dumps(
        {
            "type": "order_placed",
            "event_id": "e-1",
            "customer_id": customer,
            "occurred_at": T0,
            "order_id": "o-1",
            "total": {"amount_minor": 1_000, "currency": "GBP"},
        }
    )


def last(record: Read, name: str) -> str:
    """Give the newest header of that name: ours stand behind those of the original."""
    return [value for key, value in record.headers if key == name and value is not None][-1].decode()


def test_dead_letters_are_listed_shown_and_sent_back_and_a_loop_is_refused(counter: Counter) -> None:
    check_list(counter)
    check_show(counter)
    check_dry_run(counter)
    check_replay(counter)
    check_loop(counter)


def check_list(counter: Counter) -> None:
    done = counter.dlq("list", "--json")
    assert done.returncode == 0, done.stderr
    told = {row["code"]: row for row in map(orjson.loads, done.stdout.splitlines())}
    assert told.keys() == {"wrong_partition", "undecodable", "too_large"}
    letter = counter.letter(counter.garbled)
    assert told["undecodable"] | {"message": ""} == {
        "partition": letter.partition,
        "offset": letter.offset,
        "time": "2010-12-01T08:26:00.001+00:00",
        "code": "undecodable",
        "message": "",
        "origin": {"topic": counter.shop.topics.orders, "partition": 0, "offset": counter_offset(counter)},
        "attempt": 1,
        "by_reference": False,
    }
    assert told["undecodable"]["message"].startswith("$: ")
    assert "canary" not in done.stdout
    assert len(counter.dlq("list", "--limit", "2").stdout.splitlines()) == 2
    (line,) = counter.dlq("list", "--code", "wrong_partition").stdout.splitlines()
    assert "wrong_partition" in line
    assert counter.dlq("list", "--topic", "another").stdout == ""


def counter_offset(counter: Counter) -> int:
    """Say where the garbled record stands: behind the one astray, if that went to the same partition."""
    return int(counter.astray.partition == counter.garbled.partition)


def check_show(counter: Counter) -> None:
    letter = counter.letter(counter.garbled)
    done = counter.dlq("show", str(letter.partition), str(letter.offset))
    assert done.returncode == 0, done.stderr
    assert "\\xff\\xfe canary-7c1f is no JSON" in done.stdout
    assert "trace: \x00\\xff" in done.stdout
    assert "segue.dlq.code: undecodable" in done.stdout
    nothing = counter.dlq("show", "0", "999")
    assert (nothing.returncode, nothing.stdout) == (1, "")
    assert nothing.stderr.startswith("error: ")


def check_dry_run(counter: Counter) -> None:
    before = counter.shop.ends()
    done = counter.dlq("replay", "--dry-run")
    assert (done.returncode, done.stdout) == (0, "would replay 3\n"), done.stderr
    assert counter.shop.ends() == before
    assert counter.dlq("replay", "--partition", "0").returncode == 2


def check_replay(counter: Counter) -> None:
    """All three go back: the one astray finds home and counts, the others come back as attempt 2."""
    shop, before = counter.shop, {(r.partition, r.offset) for r in read_all(counter.shop, counter.shop.topics.orders)}
    done = counter.dlq("replay")
    assert (done.returncode, done.stdout) == (0, "replayed 3\n"), done.stderr
    back = [r for r in read_all(shop, shop.topics.orders) if (r.partition, r.offset) not in before]
    for original in (counter.astray, counter.garbled, counter.large):
        (again,) = [record for record in back if record.timestamp == original.timestamp]
        assert (again.key, again.value) == (original.key, original.value)
        assert again.headers == (*original.headers, (ATTEMPT, b"1"))
        assert again.partition == shop.partition_of((original.key or b"").decode())
    counter.letters(5)
    shop.wait_until_worked(limit_s=30)
    assert remembered(shop).customers()["ann"].frequency == 1
    assert last(counter.letter(counter.garbled, attempt=2), "segue.dlq.code") == "undecodable"


def check_loop(counter: Counter) -> None:
    before, letter = counter.shop.ends(), counter.letter(counter.garbled, attempt=2)
    place = ("--partition", str(letter.partition), "--offset", str(letter.offset))
    done = counter.dlq("replay", *place)
    assert done.returncode == 1
    refused, replayed = done.stdout.splitlines()
    assert refused.startswith(f"refused {letter.partition} {letter.offset}: attempt 2 ")
    assert replayed == "replayed 0"
    assert counter.shop.ends() == before
    allowed = counter.dlq("replay", *place, "--again", "3")
    assert (allowed.returncode, allowed.stdout) == (0, "replayed 1\n"), allowed.stderr
    counter.letters(6)
    counter.letter(counter.garbled, attempt=3)


def test_without_brokers_or_topic_one_clear_error_is_told(apache_kafka: str) -> None:
    nowhere = segue("dlq", "list", SEGUE_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert nowhere.returncode == 1
    assert nowhere.stderr.startswith("error: cannot reach Kafka")
    missing = segue("dlq", "list", SEGUE_KAFKA__BOOTSTRAP_SERVERS=apache_kafka, SEGUE_TOPIC_PREFIX="nowhere.")
    assert missing.returncode == 1
    assert "nowhere.segue.dlq.v1" in missing.stderr
    assert "segue topics apply" in missing.stderr
