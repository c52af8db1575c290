"""A shop on a real broker in, procedures of deploy/procedures performed on it and what they print out."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app.settings import Settings
from tests.kafka.feeding import Sent, feed, sent
from tests.kafka.shop import Shop
from tests.kafka.shop_load import DAY_MS, ShopLoad
from tests.kafka.worker_process import REPOSITORY, WorkerProcess, clean_environment, shop_environment

PROCEDURES: Final = REPOSITORY / "deploy" / "procedures"
TOOLS: Final = REPOSITORY / ".kafka" / "tools" / "bin"
LIMIT_S: Final = 120
DAYS: Final = 60


@dataclass(frozen=True, slots=True)
class Stage:
    """A deployment that lives in the present, by the wall clock."""

    shop: Shop
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    transcript: list[str] = field(default_factory=list)

    def load(self, orders: int, seed: int = 1, customers: int = 50) -> list[Sent]:
        """Tell what a shop's last two months brought, up to yesterday."""
        start = int(time.time() * 1000) - (DAYS + 1) * DAY_MS
        told = ShopLoad(seed=seed, customers=customers, orders=orders, days=DAYS, start=start).tell()
        return [sent(self.shop, one) for one in told]

    def feed(self, records: list[Sent]) -> None:
        """Send records."""
        feed(self.shop, records)
        self.say(f"{len(records):,} records come in")

    def worker(self, name: str = "worker", **more: str) -> WorkerProcess:
        """Start a worker with a disk of its own."""
        return WorkerProcess(self.shop, self.folder / name, {"SEGUE_CLOCK": "wall", **self.environment, **more})

    def work(self, name: str = "worker") -> None:
        """Let a worker work everything, and end."""
        with self.worker(name) as worker:
            self.shop.wait_until_worked(60)
            assert worker.terminate() == 0
        self.say("a worker has worked them, and was stopped")

    def say(self, what: str) -> None:
        """Tell what happens beside the procedure."""
        self.transcript.append(f"\n[{what}]\n")

    def perform(self, name: str, *arguments: str | Path, **more: str) -> str:
        """Run a procedure as an operator would; it must succeed."""
        told = " ".join(str(argument) for argument in arguments)
        paths = [str(Path(sys.executable).parent), str(TOOLS), os.environ["PATH"]]
        around = shop_environment(self.shop, self.folder / "worker") | {
            "SEGUE_CLOCK": "wall",
            **self.environment,
            **more,
        }
        done = subprocess.run(
            [PROCEDURES / name, *arguments],
            env=clean_environment(around) | {"PATH": ":".join(paths), "NO_COLOR": "1"},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        self.transcript.append(f"\n> deploy/procedures/{name} {told}".rstrip() + f"\n{done.stdout}")
        assert done.returncode == 0, done.stdout
        return done.stdout

    def settings(self) -> Settings:
        """Say how to reach the deployment."""
        return Settings.model_validate(
            {
                "app_id": self.shop.topics.app_id,
                "topic_prefix": self.shop.topics.prefix,
                "kafka": {"bootstrap_servers": self.shop.bootstrap},
            }
        )

    def recorded(self) -> str:
        """Give all that was printed, under the names of a usual deployment."""
        text = "".join(self.transcript).strip("\n") + "\n"
        names = {
            str(self.folder): ".",
            self.shop.bootstrap: "127.0.0.1:9092",
            self.shop.topics.app_id: "segue",
            self.shop.topics.prefix: "",
            str(REPOSITORY): ".",
        }
        for name, usual in names.items():
            text = text.replace(name, usual)
        return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
