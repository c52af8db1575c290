"""Values in, the documents that Helm makes of the chart out; and those that are committed."""

import os
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from tests.deploy.asked import DEPLOY

HELM: Final = DEPLOY.parent / ".helm" / "helm"
CHART: Final = DEPLOY / "helm" / "segue"
RENDERED: Final = DEPLOY / "helm" / "rendered"
REQUIRED: Final = "SEGUE_REQUIRE_KAFKA" in os.environ
"""Where nothing may be skipped, Helm is there too."""


def helm(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """Run Helm; the test is skipped where there is none and may be."""
    if not HELM.exists() and not REQUIRED:
        pytest.skip("Helm is missing: deploy/helm/fetch")
    return subprocess.run([HELM, *arguments], capture_output=True, text=True, check=False)


def documents(text: str) -> list[dict[str, Any]]:
    """Read what is in a rendering."""
    return [document for document in YAML(typ="safe", pure=True).load_all(text) if document]


def rendered(name: str) -> list[dict[str, Any]]:
    """Read a rendering that is committed."""
    return documents((RENDERED / f"{name}.yaml").read_text("utf-8"))


def made_with(*values: str) -> list[dict[str, Any]]:
    """Render the chart with values as `--set` takes them."""
    done = helm("template", "segue", CHART, *(word for value in values for word in ("--set", value)))
    assert done.returncode == 0, done.stderr
    return documents(done.stdout)


def refusal_of(*values: str) -> str:
    """Say why Helm does not render such values; empty when it does."""
    return helm("template", "segue", CHART, *(word for value in values for word in ("--set", value))).stderr


def of_kind(among: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Pick the documents of a kind."""
    return [document for document in among if document["kind"] == kind]


def pod_of(among: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    """Give the pod that the one document of this kind starts."""
    (found,) = of_kind(among, kind)
    pod: dict[str, Any] = found["spec"]["template"]["spec"]
    return pod


def told(pod: dict[str, Any]) -> dict[str, Any]:
    """Give the environment of a pod's container: values, or where they come from."""
    (container,) = pod["containers"]
    return {one["name"]: one.get("value", one.get("valueFrom")) for one in container["env"]}
