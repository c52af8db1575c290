"""The Helm chart: what is committed is what it renders, Kubernetes would take it, and it names what there is."""

import os
import subprocess
from pathlib import Path
from typing import Any, Final

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from schemas.topics import Topics
from tests.deploy.asked import DEPLOY
from tests.deploy.settings_named import setting_names

HELM: Final = DEPLOY.parent / ".helm" / "helm"
CHART: Final = DEPLOY / "helm" / "segue"
RENDERED: Final = DEPLOY / "helm" / "rendered"
KUBERNETES: Final = ("1.29", "1.35")
FOREIGN: Final = {"ServiceMonitor", "KafkaTopic"}
"""Kinds of other projects, whose schemas Kubernetes does not have."""
REQUIRED: Final = "SEGUE_REQUIRE_KAFKA" in os.environ
"""Where nothing may be skipped, Helm is there too."""


def rendered(name: str) -> list[dict[str, Any]]:
    text = (RENDERED / f"{name}.yaml").read_text("utf-8")
    return [document for document in YAML(typ="safe", pure=True).load_all(text) if document]


def of_kind(name: str, kind: str) -> list[dict[str, Any]]:
    return [document for document in rendered(name) if document["kind"] == kind]


def helm(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if not HELM.exists() and not REQUIRED:
        pytest.skip("Helm is missing: deploy/helm/fetch")
    return subprocess.run([HELM, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", ["default", "everything"])
def test_what_is_committed_is_what_the_chart_renders(name: str) -> None:
    values = RENDERED / f"{name}.values.yaml"
    chosen = ("--values", values) if values.exists() else ()
    done = helm("template", "segue", CHART, "--namespace", "segue", *chosen)
    assert done.stderr == ""
    assert done.stdout == (RENDERED / f"{name}.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    "wrong",
    [
        "replicas=0",
        "imagge.tag=1",
        "kafka.bootstrapServers=kafka",
        "kafka.securityProtocol=SASL_SSL",
        "settings.HOME=/",
        "terminationGracePeriodSeconds=5",
    ],
)
def test_values_that_cannot_work_are_refused(wrong: str) -> None:
    assert "values don't meet the specifications" in helm("template", "segue", CHART, "--set", wrong).stderr


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("name", ["default", "everything"])
def test_kubernetes_knows_every_field(name: str, version: str) -> None:
    documents = [document for document in rendered(name) if document["kind"] not in FOREIGN]
    assert "StatefulSet" in {document["kind"] for document in documents}
    for document in documents:
        kubernetes_validate.validate(document, version, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(documents[0] | {"specc": {}}, version, strict=True)


def test_no_probe_that_kills_looks_at_partitions() -> None:
    (workers,) = of_kind("default", "StatefulSet")
    (container,) = workers["spec"]["template"]["spec"]["containers"]
    paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}


def test_a_worker_has_no_more_rights_than_the_restricted_standard_gives() -> None:
    (workers,) = of_kind("default", "StatefulSet")
    pod = workers["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_the_chart_sets_what_can_be_set() -> None:
    (workers,) = of_kind("everything", "StatefulSet")
    (container,) = workers["spec"]["template"]["spec"]["containers"]
    assert {variable["name"] for variable in container["env"]} - setting_names() == set()


def test_the_topics_of_the_chart_are_those_of_segue() -> None:
    told = {
        topic["spec"]["topicName"]: (topic["spec"]["partitions"], topic["spec"]["config"])
        for topic in of_kind("everything", "KafkaTopic")
    }
    planned = {
        plan.name: (
            plan.partitions or 12,
            {"min.insync.replicas": 2, "cleanup.policy": plan.cleanup} | dict(plan.settings),
        )
        for plan in Topics().plan()
    }
    assert told == planned
