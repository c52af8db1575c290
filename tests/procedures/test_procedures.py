"""The procedures of the runbook: two of them rehearsed on Apache Kafka, the rest by `make runbook`; all recorded."""

import re
from pathlib import Path

import pytest

from tests.kafka.shop import open_shop
from tests.kafka.worker_process import REPOSITORY
from tests.procedures.broker_rehearsals import BROKER_REHEARSALS
from tests.procedures.rehearsals import REHEARSALS
from tests.procedures.stage import PROCEDURES, Stage

RUNBOOK = REPOSITORY / "deploy" / "runbook.md"


def scripts() -> set[str]:
    return {file.name for file in PROCEDURES.iterdir() if file.is_file() and not file.suffix}


def test_every_procedure_is_rehearsed_recorded_and_in_the_runbook() -> None:
    assert scripts() == {*REHEARSALS, *BROKER_REHEARSALS}
    assert {file.stem for file in (PROCEDURES / "recorded").iterdir()} == scripts()
    assert set(re.findall(r"procedures/([a-z-]+)[)`\s]", RUNBOOK.read_text("utf-8"))) >= scripts()


@pytest.mark.kafka
@pytest.mark.parametrize("name", ["dlq-grows", "restore-from-nothing"])
def test_a_procedure_does_what_it_promises(apache_kafka: str, tmp_path: Path, name: str) -> None:
    REHEARSALS[name](Stage(open_shop(apache_kafka, 2), tmp_path))
