"""On a broker with TLS, SCRAM and the StandardAuthorizer: who is let in, and what each right is for."""

import asyncio
import io
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from aiokafka import AIOKafkaProducer

from app.dlq.letter import chosen
from app.dlq.replaying import replay
from app.doctor.finding import Level
from app.doctor.program import examine
from app.kafka_settings import KafkaSettings
from app.rights import Process, Right, rights_of
from app.runtime.clients import client_options
from app.runtime.errors import SegueError
from app.settings import Settings, StateSettings
from app.simulate.progress import Progress
from app.topic_check import partition_counts
from app.verifying.program import run_verification
from schemas.topics import Topics
from tests.kafka.feeding import Sent, feed, sent
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop, open_shop
from tests.kafka.shop_load import ShopLoad
from tests.kafka.worker_process import WorkerProcess
from tests.security.deeds import DEEDS, Place
from tests.security.secure_broker import SecureBroker, new_topic
from tests.security.users import PASSWORD, allow, kafka_of, reaching, refused, settings_of

pytestmark = pytest.mark.kafka
NAMES: Final = Topics("rights.", "rights-app")
LIMIT_S: Final = 30.0


@pytest.fixture(scope="module")
def shop(secured: SecureBroker) -> Shop:
    return open_shop(secured.broker.bootstrap, partitions=2)


@pytest.mark.parametrize(
    ("listener", "told"),
    [
        ("OTHERHOST", "certificate of another host"),
        ("EXPIRED", "out of date: certificate has expired"),
        ("SELFSIGNED", "self-signed certificate that is not trusted"),
    ],
)
def test_a_broker_whose_certificate_is_wrong_is_refused_in_words(
    secured: SecureBroker, listener: str, told: str
) -> None:
    assert told in refused(kafka_of(reaching(secured, "nobody", listener)))


def test_wrong_credentials_are_refused_in_words(secured: SecureBroker) -> None:
    secured.set_password("till", "another")
    assert "does not accept user till with this password" in refused(kafka_of(reaching(secured, "till")))
    other = reaching(secured, "till", SEGUE_KAFKA__SASL_MECHANISM="SCRAM-SHA-256")
    assert "does not take SCRAM-SHA-256" in refused(kafka_of(other))


def test_a_client_is_known_by_its_certificate_where_brokers_ask_for_one(secured: SecureBroker, shop: Shop) -> None:
    ours = secured.authority.issue("auditor", common_name="auditor")
    secured.grant("auditor", *rights_of("serve", shop.topics))
    without = {
        "bootstrap_servers": secured.server("MUTUAL"),
        "security_protocol": "SSL",
        "ssl_cafile": secured.authority.file,
    }
    kafka = KafkaSettings.model_validate(without | {"ssl_certfile": ours.certificate, "ssl_keyfile": ours.key})
    seen = asyncio.run(partition_counts(Settings(kafka=kafka)))
    assert seen.keys() == {right.name for right in rights_of("serve", shop.topics)}
    assert "SEGUE_KAFKA__SSL_CERTFILE" in refused(KafkaSettings.model_validate(without))


