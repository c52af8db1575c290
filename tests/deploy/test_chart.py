"""The Helm chart: what is committed is what it renders, Kubernetes would take it, and it names what there is."""

from typing import Final

import kubernetes_validate
import pytest

from app.rights import Process, rights_of
from app.topic_export import Layout, export
from deploy.helm.__main__ import FILE, KINDS, rights
from schemas.topics import Topics
from tests.deploy.chart import CHART, RENDERED, documents, helm, made_with, of_kind, pod_of, refusal_of, rendered, told
from tests.deploy.settings_named import setting_names

KUBERNETES: Final = ("1.29", "1.35")
FOREIGN: Final = {"ServiceMonitor", "KafkaTopic", "KafkaUser"}
"""Kinds of other projects, whose schemas Kubernetes does not have."""
EVERYTHING: Final = rendered("everything")


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
        "settings.HOME=/",
        "terminationGracePeriodSeconds=5",
        "strimzi.users={till}",
        "serve.ingress.enabled=true",
    ],
)
def test_values_that_cannot_work_are_refused(wrong: str) -> None:
    assert "values don't meet the specifications" in refusal_of(wrong)


@pytest.mark.parametrize("version", KUBERNETES)
@pytest.mark.parametrize("name", ["default", "everything"])
def test_kubernetes_knows_every_field(name: str, version: str) -> None:
    known = [document for document in rendered(name) if document["kind"] not in FOREIGN]
    assert "StatefulSet" in {document["kind"] for document in known}
    for document in known:
        kubernetes_validate.validate(document, version, strict=True)
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(known[0] | {"specc": {}}, version, strict=True)


RUNNING: Final = ("StatefulSet", "Deployment")
"""Workers, and the read side."""


@pytest.mark.parametrize("kind", RUNNING)
def test_no_probe_that_kills_looks_at_partitions(kind: str) -> None:
    (container,) = pod_of(EVERYTHING, kind)["containers"]
    paths = {probe: container[f"{probe}Probe"]["httpGet"]["path"] for probe in ("startup", "liveness", "readiness")}
    assert paths == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}


@pytest.mark.parametrize("kind", RUNNING)
def test_a_pod_has_no_more_rights_than_the_restricted_standard_gives(kind: str) -> None:
    pod = pod_of(EVERYTHING, kind)
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
    assert told(pod_of(EVERYTHING, kind)).keys() - setting_names() == set()


def test_the_topics_of_the_chart_are_those_of_segue() -> None:
    made = {
        topic["spec"]["topicName"]: (topic["spec"]["partitions"], topic["spec"]["config"])
        for topic in of_kind(EVERYTHING, "KafkaTopic")
    }
    planned = {
        plan.name: (
            plan.partitions or 12,
            {"min.insync.replicas": "2", "cleanup.policy": plan.cleanup} | dict(plan.settings),
        )
        for plan in Topics().plan()
    }
    assert made == planned


@pytest.mark.parametrize("replicas", [2, 3])
def test_the_chart_makes_the_topics_that_the_export_writes(replicas: int) -> None:
    """Names that Kubernetes does not take, too: of a user's topics nobody knows which tool has made them."""
    topics = Topics("The__Shop.", "Segue_2")
    written = documents(export(topics, Layout(12, replicas), "strimzi", "kafka"))
    named = ("strimzi.enabled=true", f"strimzi.replicas={replicas}", "topicPrefix=The__Shop.", "appId=Segue_2")
    made = of_kind(made_with(*named), "KafkaTopic")
    cluster = "strimzi.io/cluster"
    assert [
        {
            **topic,
            "metadata": {
                "name": topic["metadata"]["name"],
                "labels": {cluster: topic["metadata"]["labels"][cluster]},
            },
        }
        for topic in sorted(made, key=lambda topic: str(topic["spec"]["topicName"]))
    ] == [
        {**topic, "spec": {"topicName": topic["metadata"]["name"], **topic["spec"]}}
        for topic in sorted(written, key=lambda topic: str(topic["spec"].get("topicName", topic["metadata"]["name"])))
    ]


def test_the_users_of_the_chart_have_the_rights_of_their_processes_and_no_others() -> None:
    assert FILE.read_bytes() == rights(), "write it again: python -m deploy.helm"
    users = {
        user["metadata"]["name"]: user["spec"]["authorization"]["acls"] for user in of_kind(EVERYTHING, "KafkaUser")
    }
    processes: tuple[Process, ...] = ("worker", "serve", "promote")
    for process in processes:
        given = {
            (rule["resource"]["type"], rule["resource"]["name"], rule["resource"]["patternType"], *rule["operations"])
            for rule in users.pop(f"segue-{process}")
        }
        assert given == {
            (KINDS[right.kind], right.name, "prefix" if right.prefixed else "literal", *right.operations)
            for right in rights_of(process, Topics())
        }
    assert users == {}


def test_the_read_side_asks_all_workers_by_one_name_and_the_network_lets_it() -> None:
    asks = told(pod_of(EVERYTHING, "Deployment"))["SEGUE_SERVING__WORKERS"]
    (headless,) = [one for one in of_kind(EVERYTHING, "Service") if one["spec"].get("clusterIP") == "None"]
    (port,) = headless["spec"]["ports"]
    assert asks == f"http://{headless['metadata']['name']}:{port['port']}/metrics"
    workers, serve = (
        next(one["spec"] for one in of_kind(EVERYTHING, "NetworkPolicy") if one["spec"]["podSelector"] == selector)
        for selector in (made["spec"]["selector"] for kind in RUNNING for made in of_kind(EVERYTHING, kind))
    )
    assert {"podSelector": serve["podSelector"]} in workers["ingress"][0]["from"]
    asked = {
        "ports": [{"protocol": "TCP", "port": port["targetPort"]}],
        "to": [{"podSelector": workers["podSelector"]}],
    }
    assert asked in serve["egress"]


def test_the_read_side_is_no_worker_to_anything_that_selects_pods() -> None:
    (serve,), (workers,) = of_kind(EVERYTHING, "Deployment"), of_kind(EVERYTHING, "StatefulSet")
    labels = serve["spec"]["template"]["metadata"]["labels"]
    assert not workers["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert serve["spec"]["selector"]["matchLabels"].items() <= labels.items()
    assert of_kind(rendered("default"), "Deployment") == []


def test_of_several_copies_of_the_read_side_one_at_a_time_is_drained() -> None:
    labels = {document["metadata"]["name"]: document["spec"] for document in of_kind(EVERYTHING, "PodDisruptionBudget")}
    (serve,) = of_kind(EVERYTHING, "Deployment")
    assert serve["spec"]["replicas"] > 1
    assert labels["segue-serve"] == {"maxUnavailable": 1, "selector": serve["spec"]["selector"]}
    for alone in (("serve.enabled=false", "serve.replicas=2"), ("serve.enabled=true", "serve.replicas=1")):
        made = of_kind(made_with(*alone), "PodDisruptionBudget")
        assert [budget["metadata"]["name"] for budget in made] == ["segue"]
