"""A real Prometheus that scrapes one worker every half second, by the rules that are shipped."""

import shutil
import socket
import subprocess
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any, Final, Self

import orjson

from tests.deploy.asked import RULES

PROMETHEUS: Final = shutil.which("prometheus")
STOP_S: Final = 10
CONFIG: Final = """\
global: {{scrape_interval: 500ms, evaluation_interval: 500ms}}
rule_files: ["{rules}/*.yaml"]
scrape_configs: [{{job_name: segue, static_configs: [{{targets: ["127.0.0.1:{port}"]}}]}}]
"""


class PrometheusProcess:
    """Prometheus for the length of a `with` block."""

    def __init__(self, directory: Path, worker_port: int) -> None:
        directory.mkdir(parents=True)
        config = directory / "prometheus.yaml"
        config.write_text(CONFIG.format(rules=RULES, port=worker_port), "utf-8")
        self._address = f"127.0.0.1:{_free_port()}"
        self._log = directory / "log"
        self._command = (
            str(PROMETHEUS),
            f"--config.file={config}",
            f"--storage.tsdb.path={directory / 'data'}",
            f"--web.listen-address={self._address}",
        )

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(STOP_S)

    def ready(self) -> bool:
        """Tell whether it answers; AssertionError with its log when it has ended."""
        assert self._process.poll() is None, self._log.read_text()
        try:
            return bool(self._get("/-/ready"))
        except OSError:
            return False

    def values(self, expr: str) -> list[float]:
        """Evaluate a query now; not a number is no value."""
        answer = orjson.loads(self._get("/api/v1/query", query=expr))
        return [value for series in answer["data"]["result"] if (value := float(series["value"][1])) == value]

    def broken_rules(self) -> list[tuple[str, str]]:
        """Name the rules that cannot be evaluated, with what is wrong; those not evaluated yet too."""
        groups: list[dict[str, Any]] = orjson.loads(self._get("/api/v1/rules"))["data"]["groups"]
        every = [rule for group in groups for rule in group["rules"]]
        assert every
        return [(rule["name"], rule.get("lastError", rule["health"])) for rule in every if rule["health"] != "ok"]

    def _get(self, path: str, **query: str) -> bytes:
        url = f"http://{self._address}{path}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=10) as answer:  # http, loopback
            body: bytes = answer.read()
            return body


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
