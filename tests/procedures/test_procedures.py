"""The procedures of the runbook and what their rehearsals printed; `make runbook` rehearses and records them."""

import os
import re
import subprocess
from typing import Final

import pytest

from tests.kafka.worker_process import REPOSITORY
from tests.procedures.broker_rehearsals import BROKER_REHEARSALS
from tests.procedures.rehearsals import REHEARSALS
from tests.procedures.stage import PROCEDURES

RUNBOOK: Final = REPOSITORY / "deploy" / "runbook.md"
NAMES: Final = sorted(file.name for file in PROCEDURES.iterdir() if file.is_file() and not file.suffix)
ASKING: Final = ["change-the-policy", "more-partitions", "replay-a-day", "restore-from-nothing", "rotate-secrets"]


def text(name: str) -> str:
    return (PROCEDURES / name).read_text("utf-8")


def recorded(name: str) -> str:
    return text(f"recorded/{name}.txt")


def test_every_procedure_is_rehearsed_recorded_and_in_the_table_of_the_runbook() -> None:
    assert sorted([*REHEARSALS, *BROKER_REHEARSALS]) == NAMES
    assert sorted(file.stem for file in (PROCEDURES / "recorded").iterdir()) == NAMES
    rows = re.findall(
        r"\[([a-z-]+)\]\(procedures/\1\) \| \[recorded\]\(procedures/recorded/\1\.txt\)", RUNBOOK.read_text()
    )
    assert sorted(rows) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_procedure_is_a_script_that_can_be_run_and_every_step_of_it_is_recorded(name: str) -> None:
    assert os.access(PROCEDURES / name, os.X_OK)
    assert subprocess.run(["/bin/bash", "-n", PROCEDURES / name], check=False).returncode == 0
    steps = re.findall(r'^ *step "(.+)"$', text(name), re.MULTILINE)
    assert len(steps) == text(name).count("step ") > 1
    for step in steps:
        said = step.replace("$SEGUE_APP_ID", "segue").replace("\\`", "`")
        assert f"# {said}\n" in recorded(name)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_recorded_began_with_the_procedure_and_names_no_machine(name: str) -> None:
    assert f"\n> deploy/procedures/{name}" in f"\n{recorded(name)}"
    assert not re.search(r"Traceback|SLF4J|(^|[\s:'\"=])/(?!127)\w+/", recorded(name), re.MULTILINE)


@pytest.mark.parametrize("name", ASKING)
def test_a_procedure_that_lacks_its_arguments_says_so_and_does_nothing(name: str) -> None:
    done = subprocess.run(
        [PROCEDURES / name], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert (done.stdout, done.stderr[:16]) == ("", "Operator action:")
