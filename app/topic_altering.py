"""Settings of topics in, set on the brokers: those alone, for aiokafka's own request would reset all others."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

from aiokafka.errors import for_code
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Int8, Int16, Int32, Schema, String

from app.runtime.errors import SegueError
from app.topic_settings import Change

TOPIC: Final = 2
SET: Final = 0


class AlterResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    """What has become of each topic."""

    API_KEY = 44
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        (
            "responses",
            Array(
                ("error_code", Int16),
                ("error_message", String("utf-8")),
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
            ),
        ),
    )


class AlterRequestV0(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    """IncrementalAlterConfigs (KIP-339)."""

    API_KEY = 44
    API_VERSION = 0
    RESPONSE_TYPE = AlterResponse
    SCHEMA = Schema(
        (
            "resources",
            Array(
                ("resource_type", Int8),
                ("resource_name", String("utf-8")),
                (
                    "configs",
                    Array(("name", String("utf-8")), ("operation", Int8), ("value", String("utf-8"))),
                ),
            ),
        ),
        ("validate_only", Boolean),
    )


class AlterRequest(Request[AlterRequestV0]):  # type: ignore[misc]  # aiokafka ships no types
    """Sets settings of topics and touches no others."""

    API_KEY: ClassVar[int] = 44

    def __init__(self, topics: Mapping[str, Sequence[Change]]) -> None:
        self._topics = topics

    def build(self, request_struct_class: type[AlterRequestV0]) -> AlterRequestV0:
        resources = [
            (TOPIC, name, [(change.setting, SET, change.wanted) for change in changes])
            for name, changes in self._topics.items()
        ]
        return request_struct_class(resources, False)


async def alter_settings(admin: Any, topics: Mapping[str, Sequence[Change]]) -> None:
    """Set them; SegueError names the first topic that the brokers refuse."""
    if not topics:
        return
    answer = await admin._send_to_controller(AlterRequest(topics))
    for code, reason, _, name in answer.responses:
        if code:
            raise SegueError(
                f"settings of topic {name} cannot be altered: {reason or for_code(code).__name__}. Operator action: "
                "give this user AlterConfigs on it; `segue acls topics` prints the command."
            )
