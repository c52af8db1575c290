"""Rehearse the procedures on Apache Kafka and write down what they print: `python -m tests.procedures [NAME...]`."""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.brokers.apache import ApacheKafka, available
from tests.kafka.shop import open_shop
from tests.kafka.worker_process import REPOSITORY
from tests.procedures.broker_rehearsals import BROKER_REHEARSALS
from tests.procedures.rehearsals import REHEARSALS
from tests.procedures.stage import PROCEDURES, Stage


def main(names: list[str]) -> None:
    """Rehearse these, or all; the first that does not do what it promises ends it."""
    reason = available()
    if reason is not None:
        sys.exit(reason)
    subprocess.run([REPOSITORY / "deploy" / "kafka" / "tools"], check=True, stdout=subprocess.DEVNULL)
    for name in names or [*REHEARSALS, *BROKER_REHEARSALS]:
        with tempfile.TemporaryDirectory(prefix="segue-procedure-") as folder:
            stage = _rehearsed(name, Path(folder))
        file = PROCEDURES / "recorded" / f"{name}.txt"
        file.parent.mkdir(exist_ok=True)
        file.write_text(stage.recorded(), "utf-8")
        sys.stdout.write(f"{name}: as it should be; {file.relative_to(REPOSITORY)}\n")


def _rehearsed(name: str, folder: Path) -> Stage:
    if name in BROKER_REHEARSALS:
        return BROKER_REHEARSALS[name](folder)
    with ApacheKafka(folder / "broker") as broker:
        stage = Stage(open_shop(broker.bootstrap, 2), folder)
        REHEARSALS[name](stage)
    return stage


if __name__ == "__main__":
    main(sys.argv[1:])
