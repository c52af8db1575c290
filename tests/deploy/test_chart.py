"""The Helm chart: what is committed is what it renders, Kubernetes would take it, and it names what there is."""

import os
import subprocess
from pathlib import Path
from typing import Any, Final

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from app.rights import Process, rights_of
from deploy.helm.__main__ import FILE, KINDS, rights
from schemas.topics import Topics
from tests.deploy.asked import DEPLOY
from tests.deploy.settings_named import setting_names

HELM: Final = DEPLOY.parent / ".helm" / "helm"
CHART: Final = DEPLOY / "helm" / "segue"
RENDERED: Final = DEPLOY / "helm" / "rendered"
KUBERNETES: Final = ("1.29", "1.35")
FOREIGN: Final = {"ServiceMonitor", "KafkaTopic", "KafkaUser"}
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
        "strimzi.users={till}",
        "serve.ingress.enabled=true",
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


def pod_of(kind: str) -> dict[str, Any]:
    (found,) = of_kind("everything", kind)
    pod: dict[str, Any] = found["spec"]["template"]["spec"]
    return pod


RUNNING: Final = ("StatefulSet", "Deployment")
"""Workers, and the read side."""


@pytest.mark.parametrize("kind", RUNNING)
def test_no_probe_that_kills_looks_at_partitions(kind: str) -> None:
    (container,) = pod_of(kind)["containers"]
    paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}


@pytest.mark.parametrize("kind", RUNNING)
def test_a_pod_has_no_more_rights_than_the_restricted_standard_gives(kind: str) -> None:
    pod = pod_of(kind)
    (container,) = pod["containers"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@pytest.mark.parametrize("kind", RUNNING)
def test_the_chart_sets_what_can_be_set(kind: str) -> None:
    (container,) = pod_of(kind)["containers"]
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


def test_the_users_of_the_chart_have_the_rights_of_their_processes_and_no_others() -> None:
    assert FILE.read_bytes() == rights(), "write it again: python -m deploy.helm"
    users = {
        user["metadata"]["name"]: user["spec"]["authorization"]["acls"] for user in of_kind("everything", "KafkaUser")
    }
    processes: tuple[Process, ...] = ("worker", "serve", "promote")
    for process in processes:
        told = {
            (rule["resource"]["type"], rule["resource"]["name"], rule["resource"]["patternType"], *rule["operations"])
            for rule in users.pop(f"segue-{process}")
        }
        assert told == {
            (KINDS[right.kind], right.name, "prefix" if right.prefixed else "literal", *right.operations)
            for right in rights_of(process, Topics())
        }
    assert users == {}


@pytest.mark.parametrize("kind", RUNNING)
def test_pods_use_the_users_that_strimzi_makes(kind: str) -> None:
    (container,) = pod_of(kind)["containers"]
    values = {variable["name"]: variable for variable in container["env"]}
    user = values["SEGUE_KAFKA__SASL_USERNAME"]["value"]
    assert user in {made["metadata"]["name"] for made in of_kind("everything", "KafkaUser")}
    assert values["SEGUE_KAFKA__SASL_PASSWORD"]["valueFrom"]["secretKeyRef"] == {"name": user, "key": "password"}


def test_the_read_side_asks_all_workers_by_one_name_and_the_network_lets_it() -> None:
    (container,) = pod_of("Deployment")["containers"]
    told = next(one["value"] for one in container["env"] if one["name"] == "SEGUE_SERVING__WORKERS")
    (headless,) = [one for one in of_kind("everything", "Service") if one["spec"].get("clusterIP") == "None"]
    (port,) = headless["spec"]["ports"]
    assert told == f"http://{headless['metadata']['name']}:{port['port']}/metrics"
    workers, serve = (
        next(one["spec"] for one in of_kind("everything", "NetworkPolicy") if one["spec"]["podSelector"] == selector)
        for selector in (made["spec"]["selector"] for kind in RUNNING for made in of_kind("everything", kind))
    )
    assert {"podSelector": serve["podSelector"]} in workers["ingress"][0]["from"]
    asked = {
        "ports": [{"protocol": "TCP", "port": port["targetPort"]}],
        "to": [{"podSelector": workers["podSelector"]}],
    }
    assert asked in serve["egress"]


def test_the_read_side_is_no_worker_to_anything_that_selects_pods() -> None:
    (serve,), (workers,) = of_kind("everything", "Deployment"), of_kind("everything", "StatefulSet")
    labels = serve["spec"]["template"]["metadata"]["labels"]
    assert not workers["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert serve["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert of_kind("default", "Deployment") == []
