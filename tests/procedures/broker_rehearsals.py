"""A folder in, the procedures that concern the brokers themselves performed on brokers of their own."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.brokers.apache import ApacheKafka
from tests.brokers.cluster import bootstrap, cluster, wait_until_led_by_others, wait_whole
from tests.kafka.feeding import Feeder
from tests.kafka.shop import open_shop
from tests.procedures.stage import Stage
from tests.security.secure_broker import secure_broker
from tests.security.users import PASSWORD, allow, reaching

LIMIT_S: Final = 60.0
WITHOUT_ONE: Final = "Isr: 2,3"
"""How a partition is told that lacks the copy of the first broker, where the copies of brokers 2 and 3 are in step."""


def broker_upgrade(folder: Path) -> Stage:
    """The broker is stopped and started again while orders come in: the same version here, for there is no other."""
    with ApacheKafka(folder / "broker") as broker:
        stage = Stage(open_shop(broker.bootstrap, 2), folder)
        stage.perform("broker-upgrade")
        with stage.worker() as worker:
            worker.wait_ready()
            with Feeder(stage.shop, stage.load(1_500), per_second=200):
                broker.restart()
                stage.say("the broker is restarted while orders come in")
            stage.shop.wait_until_worked(LIMIT_S)
            stage.perform("broker-upgrade", "--finish", "4.3")
            assert worker.terminate() == 0
    return stage


def broker_away(folder: Path) -> Stage:
    """One of three brokers, with three copies of everything, is killed while orders come in, and comes back."""
    with cluster(folder / "brokers") as members:
        stage = Stage(open_shop(bootstrap(members), 2), folder)
        with stage.worker() as worker:
            worker.wait_ready()
            with Feeder(stage.shop, stage.load(3_000), per_second=150):
                members[0].kill()
                stage.say("one of three brokers is killed while orders come in")
                wait_until_led_by_others(members, members[0])
                away = stage.perform("broker-away")
            stage.shop.wait_until_worked(LIMIT_S)
            stage.say("all is worked meanwhile, and no worker was restarted; then the broker is started again")
            members[0].start()
            wait_whole(members)
            back = stage.perform("broker-away")
            assert worker.terminate() == 0
    assert WITHOUT_ONE in away
    assert WITHOUT_ONE not in back
    return stage


def rotate_secrets(folder: Path) -> Stage:
    """A worker's password is changed while it works over TLS; what starts afterwards knows the new one only."""
    with secure_broker(folder / "secured", ApacheKafka) as secured:
        shop = open_shop(secured.broker.bootstrap, 2)
        password = folder / "password"
        password.write_text(f"{PASSWORD}\n")
        environment = reaching(
            secured, allow(secured, "worker", shop.topics), SEGUE_KAFKA__SASL_PASSWORD_FILE=str(password)
        )
        del environment["SEGUE_KAFKA__SASL_PASSWORD"]
        stage = Stage(shop, folder, environment)
        records = stage.load(1_500)
        with stage.worker() as worker:
            worker.wait_ready()
            with Feeder(shop, records, per_second=200):
                user = environment["SEGUE_KAFKA__SASL_USERNAME"]
                # The administrator comes through the listener of this machine.
                stage.perform("rotate-secrets", user, password, SEGUE_KAFKA__BOOTSTRAP_SERVERS=shop.bootstrap)
            shop.wait_until_worked(LIMIT_S)
            stage.say("all is worked meanwhile, and nobody was restarted; then the worker is")
            assert worker.terminate() == 0
        assert password.read_text().strip() != PASSWORD
        with stage.worker() as worker:
            worker.wait_ready()
            stage.say("it is ready by the new password")
            assert worker.terminate() == 0
    return stage


BROKER_REHEARSALS: Final[dict[str, Callable[[Path], Stage]]] = {
    "broker-away": broker_away,
    "broker-upgrade": broker_upgrade,
    "rotate-secrets": rotate_secrets,
}
