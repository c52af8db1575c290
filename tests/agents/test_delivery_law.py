"""In whatever order and however often receipts come: the same is asked for, and the same is given up."""

from collections.abc import Iterator, Mapping
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.digests import request_id
from tests.agents.stage import Stage, payload
from tests.agents.test_delivery import CLICK, DELIVERY, MINUTE, policy
from tests.builders import DAY, T0, TOPICS, new_directory
from tests.oracle.events import delivered, failed
from tests.oracle.orders import Event

CHANNELS = ("email", "push")
ATTEMPTS = 2
Request = tuple[str, int]
ALL = [(channel, attempt) for channel in CHANNELS for attempt in range(1, ATTEMPTS + 1)]
POLICY = policy(DELIVERY.replace("keep: 2d", "keep: 9d"))


def course(answers: Mapping[Request, str]) -> tuple[list[Request], bool]:
    """Say what is asked for, one after another, and whether it is given up, if these are the answers."""
    asked: list[Request] = []
    for channel in CHANNELS:
        for attempt in range(1, ATTEMPTS + 1):
            asked.append((channel, attempt))
            answer = answers.get((channel, attempt), "delivered")
            if answer == "delivered":
                return asked, False
            if answer == "lost":
                break
    return asked, True


@settings(max_examples=40)
@given(
    st.dictionaries(st.sampled_from(ALL), st.sampled_from(["failed", "delivered", "lost"])),
    st.randoms(use_true_random=False),
)
def test_what_is_asked_for_depends_on_the_answers_and_not_on_their_order(
    answers: dict[Request, str], chance: Random
) -> None:
    with new_directory() as directory:
        stage = Stage(directory / "db", POLICY)
        try:
            stage.absorb([CLICK])
            original = payload(next(out for out in stage.outgoing if out.topic == TOPICS.messages))["message_id"]
            _absorb_shuffled(stage, list(_receipts(answers, original, chance)), chance)
            stage.pass_time(T0 + 8 * DAY)
            asked = [payload(out) for out in stage.outgoing if out.topic == TOPICS.messages]
            alerts = sum(out.topic == TOPICS.alerts for out in stage.outgoing)
        finally:
            stage.close()
    expected, given_up = course(answers)
    assert [(one["channel"], one["attempt"]) for one in asked] == expected
    assert [one["message_id"] for one in asked] == [_id(original, request) for request in expected]
    assert alerts == given_up


def _id(original: str, request: Request) -> str:
    return original if request == ALL[0] else request_id("ann", original, *request)


def _receipts(answers: Mapping[Request, str], original: str, chance: Random) -> Iterator[Event]:
    """Write each answer one to three times, and some of messages that nobody knows."""
    for number, (request, answer) in enumerate(answers.items()):
        at, name = T0 + chance.randrange(60) * MINUTE, _id(original, request)
        told = failed(f"a{number}", at, name, permanent=answer == "lost")
        if answer == "delivered":
            told = delivered(f"a{number}", at, name)
        yield from [told] * chance.randint(1, 3)
    yield failed("x", T0 + chance.randrange(60) * MINUTE, "of-nobody", permanent=True)


def _absorb_shuffled(stage: Stage, receipts: list[Event], chance: Random) -> None:
    """Let them come in any order, cut anywhere, while time passes, and the worker dies now and then."""
    chance.shuffle(receipts)
    now = T0
    while receipts:
        count = chance.randint(1, len(receipts))
        stage.absorb(receipts[:count])
        del receipts[:count]
        if chance.random() < 0.5:
            now += chance.randrange(90) * MINUTE
            stage.pass_time(now)
        if chance.random() < 0.2:
            stage.crash(lose_disk=chance.random() < 0.5)
