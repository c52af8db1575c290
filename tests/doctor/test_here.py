"""What needs no broker, and what is said where none answers."""

import asyncio
import gc
import os
import socket
from pathlib import Path
from typing import Any

import orjson

from app.data_directory import LOCK, lock_directory
from app.doctor.directory import directory_findings, holder, is_locked
from app.doctor.program import Ward, examine
from app.kafka_settings import KafkaSettings
from app.settings import Settings, StateSettings
from tests.app.commands import segue


def told(directory: Path) -> dict[str, str]:
    return {one.told: one.level for one in directory_findings(directory)}


def test_a_directory_that_is_to_be_created_is_judged_by_its_parent_and_left_alone(tmp_path: Path) -> None:
    found = directory_findings(tmp_path / "a" / "b")
    assert {one.level for one in found} == {"ok"}
    assert "to be created" in found[0].told
    assert not list(tmp_path.iterdir())


def test_what_is_no_directory_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (found,) = directory_findings(tmp_path / "file" / "data")
    assert (found.level, bool(found.action)) == ("error", True)


def test_the_process_that_holds_a_directory_is_named_and_loses_nothing(tmp_path: Path) -> None:
    with lock_directory(tmp_path):
        assert any(f"in use by process {os.getpid()}" in one for one in told(tmp_path))
        assert is_locked(tmp_path / LOCK)
    assert holder(tmp_path / LOCK) is None
    assert "no worker has it now" in told(tmp_path)


def test_a_broker_that_is_not_there_is_a_finding_with_exit_code_1(tmp_path: Path) -> None:
    environment = {"SEGUE_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:1", "SEGUE_STATE__DIRECTORY": str(tmp_path)}
    done = segue("doctor", "--json", **environment)
    assert (done.returncode, done.stderr) == (1, "")
    findings = orjson.loads(done.stdout)["findings"]
    assert findings[0]["check"] == "broker"
    assert findings[0]["level"] == "error"
    assert "127.0.0.1:1" in findings[0]["told"]
    assert "SEGUE_KAFKA__" in findings[0]["action"]
    assert {"policy", "directory"} < {one["check"] for one in findings}


async def test_a_producer_that_does_not_start_is_a_finding_and_nothing_is_left_of_it(tmp_path: Path) -> None:
    complaints: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, complaint: complaints.append(complaint))
    kafka = KafkaSettings(bootstrap_servers="127.0.0.1:1")
    ward = Ward(Settings(kafka=kafka, state=StateSettings(directory=tmp_path)), {})
    (found,) = await ward.transactions()
    gc.collect()
    assert (found.level, "KafkaConnectionError" in found.told) == ("error", True)
    assert complaints == []


def test_a_broker_that_accepts_and_never_answers_is_a_finding_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        settings = Settings(
            kafka=KafkaSettings(bootstrap_servers=address), state=StateSettings(directory=tmp_path), policy="none.yaml"
        )
        findings = asyncio.run(examine(settings, limit_s=0.3))
    errors = {one.check: one.told for one in findings if one.level == "error"}
    assert errors["broker"] == "no answer within 0.3 s"
    assert "none.yaml" in errors["policy"]
