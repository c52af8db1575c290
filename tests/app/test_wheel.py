"""What is shipped: a wheel and a source archive with what runs and nothing else; the wheel works where it is alone."""

import sys
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.app import commands
from tests.kafka.worker_process import REPOSITORY

UV: Final = Path(sys.executable).parent / "uv"
PACKAGES: Final = ("app", "agents", "tables", "schemas")
EXAMPLE: Final = "deploy/examples/messages_to_webhook.py"
LIMIT_S: Final = 120


def run(*command: str | Path, cwd: Path = REPOSITORY, around: Mapping[str, str] = {}) -> str:
    done = commands.run(*command, cwd=cwd, around=around, limit_s=LIMIT_S)
    assert done.returncode == 0, done.stderr
    return done.stdout


def sources() -> set[str]:
    """Name the files of our packages as they are written, without what Python or a compiler made of them."""
    found = (path for package in PACKAGES for path in (REPOSITORY / package).rglob("*") if path.is_file())
    return {str(path.relative_to(REPOSITORY)) for path in found if path.suffix not in {".pyc", ".so"}}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build both, the wheel from the source archive; what builds them is here since the environment was made."""
    directory = tmp_path_factory.mktemp("dist")
    run(UV, "build", "--quiet", "--offline", "--out-dir", directory)
    return directory


def test_the_wheel_has_what_runs_and_nothing_else(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert not {Path(name).suffix for name in names} & {".so", ".pyc", ".map", ".ts", ".tsx"}
    assert names == sources() | {"app/demo/messages_to_webhook.py"}


def test_the_source_archive_has_what_makes_the_wheel_and_nothing_else(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = {name.partition("/")[2] for name in opened.getnames()}
    beside = {EXAMPLE, "CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml", "PKG-INFO", ".gitignore"}
    assert names == sources() | beside


def test_the_wheel_works_in_an_environment_of_its_own(built: Path, tmp_path: Path) -> None:
    """Install what the lock file pins, by its hashes, then run it where no checkout is in sight."""
    (wheel,) = built.glob("*.whl")
    venv = tmp_path / "venv"
    locked = (
        "sync",
        "--quiet",
        "--frozen",
        "--offline",
        "--no-dev",
        "--no-install-project",
        "--python",
        sys.executable,
    )
    run(UV, *locked, around={"UV_PROJECT_ENVIRONMENT": str(venv)})
    run(UV, "pip", "install", "--quiet", "--offline", "--no-deps", "--python", venv / "bin" / "python", wheel)
    segue = venv / "bin" / "segue"
    assert run(segue, "--version", cwd=tmp_path).startswith("segue ")
    assert "221 needs_attention (4) -> 231 at_risk (5)" in run(segue, "policy", "lint", "seed", cwd=tmp_path)
    example = "from app.demo.webhook import EXAMPLE; print(EXAMPLE.exists())"
    assert run(venv / "bin" / "python", "-c", example, cwd=tmp_path).strip() == "True"


def test_completion_installs_and_completes(tmp_path: Path) -> None:
    segue = Path(sys.executable).parent / "segue"
    # Whatever has started the tests: the shell is named here, and not looked for among the processes around.
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    run(segue, "--install-completion", "bash", around={"HOME": str(tmp_path), **named})
    (script,) = (tmp_path / ".bash_completions").iterdir()
    assert "_SEGUE_COMPLETE=complete_bash" in script.read_text()
    asked = {"_SEGUE_COMPLETE": "complete_bash", "COMP_WORDS": "segue topics ", "COMP_CWORD": "2"}
    assert run(segue, around=asked).split() == ["plan", "apply", "export", "dump"]
