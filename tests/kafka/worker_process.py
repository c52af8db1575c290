"""One worker as a child process: started, watched, frozen, killed by its process id, and never left behind."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final, Self, TypeVar

import orjson
from prometheus_client.parser import text_string_to_metric_families

from tests.kafka.forked import Forked, Request, can_fork
from tests.kafka.shop import Shop
from tests.kafka.waiting import wait_for

T = TypeVar("T")
REPOSITORY: Final = Path(__file__).resolve().parents[2]
SEGUE: Final = (sys.executable, "-m", "app.command_line")
WORKER: Final = (*SEGUE, "worker")
READY_S: Final = 90.0
SEED_AS_IT_BEGINS: Final = Path(__file__).parent / "seed_as_it_begins.yaml"
"""The pack `seed`, with its initial cut points in force for ever, as the oracle has them."""
PATIENT: Final = {"SEGUE_TRANSACTIONS__TIMEOUT_MS": "60000"}
"""For whoever counts what full transactions have worked: on a machine that others share one may take the 20 seconds
that it has by default, and what is given up while it commits is worked, but not counted."""
STOP_S: Final = 30.0
ANSWER_S: Final = 10.0
COMPLAINTS: Final = 20


def clean_environment(given: Mapping[str, str]) -> dict[str, str]:
    """Give a child's environment: ours without any SEGUE_ setting, and the given ones."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SEGUE_")} | dict(given)


def shop_environment(shop: Shop, directory: Path) -> dict[str, str]:
    """Say in SEGUE_ settings which deployment, which data directory and which policy."""
    return {
        "SEGUE_POLICY": str(SEED_AS_IT_BEGINS),
        "SEGUE_KAFKA__BOOTSTRAP_SERVERS": shop.bootstrap,
        "SEGUE_KAFKA__SESSION_TIMEOUT_MS": "6000",
        "SEGUE_APP_ID": shop.topics.app_id,
        "SEGUE_TOPIC_PREFIX": shop.topics.prefix,
        "SEGUE_STATE__DIRECTORY": str(directory),
        "SEGUE_HTTP__PORT": "0",
        "SEGUE_CLOCK": "stream",
    }


def start(
    command: Sequence[str], directory: Path, environment: Mapping[str, str], out: IO[bytes], err: IO[bytes]
) -> "Forked | subprocess.Popen[bytes]":
    """Start a command that is neither in our session nor reads our stdin; `segue` without its imports."""
    if tuple(command[: len(SEGUE)]) == SEGUE and can_fork():
        return Forked(Request(command[len(SEGUE) :], environment, str(directory)), out, err)
    return subprocess.Popen(
        command,
        cwd=directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        start_new_session=True,
    )


class WorkerProcess:
    """A running worker; leaving its `with` block kills what is left of it."""

    def __init__(
        self, shop: Shop, directory: Path, environment: Mapping[str, str] = {}, command: Sequence[str] = WORKER
    ) -> None:
        self.directory = directory
        self._port: int | None = None
        directory.parent.mkdir(parents=True, exist_ok=True)
        self._log = _new_log(directory)
        around = clean_environment(shop_environment(shop, directory) | dict(environment))
        with self._log.open("wb") as sink:
            self._process = start(command, REPOSITORY, around, sink, sink)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if error is not None:
            error.add_note(f"{self._log.name}, exit code {self._process.poll()}:\n{self._complaints()}")
        self.kill9()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def log(self) -> str:
        """Everything it has said so far."""
        return self._log.read_text("utf-8", "replace")

    def told(self, event: str) -> Iterator[dict[str, Any]]:
        """Give the log lines of one event; the last line may be half written."""
        for line in self._log.read_bytes().split(b"\n")[:-1]:
            if line.startswith(b"{") and event.encode() in line:
                entry = orjson.loads(line)
                if entry.get("event") == event:
                    yield entry

    def port(self) -> int:
        """Wait for the line in which it says where it listens."""
        if self._port is None:  # its log grows: it is looked through once
            starts = self._wait(lambda: list(self.told("worker starts")), READY_S, "worker starts")
            self._port = int(starts[0]["port"])
        return self._port

    def get(self, path: str, limit_s: float = ANSWER_S) -> tuple[int, str]:
        """Ask its HTTP server; gives status and body, OSError where it does not answer in time."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port()}{path}", timeout=limit_s
            ) as answer:  # http, loopback
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name: str, **labels: str) -> float:
        """Sum the samples of a metric that carry these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.get("/metrics")[1])
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def partitions(self) -> int:
        """Count the partitions that it shows a clock of."""
        return self.get("/metrics")[1].count("\nsegue_partition_clock_seconds{")

    def wait_ready(self) -> Self:
        """Wait until every partition of its is open."""
        self._wait(self._ready, READY_S, "readyz")
        return self

    def wait_ended(self, limit_s: float = STOP_S) -> int:
        """Wait until it ends; gives the exit code."""
        return self._process.wait(limit_s)

    def send_away(self) -> None:
        """SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def terminate(self) -> int:
        """SIGTERM, and wait until it has ended."""
        self.send_away()
        return self.wait_ended()

    def kill9(self) -> None:
        """SIGKILL, unless it has ended."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """SIGSTOP: for the group it is dead, and it does not know."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    def _ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except urllib.error.URLError:  # it has just ended, which `_wait` tells
            return False

    def _wait(self, reached: Callable[[], T], limit_s: float, what: str) -> T:
        def asked() -> T:
            assert self._process.poll() is None, f"the worker ended with {self._process.returncode}:\n{self._tail()}"
            return reached()

        try:
            return wait_for(asked, limit_s, what)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self._tail()}") from None

    def _complaints(self) -> str:
        """Give the last lines that are no routine: what a failure of the test may come from."""
        lines = [line for line in self.log.splitlines() if '"level":"info"' not in line.replace(" ", "")]
        return "\n".join(lines[-COMPLAINTS:])

    def _tail(self) -> str:
        return "\n".join(self.log.splitlines()[-20:])


def _new_log(directory: Path) -> Path:
    """Name a log that no earlier worker of this directory has."""
    earlier = len(list(directory.parent.glob(f"{directory.name}.*.log")))
    return directory.parent / f"{directory.name}.{earlier}.log"
