"""Static membership: a worker that comes back within the session timeout finds its partitions as it left them.

aiokafka names the instance when it joins and syncs, and does not leave a group that knows it by name. Its heartbeats
are too old a version to name it: whoever was driven out by a namesake hears "unknown member", and stock would join
again and drive out the other, in turns for ever.
"""

from collections.abc import Callable
from typing import Any, Final

from aiokafka.errors import UnknownMemberIdError
from aiokafka.protocol.group import HeartbeatRequest, SyncGroupRequest

from app.runtime.errors import SegueError

FENCED_INSTANCE_ID: Final = 82
"""Kafka's code; aiokafka has no error for it."""


class InstanceFenced(SegueError):
    """Another process has joined the group under this worker's instance id."""

    def __init__(self, instance_id: str) -> None:
        super().__init__(
            f"FencedInstanceId: another worker has joined the group as {instance_id}, and the group keeps the newest. "
            "Operator action: give every worker its own SEGUE_KAFKA__INSTANCE_ID."
        )


def watch_for_namesakes(coordinator: Any, instance_id: str, fenced: Callable[[InstanceFenced], None]) -> None:
    """Tell when the group has given our name to another process; called in the consumer's thread."""
    stock = coordinator._send_req

    async def watched(request: Any) -> Any:
        response = await stock(request)
        code = getattr(response, "error_code", 0)
        if code == UnknownMemberIdError.errno and isinstance(request, HeartbeatRequest):
            # Driven out, or silent for too long? A sync names the instance, so it is told which; it changes nothing.
            member = coordinator.generation, coordinator.member_id
            code = (await stock(SyncGroupRequest(coordinator.group_id, *member, instance_id, []))).error_code
        if code == FENCED_INSTANCE_ID:
            fenced(InstanceFenced(instance_id))
        return response

    coordinator._send_req = watched