@pytest.fixture(scope="module")
def worked(secured: SecureBroker, shop: Shop, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Let a worker with the rights of the table, and no others, work a load over TLS and SCRAM; gives its log."""
    directory = tmp_path_factory.mktemp("worked")
    password = directory / "password"
    password.write_text(f"{PASSWORD}\n")
    user = allow(secured, "worker", shop.topics)
    environment = reaching(secured, user, SEGUE_KAFKA__SASL_PASSWORD_FILE=str(password))
    del environment["SEGUE_KAFKA__SASL_PASSWORD"]
    records = [sent(shop, told) for told in ShopLoad(seed=4, customers=40, orders=200).tell()]
    spoilt = Sent(b"ann", b"not JSON", records[-1].timestamp, shop.partition_of("ann"))
    feed(shop, [*records, spoilt])
    with WorkerProcess(shop, directory / "worker", environment) as worker:
        shop.wait_until_worked(60)
        assert worker.terminate() == 0
        return worker.log


def test_a_worker_needs_no_other_rights_and_tells_no_password(shop: Shop, worked: str) -> None:
    assert len(read_all(shop, shop.topics.transitions)) > 0
    assert len(read_all(shop, shop.topics.dead_letters)) == 1
    assert PASSWORD not in worked


@pytest.mark.usefixtures("worked")
def test_verify_and_dlq_replay_do_with_the_rights_of_their_rows(secured: SecureBroker, shop: Shop) -> None:
    def of(process: Process) -> Settings:
        return settings_of(secured, shop.topics, allow(secured, process, shop.topics))

    account = run_verification(of("verify"), Progress(io.StringIO()))
    assert (account.customers > 0, account.differences) == (True, 0)
    everything = chosen(None, None)
    assert asyncio.run(replay(of("replay"), everything, again=2, dry_run=False)).replayed == 1


@pytest.mark.usefixtures("worked")
@pytest.mark.parametrize("process", DEEDS)
def test_a_command_does_with_the_rights_of_its_row_and_is_refused_without_them(
    secured: SecureBroker, shop: Shop, tmp_path: Path, process: Process
) -> None:
    source = f"{shop.topics.prefix}webhooks.{process}"
    secured.admin.create_topics([new_topic(source)])[source].result(20)
    # `topics` makes those of a shop that has none yet.
    names = Topics("fresh.", "fresh-app") if process == "topics" else shop.topics
    user = f"{process}-of-{names.app_id}"
    secured.set_password(user, PASSWORD)
    # Else a client waits for topics that it cannot see; with none of the others brokers say no.
    secured.grant(user, *(Right("topic", plan.name, ("Describe",), "") for plan in names.plan()))
    settings, place = settings_of(secured, names, user), Place(shop, tmp_path, source)
    with pytest.raises(SegueError) as refused:
        DEEDS[process](settings, place)
    named = [one for one in rights_of(process, names) if f" on topic {one.name} (" in str(refused.value)]
    assert named or process == "topics"
    secured.grant(user, *rights_of(process, names), Right("topic", source, ("Read",), ""))
    DEEDS[process](settings, place)


@pytest.mark.usefixtures("worked")
def test_doctor_names_what_a_worker_lacks_and_what_it_may_not_look_at_itself(
    secured: SecureBroker, shop: Shop, tmp_path: Path
) -> None:
    user = "examined"
    secured.set_password(user, PASSWORD)
    rights, published = rights_of("worker", shop.topics), Right("topic", shop.topics.rewards, ("Write",), "")
    state = StateSettings(directory=tmp_path)
    settings = settings_of(secured, shop.topics, user).model_copy(update={"state": state})

    def told(level: Level) -> dict[str, str]:
        found = asyncio.run(examine(settings, limit_s=LIMIT_S))
        return {one.check: f"{one.told} {one.action}" for one in found if one.level == level}

    secured.grant(user, *rights)
    assert told("error") == {}
    hidden = [check for check, what in told("warning").items() if "needs DescribeConfigs" in what]
    assert hidden == ["broker", "topics", "replication"]
    secured.grant(user, *rights_of("doctor", shop.topics))
    assert [what for what in told("warning").values() if "needs DescribeConfigs" in what] == []
    secured.revoke(user, published)
    assert f"Write on topic {published.name}" in told("error")["rights"]


def test_a_right_of_which_brokers_tell_nothing_beforehand_ends_the_worker_that_lacks_it(
    secured: SecureBroker, shop: Shop, tmp_path: Path
) -> None:
    user = allow(secured, "worker", shop.topics)
    tasks = next(right for right in rights_of("worker", shop.topics) if right.prefixed)
    secured.revoke(user, tasks)
    secured.grant(user, replace(tasks, operations=("Describe",)))  # which brokers tell of producers before they start
    with WorkerProcess(shop, tmp_path / "worker", reaching(secured, user)) as worker:
        assert worker.wait_ended(60) == 70
        (line,) = [line for line in worker.log.splitlines() if line.startswith("error: ")]
    secured.grant(user, tasks)
    assert f"Write on transactional-id {tasks.name}" in line
    assert "Operator action: grant" in line


def test_passwords_change_under_load_and_nobody_restarts(secured: SecureBroker, tmp_path: Path) -> None:
    secured.admin.create_topics([new_topic(NAMES.orders)])[NAMES.orders].result(20)
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n")
    user = allow(secured, "feeder", NAMES)
    environment = reaching(secured, user, "IMPATIENT", SEGUE_KAFKA__SASL_PASSWORD_FILE=str(password))
    del environment["SEGUE_KAFKA__SASL_PASSWORD"]

    async def load() -> int:
        producer = AIOKafkaProducer(**client_options(kafka_of(environment)), enable_idempotence=True)
        await producer.start()
        try:
            for number in range(150):
                if number == 50:
                    password.write_text("canary-new\n")
                    secured.set_password(user, "canary-new")
                await producer.send_and_wait(NAMES.orders, str(number).encode(), partition=0)
                await asyncio.sleep(0.01)
        finally:
            await producer.stop()
        return number + 1

    assert asyncio.run(load()) == 150
    with_the_old = reaching(secured, user)
    assert "does not accept" in refused(kafka_of(with_the_old))
