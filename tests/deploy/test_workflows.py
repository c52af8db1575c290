"""The workflows: well formed, they bring what tests need, and a release is what its tag, chart and changelog say."""

import os
import re
import shutil
import subprocess
import tomllib
from pathlib import Path
from typing import Any, Final

import orjson
import pytest
from jsonschema_rs import validator_for

from tests.deploy.asked import DEPLOY, read_yaml

ROOT: Final = DEPLOY.parent
WORKFLOWS: Final = ROOT / ".github" / "workflows"
SCHEMA: Final = Path(__file__).parent / "vendored" / "github-workflows.json"
SAYS_THE_VERSION: Final = ("pyproject.toml", "CHANGELOG.md", "deploy/helm/segue/Chart.yaml")


def version() -> str:
    told: str = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    return told


def steps(workflow: str, job: str) -> list[dict[str, Any]]:
    given: list[dict[str, Any]] = read_yaml(WORKFLOWS / workflow)["jobs"][job]["steps"]
    return given


def command_of(workflow: str, job: str, name: str) -> str:
    (step,) = [step for step in steps(workflow, job) if step.get("name") == name]
    return str(step["run"])


def run(command: str, tag: str, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does."""
    found = f"{path}{os.pathsep}{os.environ['PATH']}" if path is not None else os.environ["PATH"]
    around = {"PATH": found, "GITHUB_REF_NAME": tag, "REGISTRY": "registry.example.com/shop"}
    return subprocess.run(
        ["/bin/bash", "-e", "-c", command], cwd=cwd, env=around, capture_output=True, text=True, check=False
    )


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """Make a checkout whose changelog says that its version is out."""
    for name in SAYS_THE_VERSION:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    changelog = tmp_path / "CHANGELOG.md"
    changelog.write_text(changelog.read_text("utf-8").replace(" (unreleased)", " · 2026-12-01"), "utf-8")
    return tmp_path


@pytest.mark.parametrize("path", sorted(WORKFLOWS.iterdir()), ids=lambda path: path.name)
def test_the_workflows_are_such_and_call_what_make_has(path: Path) -> None:
    workflow, check = read_yaml(path), validator_for(orjson.loads(SCHEMA.read_bytes()))
    assert [error.message for error in check.iter_errors(workflow)] == []
    assert not check.is_valid(workflow | {"jobs": {"test": {"steps": "none"}}})
    rules = (ROOT / "Makefile").read_text("utf-8")
    commands = [step.get("run", "") for job in workflow["jobs"].values() for step in job["steps"]]
    targets = [line.split()[1] for command in commands for line in command.splitlines() if line.startswith("make ")]
    assert targets
    assert [target for target in targets if f"\n{target}:" not in rules] == []


def test_the_workflow_of_the_tests_brings_whatever_they_ask_for() -> None:
    """What `.ci/run` looks for, a runner has from its image (make, cc), from an action, or from a package."""
    needed = set(re.findall(r"^need (\w+)", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE)) - {"make", "cc"}
    actions = {"actions/setup-java": "java", "actions/setup-node": "npm"}
    given = steps("test.yml", "test")
    brought = {actions.get(step.get("uses", "").partition("@")[0]) for step in given}
    packages = {"prometheus": "promtool", "maven": "mvn", "chromium-browser": "chromium"}
    installed = [
        word
        for step in given
        for line in step.get("run", "").splitlines()
        if "apt-get install" in line
        for word in line.split()
    ]
    assert needed - brought - {packages.get(word) for word in installed} == set()


def test_project_chart_and_changelog_name_one_version() -> None:
    chart = read_yaml(ROOT / "deploy" / "helm" / "segue" / "Chart.yaml")
    newest = re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest is not None
    assert chart["version"] == chart["appVersion"] == newest[1] == version()


def test_only_the_tag_of_the_version_becomes_a_release(released: Path) -> None:
    check = command_of("release.yml", "packages", "the tag is the version")
    assert run(check, f"v{version()}", released).returncode == 0
    for tag in (version(), f"v{version()}1", "v99.0.0"):
        refused = run(check, tag, released)
        assert (refused.returncode, tag in refused.stdout) == (1, True)


@pytest.mark.parametrize(
    ("name", "said"),
    [("deploy/helm/segue/Chart.yaml", "appVersion: "), ("CHANGELOG.md", "## ")],
)
def test_a_release_that_chart_or_changelog_do_not_know_is_refused(released: Path, name: str, said: str) -> None:
    file = released / name
    file.write_text(file.read_text("utf-8").replace(f"{said}{version()}", f"{said}0.0.1"), "utf-8")
    refused = run(command_of("release.yml", "packages", "the tag is the version"), f"v{version()}", released)
    assert (refused.returncode, Path(name).name in refused.stdout) == (1, True)


def test_a_release_whose_changelog_says_unreleased_is_refused(released: Path) -> None:
    changelog = released / "CHANGELOG.md"
    changelog.write_text(f"# Changelog\n\n## {version()} (unreleased)\n", "utf-8")
    refused = run(command_of("release.yml", "packages", "the tag is the version"), f"v{version()}", released)
    assert (refused.returncode, "unreleased" in refused.stdout) == (1, True)


def test_the_image_of_a_release_has_the_tag_that_the_chart_asks_for(tmp_path: Path) -> None:
    for tool in ("make", "docker"):
        (tmp_path / tool).write_text(f'#!/bin/sh\necho "{tool} $*"\n')
        (tmp_path / tool).chmod(0o755)
    done = run(command_of("release.yml", "image", "build and push"), f"v{version()}", ROOT, tmp_path)
    image = f"registry.example.com/shop/segue:{read_yaml(ROOT / 'deploy/helm/segue/Chart.yaml')['appVersion']}"
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"make image IMAGE={image}"
    assert done.stdout.splitlines()[-1] == f"docker push {image}"
