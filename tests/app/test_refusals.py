"""What a worker cannot work with: it says so in one line that names what to do, and ends."""

import socket
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from app.data_directory import lock_directory
from tests.app.commands import segue
from tests.kafka.feeding import Sent, feed
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import T0
from tests.kafka.worker_process import REPOSITORY, WorkerProcess, shop_environment

NOWHERE = "127.0.0.1:1"
SEED_FILE = REPOSITORY / "schemas" / "packs" / "seed.yaml"


def assert_refused(done: CompletedProcess[str], *told: str) -> None:
    assert done.returncode == 1, done
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("error: ")
    assert [words for words in told if words not in line] == [], line


def start(tmp_path: Path, **settings: str) -> CompletedProcess[str]:
    nowhere = {"SEGUE_STATE__DIRECTORY": str(tmp_path / "data"), "SEGUE_KAFKA__BOOTSTRAP_SERVERS": NOWHERE}
    return segue("worker", **nowhere | settings)


def start_on(shop: Shop, tmp_path: Path, **settings: str) -> CompletedProcess[str]:
    return segue("worker", **shop_environment(shop, tmp_path / "data") | settings)


def test_an_unreachable_broker_is_refused(tmp_path: Path) -> None:
    assert_refused(start(tmp_path), NOWHERE, "Operator action", "SEGUE_KAFKA__")


def test_a_policy_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    missing = str(tmp_path / "none.yaml")
    assert_refused(start(tmp_path, SEGUE_POLICY=missing), missing, "cannot be read")


def test_a_policy_with_a_mistake_is_refused_with_its_place(tmp_path: Path) -> None:
    policy = tmp_path / "wrong.yaml"
    text = SEED_FILE.read_text("utf-8")
    policy.write_text(text.replace("[90d, 150d]", "[90d, 90d]"))
    line = 1 + text[: text.index("[90d, 150d]")].count("\n")
    assert_refused(start(tmp_path, SEGUE_POLICY=str(policy)), f"{policy}:{line}:", "ascend")


def test_a_data_directory_in_use_is_refused(tmp_path: Path) -> None:
    with lock_directory(tmp_path / "data"):
        assert_refused(start(tmp_path), str(tmp_path / "data"), "in use", "SEGUE_STATE__DIRECTORY")


def test_wrong_settings_are_refused_all_at_once_by_name_without_their_values(tmp_path: Path) -> None:
    wrong = {
        "SEGUE_PARTITIONS": "canary-zero",
        "SEGUE_HTTP__PORT": "99999",
        "SEGUE_HTTP__PROT": "canary-1",
        "SEGUE_CLOCK": "canary-sundial",
        "SEGUE_APP_ID": "canary a b",
        "SEGUE_KAFKA__SECURITY_PROTOCOL": "canary-telepathy",
    }
    done = start(tmp_path, **wrong)
    assert_refused(done, *wrong)
    assert [value for value in wrong.values() if value in done.stderr] == []


@pytest.mark.kafka
def test_missing_topics_are_refused_by_name(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, 2, {"dlq.v1": 0, "changelog": 0})
    names = (shop.topics.dead_letters, shop.topics.changelog)
    assert_refused(start_on(shop, tmp_path), *names, "segue topics apply")


@pytest.mark.kafka
def test_unequal_partition_counts_are_refused(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, 4, {"changelog": 3})
    assert_refused(start_on(shop, tmp_path), f"{shop.topics.changelog} has 3", "equal counts")


@pytest.mark.kafka
def test_an_http_port_in_use_is_refused(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert_refused(start_on(shop, tmp_path, SEGUE_HTTP__PORT=port), f"127.0.0.1:{port}", "SEGUE_HTTP__PORT")


OTHER_POLICY = SEED_FILE.read_text("utf-8").replace("[90d, 150d]", "[91d, 150d]")


@pytest.mark.kafka
def test_another_policy_than_any_of_the_deployment_is_refused_at_the_start(apache_kafka: str, tmp_path: Path) -> None:
    shop = open_shop(apache_kafka, 1)
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        worker.wait_ready()
    policy = tmp_path / "other.yaml"
    policy.write_text(OTHER_POLICY)
    done = start_on(shop, tmp_path, SEGUE_POLICY=str(policy))
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert "another policy" in line
    assert "segue policy promote" in line


@pytest.mark.kafka
def test_state_that_marks_the_erased_under_another_secret_is_refused_with_code_70(
    apache_kafka: str, tmp_path: Path
) -> None:
    shop = open_shop(apache_kafka, 1)
    feed(shop, [Sent(b"ann", b'{"type":"order_dreamt"}', T0, 0)])
    with WorkerProcess(shop, tmp_path / "worker") as worker:
        worker.wait_ready()
        shop.wait_until_worked(limit_s=30)
        assert worker.terminate() == 0
    with WorkerProcess(shop, tmp_path / "worker", {"SEGUE_ERASURE_SECRET": "another secret"}) as changed:
        assert changed.wait_ended() == 70
        (line,) = [line for line in changed.log.splitlines() if line.startswith("error: ")]
        assert "another secret" in line
        assert "who was erased" in line
        assert "Traceback" not in changed.log
