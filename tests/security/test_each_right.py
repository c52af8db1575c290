"""Of every process every right by itself: what it is for is done with it, and refused to whoever has all but it."""

import asyncio
from collections.abc import Iterator
from typing import Final, NamedTuple

import pytest
from confluent_kafka import Producer

from app.rights import PROCESSES, Operation, Process, Right, rights_of
from app.rights_check import check_rights, missing_rights
from app.runtime.errors import SegueError
from schemas.topics import Topics
from tests.security.attempts import REFUSED, attempt
from tests.security.secure_broker import SecureBroker, new_topic
from tests.security.users import PASSWORD, settings_of

pytestmark = pytest.mark.kafka
NAMES: Final = Topics("each.", "each-app")
SOURCE: Final = f"{NAMES.prefix}webhooks"
MEMORY: Final = f"{NAMES.prefix}segue.bridge-0"
AT_ONCE: Final = 6
UNTOLD: Final = ("topics",)
"""Does not ask beforehand: a right on the cluster does as well."""


class Lacking(NamedTuple):
    """A user who has every right of a process but one."""

    user: str
    right: Right
    operation: Operation

    @property
    def without(self) -> Right:
        right = self.right
        return Right(right.kind, right.name, (self.operation,), right.why, prefixed=right.prefixed)


def each(process: Process) -> Iterator[Lacking]:
    for right in rights_of(process, NAMES):
        for operation in right.operations:
            yield Lacking(f"{process}-{right.kind}-{right.name}-{operation}", right, operation)


def granted(process: Process, lacking: Lacking | None) -> Iterator[Right]:
    """Give what a user has: she sees all topics, for a client waits in silence for what it does not see."""
    yield Right("topic", SOURCE, ("Read",), "")
    if lacking is None or lacking.operation != "Describe":
        yield from (Right("topic", plan.name, ("Describe",), "") for plan in NAMES.plan())
        yield Right("topic", MEMORY, ("Describe",), "")
    for right in rights_of(process, NAMES):
        kept = tuple(one for one in right.operations if lacking is None or (right, one) != lacking[1:])
        if kept:
            yield Right(right.kind, right.name, kept, right.why, prefixed=right.prefixed)


@pytest.fixture(scope="module")
def topics(secured: SecureBroker) -> None:
    names = [*(plan.name for plan in NAMES.plan()), SOURCE, MEMORY]
    for done in secured.admin.create_topics([new_topic(name) for name in names]).values():
        done.result(20)
    producer = Producer({"bootstrap.servers": secured.broker.bootstrap})
    for name in names:
        producer.produce(name, b"", partition=0)
    assert producer.flush(20) == 0


@pytest.mark.usefixtures("topics")
@pytest.mark.parametrize("process", PROCESSES)
def test_with_each_right_of_a_process_its_deed_is_done_and_without_it_refused(
    secured: SecureBroker, process: Process
) -> None:
    everyone = list(each(process))
    secured.set_passwords(dict.fromkeys((process, *(one.user for one in everyone)), PASSWORD))
    secured.grant_all(
        {process: list(granted(process, None))} | {one.user: list(granted(process, one)) for one in everyone}
    )
    turn = asyncio.Semaphore(AT_ONCE)

    async def judge(one: Lacking) -> None:
        async with turn:
            await attempt(settings_of(secured, NAMES, process).kafka, one.right, one.operation, SOURCE)
            hers = settings_of(secured, NAMES, one.user)
            refused = False
            try:
                await attempt(hers.kafka, one.right, one.operation, SOURCE)
            except REFUSED:
                refused = True
            assert refused, one.without
            named = [str(right) for right in await missing_rights(hers, process)]
            told = one.right.kind != "cluster" and not (one.right.kind == "topic" and one.right.prefixed)
            assert process in UNTOLD or named == ([str(one.without)] if told else [])

    async def judge_all() -> None:
        async with asyncio.TaskGroup() as group:
            for one in everyone:
                group.create_task(judge(one))

    asyncio.run(judge_all())


@pytest.mark.usefixtures("topics")
def test_a_process_that_lacks_a_right_says_which_and_what_to_do(secured: SecureBroker) -> None:
    user, budgets = "unbudgeted", Right("topic", NAMES.budgets, ("Write",), "")
    secured.set_password(user, PASSWORD)
    secured.grant(user, *rights_of("worker", NAMES))
    asyncio.run(check_rights(settings_of(secured, NAMES, user), "worker"))
    secured.revoke(user, budgets)
    with pytest.raises(SegueError, match=f"user {user} lacks .*Write on topic {budgets.name}.*Operator action: grant"):
        asyncio.run(check_rights(settings_of(secured, NAMES, user), "worker"))
