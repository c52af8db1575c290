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
    asked = names or [*REHEARSALS, *BROKER_REHEARSALS]
    with tempfile.TemporaryDirectory(prefix="segue-procedures-") as folder:
        with ApacheKafka(Path(folder) / "broker") as broker:
            for name in asked:
                if name in REHEARSALS:
                    stage = Stage(open_shop(broker.bootstrap, 2), Path(folder) / name)
                    stage.folder.mkdir()
                    REHEARSALS[name](stage)
                    _record(name, stage)
        for name in asked:
            if name in BROKER_REHEARSALS:
                _record(name, BROKER_REHEARSALS[name](Path(folder) / name))


def _record(name: str, stage: Stage) -> None:
    file = PROCEDURES / "recorded" / f"{name}.txt"
    file.parent.mkdir(exist_ok=True)
    file.write_text(stage.recorded(), "utf-8")
    sys.stdout.write(f"{name}: as it should be; {file.relative_to(REPOSITORY)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
