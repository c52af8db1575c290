"""How pods of the chart come to the brokers: through the network policy, with secrets that are there and may change."""

from pathlib import PurePosixPath
from typing import Any, Final

import kubernetes_validate
import pytest

from app.kafka_settings import PREFIX, KafkaSettings
from tests.deploy.chart import made_with, of_kind, pod_of, refusal_of, rendered, told
from tests.deploy.settings_named import setting_names

SERVE: Final = "serve.enabled=true"
RUNNING: Final = (("StatefulSet", "worker", "kafka"), ("Deployment", "serve", "serve"))
"""Workers and the read side: what starts them, their name among the processes, and where their values stand."""
running: Final = pytest.mark.parametrize(("kind", "process", "values"), RUNNING)


def files_of(pod: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Name every file of a secret that the container sees: where it lies, and the secret and the key it comes from."""
    (container,) = pod["containers"]
    places = {mount["name"]: mount for mount in container["volumeMounts"]}
    secrets = [volume for volume in pod["volumes"] if "secret" in volume]
    assert all(places[volume["name"]]["readOnly"] and "subPath" not in places[volume["name"]] for volume in secrets)
    return {
        f"{places[volume['name']]['mountPath']}/{item['path']}": (volume["secret"]["secretName"], item["key"])
        for volume in secrets
        for item in volume["secret"].get("items", ())
    }


def kafka_settings(pod: dict[str, Any]) -> KafkaSettings:
    """Read the settings of a pod as Segue does; it refuses what is half, or not used."""
    values = {name: value for name, value in told(pod).items() if name.startswith(PREFIX)}
    assert values.keys() <= setting_names()
    return KafkaSettings.model_validate(
        {
            name.removeprefix(PREFIX).lower(): value if isinstance(value, str) else "from-elsewhere"
            for name, value in values.items()
        }
    )


@pytest.mark.parametrize(
    ("values", "ports"),
    [
        (("kafka.bootstrapServers=b:9093",), {9093}),
        (("kafka.bootstrapServers=b:9093\\,c:9094\\,d:9093",), {9093, 9094}),
        (("kafka.bootstrapServers=[fd00::1]:9093", "kafka.port=9192"), {9093, 9192}),
    ],
)
def test_the_network_lets_pods_to_the_brokers_that_they_are_told_of(values: tuple[str, ...], ports: set[int]) -> None:
    policies = of_kind(made_with(SERVE, *values), "NetworkPolicy")
    assert len(policies) == len(RUNNING)
    for policy in policies:
        names, brokers = policy["spec"]["egress"][:2]
        assert {port["port"] for port in names["ports"]} == {53}
        assert [port["port"] for port in brokers["ports"]] == sorted(ports)


@pytest.mark.parametrize(
    "wrong",
    [
        ("kafka.securityProtocol=SASL_SSL",),
        # Strimzi is not asked for anything: nobody makes that user.
        ("kafka.securityProtocol=SASL_SSL", "strimzi.users={worker}"),
        ("kafka.securityProtocol=SASL_SSL", "strimzi.enabled=true", "strimzi.users={serve}"),
        ("kafka.securityProtocol=SASL_SSL", "kafka.credentialsSecret=w", SERVE),
        ("kafka.securityProtocol=SASL_SSL", "kafka.credentialsSecret=w", SERVE, "strimzi.users={serve}"),
        ("kafka.caSecret=ca",),
        ("kafka.clientSecret.name=mine",),
        (SERVE, "serve.clientSecret.name=mine"),
        ("kafka.securityProtocol=SSL", "kafka.clientSecret.name=mine", "kafka.clientSecret.key="),
    ],
)
def test_secrets_that_nobody_makes_or_nobody_uses_are_refused(wrong: tuple[str, ...]) -> None:
    assert "values don't meet the specifications" in refusal_of(*wrong)


@running
def test_pods_use_the_users_that_strimzi_makes(kind: str, process: str, values: str) -> None:
    everything = rendered("everything")
    pod = pod_of(everything, kind)
    settings = kafka_settings(pod)
    user = settings.sasl_username
    (made,) = [made for made in of_kind(everything, "KafkaUser") if made["metadata"]["name"] == user]
    assert made["spec"]["authentication"] == {"type": settings.sasl_mechanism.lower()}
    assert files_of(pod)[str(settings.sasl_password_file)] == (user, "password")


@running
def test_a_password_comes_as_a_file_for_it_may_change_while_pods_run(kind: str, process: str, values: str) -> None:
    given = ("kafka.securityProtocol=SASL_SSL", "kafka.credentialsSecret=of-worker", "serve.credentialsSecret=of-serve")
    pod = pod_of(made_with(SERVE, *given), kind)
    settings = kafka_settings(pod)
    assert settings.sasl_password is None
    assert files_of(pod)[str(settings.sasl_password_file)] == (f"of-{process}", "password")
    assert told(pod)[f"{PREFIX}SASL_USERNAME"] == {"secretKeyRef": {"name": f"of-{process}", "key": "username"}}


@running
@pytest.mark.parametrize("protocol", ["SSL", "SASL_SSL"])
def test_a_pod_shows_the_certificate_that_its_values_name(kind: str, process: str, values: str, protocol: str) -> None:
    given = (f"{values}.clientSecret.name=mine", f"{values}.clientSecret.key=private.pem", "kafka.caSecret=ca")
    users = ("kafka.credentialsSecret=w", "serve.credentialsSecret=s")
    made = made_with(SERVE, f"kafka.securityProtocol={protocol}", *given, *users)
    pod = pod_of(made, kind)
    settings, files = kafka_settings(pod), files_of(pod)
    assert files[str(settings.ssl_certfile)] == ("mine", "tls.crt")
    assert files[str(settings.ssl_keyfile)] == ("mine", "private.pem")
    assert PurePosixPath(str(settings.ssl_cafile)) == PurePosixPath("/etc/segue-tls/ca.crt")
    for other, *_ in RUNNING:
        if other != kind:
            assert kafka_settings(pod_of(made, other)).ssl_certfile is None
    for version in ("1.29", "1.35"):
        kubernetes_validate.validate(of_kind(made, kind)[0], version, strict=True)


@running
def test_under_ssl_strimzi_makes_users_with_certificates_and_pods_show_them(
    kind: str, process: str, values: str
) -> None:
    made = made_with(SERVE, "kafka.securityProtocol=SSL", "strimzi.enabled=true", "strimzi.users={worker,serve}")
    users = {user["metadata"]["name"]: user["spec"]["authentication"] for user in of_kind(made, "KafkaUser")}
    assert users == {f"segue-{process}": {"type": "tls"} for _, process, _ in RUNNING}
    pod = pod_of(made, kind)
    settings, files = kafka_settings(pod), files_of(pod)
    assert files[str(settings.ssl_certfile)] == (f"segue-{process}", "user.crt")
    assert files[str(settings.ssl_keyfile)] == (f"segue-{process}", "user.key")


@running
def test_without_tls_and_users_no_secret_is_mounted_for_brokers(kind: str, process: str, values: str) -> None:
    assert files_of(pod_of(made_with(SERVE), kind)) == {}
