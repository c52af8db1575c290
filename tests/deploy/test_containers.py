"""Images and the deployment by compose: well formed, by settings that there are, and with what they mount."""

import os
import subprocess
import sys
from ctypes.util import find_library
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Final

import orjson
import pytest
from jsonschema_rs import validator_for

from app.config_command import flat, variable
from app.settings import HttpSettings, ServingSettings, Settings
from tests.deploy.asked import DEPLOY, read_yaml
from tests.deploy.settings_named import setting_names

CONTAINERS: Final = DEPLOY / "containers"
VENDORED: Final = Path(__file__).parent / "vendored"
HADOLINT: Final = Path(sys.executable).with_name("hadolint")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = read_yaml(CONTAINERS / "compose.yaml")
    return document


def mistakes(schema: str, document: object) -> list[str]:
    return [
        error.message for error in validator_for(orjson.loads((VENDORED / schema).read_bytes())).iter_errors(document)
    ]


def test_hadolint_finds_nothing_in_the_dockerfile_and_something_in_a_bad_one() -> None:
    done = subprocess.run([HADOLINT, CONTAINERS / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    bad = subprocess.run([HADOLINT, "-"], input=b"FROM debian\nRUN cd /tmp\n", capture_output=True, check=False)
    assert bad.returncode == 1


def test_the_image_runs_without_root_and_copies_only_what_is_there() -> None:
    lines = (CONTAINERS / "Dockerfile").read_text("utf-8").splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    sources = [
        source for line in lines if line.startswith("COPY ") and "--from" not in line for source in line.split()[1:-1]
    ]
    assert [source for source in sources if not (DEPLOY.parent / source).exists()] == []
    let_in = (CONTAINERS / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert {f"!{source}" for source in sources} == {line for line in let_in if line.startswith("!")}


def told_after(instruction: str) -> str:
    """Give what the last stage of the Dockerfile says after an instruction, its lines joined."""
    last_stage = (CONTAINERS / "Dockerfile").read_text("utf-8").replace("\\\n", " ").rpartition("\nFROM ")[2]
    lines = [line.removeprefix(instruction) for line in last_stage.splitlines() if line.startswith(instruction)]
    return " ".join(lines).strip()


def test_whatever_a_container_runs_it_writes_to_the_volume() -> None:
    """Its working directory is root's: a setting that names a relative directory has to be told another."""
    given = dict(word.split("=", 1) for word in told_after("ENV").split())
    volume = told_after("VOLUME")
    defaults = {variable(path): str(value) for path, value in flat((), Settings().model_dump(mode="json"))}
    relative = {name for name, value in defaults.items() if name.endswith("DIRECTORY") and not value.startswith("/")}
    assert relative == {"SEGUE_STATE__DIRECTORY", "SEGUE_SERVING__DIRECTORY"}
    assert {name for name in relative if not Path(given[name]).is_relative_to(volume)} == set()
    assert {name for name in given if name.startswith("SEGUE_")} <= defaults.keys()


@pytest.mark.skipif(find_library("jemalloc") is None, reason="jemalloc is not installed (libjemalloc2)")
def test_the_allocator_that_the_image_names_takes_the_place_of_the_c_librarys() -> None:
    """Without it a worker's memory grows; the loader says so once, on stderr, and goes on."""
    given = dict(word.split("=", 1) for word in told_after("ENV").split())
    named = {name: given[name] for name in ("LD_PRELOAD", "MALLOC_CONF")}
    told = [
        subprocess.run(
            [sys.executable, "-c", "from app.heap import allocator; print(allocator())"],
            env=os.environ | chosen,
            capture_output=True,
            text=True,
            check=True,
        )
        for chosen in ({}, named)
    ]
    assert [(done.stdout, done.stderr) for done in told] == [("libc\n", ""), ("jemalloc\n", "")]


def test_the_image_tells_the_ports_that_it_listens_on_and_asks_them_for_its_health() -> None:
    ports = {str(HttpSettings().port), str(ServingSettings().port)}
    assert set(told_after("EXPOSE").split()) == ports
    assert [port for port in ports if port not in told_after("HEALTHCHECK")] == []


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/healthz" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_container_is_healthy_while_one_of_the_ports_answers() -> None:
    _, program, code = orjson.loads(told_after("HEALTHCHECK").partition("CMD ")[2])
    with HTTPServer(("127.0.0.1", 0), Healthy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        health = [
            subprocess.run([sys.executable, program, code.replace("9464", "1").replace("9465", port)], check=False)
            for port in (str(server.server_port), "2")
        ]
        server.shutdown()
    assert [done.returncode for done in health] == [0, 1]


def test_the_compose_file_is_one(compose: dict[str, Any]) -> None:
    assert mistakes("compose-spec.json", compose) == []
    assert mistakes("compose-spec.json", compose | {"services": {"worker": {"imagge": "segue"}}}) != []


def test_compose_sets_what_can_be_set_and_mounts_what_is_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    named = {name for service in services.values() for name in service.get("environment", ()) if "SEGUE" in name}
    assert named - setting_names() == set()
    mounted = [volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())]
    paths = [CONTAINERS / source for source in mounted if source.startswith(".")]
    assert [path for path in paths if not path.exists()] == []
    assert {source for source in mounted if not source.startswith(".")} == set(compose["volumes"])


def test_no_two_workers_of_compose_share_a_name_or_a_disk(compose: dict[str, Any]) -> None:
    workers = [
        service for service in compose["services"].values() if service.get("command") is None and "build" in service
    ]
    assert len({worker["environment"]["SEGUE_KAFKA__INSTANCE_ID"] for worker in workers}) == len(workers) == 2
    assert len({volume for worker in workers for volume in worker["volumes"]}) == 2
    assert all(worker["read_only"] and worker["cap_drop"] == ["ALL"] for worker in workers)


def test_prometheus_of_compose_scrapes_every_worker(compose: dict[str, Any]) -> None:
    jobs = {job["job_name"]: job for job in read_yaml(CONTAINERS / "prometheus.yaml")["scrape_configs"]}
    ((workers,), (serve,)) = jobs["segue"]["static_configs"], jobs["segue-serve"]["static_configs"]
    named = {name for name in compose["services"] if name.startswith("worker-")}
    assert {target.removesuffix(":9464") for target in workers["targets"]} == named
    assert serve["targets"] == ["serve:9465"]


def test_the_read_side_of_compose_asks_every_worker(compose: dict[str, Any]) -> None:
    asked = compose["services"]["serve"]["environment"]["SEGUE_SERVING__WORKERS"].split(",")
    named = [name for name in compose["services"] if name.startswith("worker-")]
    assert asked == [f"http://{name}:9464/metrics" for name in named]


def test_the_read_side_of_compose_asks_for_a_token_and_listens_on_loopback(compose: dict[str, Any]) -> None:
    serve, token = compose["services"]["serve"], compose["services"]["token"]
    assert serve["ports"] == ["127.0.0.1:9465:9465"]
    assert serve["environment"]["SEGUE_SERVING__TOKENS"] == f"{token['working_dir']}/tokens"
    assert serve["volumes"] == token["volumes"]
    assert "token" in serve["depends_on"]
