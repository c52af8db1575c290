"""A real Apache Kafka broker on loopback, started and killed by its process id."""

import functools
import os
import random
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

REPOSITORY = Path(__file__).resolve().parents[2]
START = REPOSITORY / "deploy" / "kafka" / "start"
LIBS = REPOSITORY / ".kafka" / "libs"
START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
TESTERS = 8
"""Processes that test at the same time, at most."""
GIVEN: set[int] = set()
"""Ports that this one has given away."""


@functools.cache
def available() -> str | None:
    """Why no broker can run here, or None; fetches the jars the first time."""
    command = [str(START), "--libs", str(LIBS), "--prepare"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return None
    return (done.stderr.strip().splitlines() or ["kafka: the start script failed"])[-1]


class ApacheKafka:
    """One broker with its own directory and port, both kept over `kill` and `restart`."""

    def __init__(self, directory: Path, proxied: tuple[int, int] | None = None, properties: Path | None = None) -> None:
        """`proxied`: a second port, and that of the proxy to which it sends whoever asks there.

        `properties`: a file of more settings of the broker.
        """
        self._directory = directory
        self._log = directory / "broker.log"
        self._port = free_port()
        self._proxied = proxied
        self._properties = properties
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        return self._port

    @property
    def bootstrap(self) -> str:
        return f"127.0.0.1:{self._port}"

    def start(self, limit_s: float = START_LIMIT_S) -> None:
        self.launch()
        self.wait_until_it_answers(limit_s)

    def launch(self) -> None:
        """Begin to start; one of several answers only when there are enough of them."""
        if self._process is not None:
            raise RuntimeError("the broker runs already")
        self._directory.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C on pytest must leave the broker to `stop`, after the workers.
                start_new_session=True,
            )

    def wait_until_it_answers(self, limit_s: float = START_LIMIT_S) -> None:
        assert self._process is not None, "no broker runs"
        try:
            self._await_requests(self._process, limit_s)
        except BaseException:
            self.kill()
            raise

    def _command(self) -> list[str]:
        command = [str(START), "--port", str(self._port), "--dir", str(self._directory), "--libs", str(LIBS)]
        if self._proxied is not None:
            command += ["--proxied", "{}:{}".format(*self._proxied)]
        if self._properties is not None:
            command += ["--properties", str(self._properties)]
        return command

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def kill(self) -> None:
        """SIGKILL; call it only when all that was committed can be read.

        A broker killed with commit markers still to write may skip them when it comes back
        ("partitions are likely deleted already"), and `read_committed` then waits for ever.
        """
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """SIGSTOP: connections stay, answers do not come."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, which: signal.Signals) -> None:
        assert self._process is not None, "no broker runs"
        self._process.send_signal(which)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        if self._process is not None:
            self.stop()
        self.start()

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _await_requests(self, process: subprocess.Popen[bytes], limit_s: float) -> None:
        quick = {"reconnect.backoff.ms": 20, "reconnect.backoff.max.ms": 100}
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0, **quick})
        limit = time.monotonic() + limit_s
        while time.monotonic() < limit:
            if process.poll() is not None:
                raise RuntimeError(f"Kafka ended with {process.returncode}:\n{self._log_tail()}")
            try:
                if admin.list_topics(timeout=0.5).brokers:
                    return
            except KafkaException:
                continue
        raise TimeoutError(f"Kafka not ready in {limit_s:.0f} s:\n{self._log_tail()}")

    def _log_tail(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-30:])


def free_port() -> int:
    """Find a port for something that will be killed and come back to it, and that nobody else is given."""
    # Below the range from which the system gives ports to clients: a client that keeps trying
    # a killed broker could be given that very port and would hold it against the restart.
    # Each process that tests draws from ports of its own: of two brokers that were given the same one and started at
    # the same time, the second ended for it.
    ours = range(20_000 + 2 * (_number_among_testers() % TESTERS), 32_000, 2 * TESTERS)
    left = [port for port in ours if port not in GIVEN]
    for port in random.sample(left, len(left)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            GIVEN.add(port)
            return port
    raise RuntimeError("no free port between 20000 and 32000")


def _number_among_testers() -> int:
    """Say which of the processes of pytest-xdist this is; 0 where it is alone."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
