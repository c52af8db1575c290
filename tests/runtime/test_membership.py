"""A static member whose name was given to another process hears of it, and one that was only silent joins again."""

from dataclasses import dataclass, field
from typing import Any

from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest

from app.runtime.membership import FENCED_INSTANCE_ID, InstanceFenced, watch_for_namesakes

UNKNOWN_MEMBER = 25


@dataclass
class Answer:
    error_code: int = 0


@dataclass
class Coordinator:
    """The group as a member sees it: answers by kind of request."""

    answers: dict[type, int]
    asked: list[Any] = field(default_factory=list)
    group_id = "shop"
    generation = 4
    member_id = "till-1-abc"

    async def _send_req(self, request: Any) -> Answer:
        self.asked.append(request)
        return Answer(self.answers.get(type(request), 0))


async def beat(answers: dict[type, int]) -> tuple[list[InstanceFenced], list[type], int]:
    """Send one heartbeat; gives who was told, what was asked, and what stock gets to see."""
    coordinator, told = Coordinator(answers), list[InstanceFenced]()
    watch_for_namesakes(coordinator, "till-1", told.append)
    answer = await coordinator._send_req(HeartbeatRequest("shop", 4, "till-1-abc"))
    return told, [type(request) for request in coordinator.asked], answer.error_code


async def test_a_heartbeat_that_is_answered_well_asks_no_more() -> None:
    assert await beat({}) == ([], [HeartbeatRequest], 0)


async def test_a_member_that_was_silent_too_long_joins_again_as_stock_does() -> None:
    answers = {HeartbeatRequest: UNKNOWN_MEMBER, SyncGroupRequest: UNKNOWN_MEMBER}
    assert await beat(answers) == ([], [HeartbeatRequest, SyncGroupRequest], UNKNOWN_MEMBER)


async def test_a_member_whose_name_another_has_taken_is_told() -> None:
    answers = {HeartbeatRequest: UNKNOWN_MEMBER, SyncGroupRequest: FENCED_INSTANCE_ID}
    (told,), _, _ = await beat(answers)
    assert "FencedInstanceId" in str(told)
    assert "Operator action" in str(told)


async def test_being_fenced_while_joining_is_told_too() -> None:
    assert len((await beat({HeartbeatRequest: FENCED_INSTANCE_ID}))[0]) == 1
