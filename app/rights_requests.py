"""The two requests that ask for rights as well (KIP-430), and their answers: aiokafka knows older versions of them."""

from collections.abc import Sequence
from typing import Final

from aiokafka.protocol.admin import DescribeGroupsRequest_v3, DescribeGroupsResponse_v3
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataResponse_v5
from aiokafka.protocol.types import Array, Boolean, Int16, Int32, Schema, String

METADATA: Final = 3
DESCRIBE_GROUPS: Final = 15
WITH_RIGHTS: Final = {METADATA: 8, DESCRIBE_GROUPS: 3}
"""The first version of each that asks for rights."""


class MetadataResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = METADATA
    API_VERSION = WITH_RIGHTS[METADATA]
    SCHEMA = Schema(
        *zip(MetadataResponse_v5.SCHEMA.names[:4], MetadataResponse_v5.SCHEMA.fields[:4], strict=True),
        (
            "topics",
            Array(
                ("error_code", Int16),
                ("topic", String("utf-8")),
                ("is_internal", Boolean),
                (
                    "partitions",
                    Array(
                        ("error_code", Int16),
                        ("partition", Int32),
                        ("leader", Int32),
                        ("leader_epoch", Int32),
                        ("replicas", Array(Int32)),
                        ("isr", Array(Int32)),
                        ("offline_replicas", Array(Int32)),
                    ),
                ),
                ("authorized_operations", Int32),
            ),
        ),
        ("cluster_authorized_operations", Int32),
    )


class MetadataStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    API_KEY = METADATA
    API_VERSION = WITH_RIGHTS[METADATA]
    RESPONSE_TYPE = MetadataResponse
    SCHEMA = Schema(
        ("topics", Array(String("utf-8"))),
        ("allow_auto_topic_creation", Boolean),
        ("include_cluster_authorized_operations", Boolean),
        ("include_topic_authorized_operations", Boolean),
    )


class TopicRights(Request[MetadataStruct]):  # type: ignore[misc]  # aiokafka ships no types
    """Asks what may be done with topics; creates none."""

    API_KEY = METADATA

    def __init__(self, topics: Sequence[str]) -> None:
        self._topics = list(topics)

    def build(self, request_struct_class: type[MetadataStruct]) -> MetadataStruct:
        return request_struct_class(self._topics, False, False, True)  # in the order of the schema


class GroupsStruct(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    """As aiokafka has it, but for the answer: there it leaves the rights unread."""

    API_KEY = DESCRIBE_GROUPS
    API_VERSION = WITH_RIGHTS[DESCRIBE_GROUPS]
    RESPONSE_TYPE = DescribeGroupsResponse_v3
    SCHEMA = DescribeGroupsRequest_v3.SCHEMA


class GroupRights(Request[GroupsStruct]):  # type: ignore[misc]  # aiokafka ships no types
    """Asks what may be done with a group."""

    API_KEY = DESCRIBE_GROUPS

    def __init__(self, group: str) -> None:
        self._group = group

    def build(self, request_struct_class: type[GroupsStruct]) -> GroupsStruct:
        return request_struct_class([self._group], True)  # in the order of the schema
