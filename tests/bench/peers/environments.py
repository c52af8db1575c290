"""A pinned list of what a peer needs in, an environment built once under .bench/ out."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Final

from tests.bench.processes import REPOSITORY

HERE: Final = Path(__file__).parent
BUILT: Final = REPOSITORY / ".bench"
QUIX: Final = HERE / "quix_requirements.txt"
KSTREAMS: Final = HERE / "kstreams"
JAVA: Final = str(Path(os.environ["JAVA_HOME"]) / "bin" / "java") if os.environ.get("JAVA_HOME") else "java"


@cache
def quix_python() -> str:
    """Give the interpreter that has Quix Streams, beside the project's own environment, which it would break."""
    return str(_built("quix", [QUIX], _install) / "bin" / "python")


@cache
def kstreams_classes() -> str:
    """Give the class path of the Kafka Streams program."""
    sources = [KSTREAMS / "pom.xml", *sorted(KSTREAMS.rglob("*.java"))]
    target = _built("kstreams", sources, _compile)
    return f"{target}/classes:{target}/lib/*"


def _built(name: str, sources: Iterable[Path], build: Callable[[Path], None]) -> Path:
    """Build what is not there yet for these very sources; a build that was broken off is none."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:12]
    target = BUILT / f"{name}-{digest}"
    finished = target / "finished"
    if not finished.exists():
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        build(target)
        finished.touch()
    return target


def _install(target: Path) -> None:
    _run([sys.executable, "-m", "venv", str(target)])
    pip = [str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--require-hashes", "--no-deps", "-r", str(QUIX)])


def _compile(target: Path) -> None:
    maven = shutil.which("mvn")
    if maven is None:
        raise RuntimeError("Maven (mvn) is needed on the PATH to build the Kafka Streams program")
    _run([maven, "-B", "-q", "-f", str(KSTREAMS / "pom.xml"), "package", f"-Dbench.target={target}"])


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout[-2_000:]}{done.stderr[-2_000:]}")
