"""A broker's answer of which features are final in; the release of Apache Kafka that its cluster works as out.

aiokafka asks which requests a broker knows, but not in the version that tells of features (KIP-584).
"""

from bisect import bisect_right
from io import BytesIO
from typing import Any, ClassVar, Final

from aiokafka.protocol.api import Request, RequestHeader_v2, RequestStruct, Response, ResponseHeader_v0
from aiokafka.protocol.types import CompactArray, CompactString, Int16, Int32, Schema, TaggedFields

FINAL_FEATURES: Final = 2
"""The tag under which they stand."""

METADATA_VERSION: Final = "metadata.version"

VERIFYING: Final = "3.7"
"""The first release whose transactions are verified in a way that Segue relies upon (deploy/guarantees.md)."""

RELEASES: Final = (
    (1, "3.0"), (2, "3.1"), (3, "3.2"), (4, "3.3"), (8, "3.4"), (9, "3.5"), (12, "3.6"), (15, "3.7"), (20, "3.8"),
    (21, "3.9"), (22, "4.0"), (26, "4.1"), (28, "4.2"), (30, "4.3"),
)  # fmt: skip
"""From which level of metadata.version on a cluster works as which release (Kafka's MetadataVersion)."""


class FeaturesResponse(Response):  # type: ignore[misc]  # aiokafka ships no types
    """What a broker can do, version 3."""

    API_KEY = 18
    API_VERSION = 3
    SCHEMA = Schema(
        ("error_code", Int16),
        (
            "api_versions",
            CompactArray(("api_key", Int16), ("min_version", Int16), ("max_version", Int16), ("tags", TaggedFields)),
        ),
        ("throttle_time_ms", Int32),
        ("tags", TaggedFields),
    )


class FeaturesRequestV3(RequestStruct):  # type: ignore[misc]  # aiokafka ships no types
    """Asks so; the header of the answer is the old one, whatever the version."""

    FLEXIBLE_VERSION = True
    API_KEY = 18
    API_VERSION = 3
    RESPONSE_TYPE = FeaturesResponse
    SCHEMA = Schema(
        ("client_software_name", CompactString("utf-8")),
        ("client_software_version", CompactString("utf-8")),
        ("tags", TaggedFields),
    )

    def build_request_header(self, correlation_id: int, client_id: str) -> RequestHeader_v2:
        return RequestHeader_v2(self, correlation_id=correlation_id, client_id=client_id)

    def parse_response_header(self, read_buffer: Any) -> ResponseHeader_v0:
        header: ResponseHeader_v0 = ResponseHeader_v0.decode(read_buffer)
        return header


class FeaturesRequest(Request[FeaturesRequestV3]):  # type: ignore[misc]  # aiokafka ships no types
    """What aiokafka's client sends."""

    API_KEY: ClassVar[int] = 18

    def build(self, request_struct_class: type[FeaturesRequestV3]) -> FeaturesRequestV3:
        return request_struct_class("segue", "1", {})


_FEATURES: Final = CompactArray(
    ("name", CompactString("utf-8")), ("max_level", Int16), ("min_level", Int16), ("tags", TaggedFields)
)


def metadata_level(response: FeaturesResponse) -> int | None:
    """Give the final level of metadata.version; None: a cluster that tells of none."""
    told: bytes | None = response.get_item("tags").get(FINAL_FEATURES)
    features = _FEATURES.decode(BytesIO(told)) if told else []
    return next((level for name, level, _, _ in features if name == METADATA_VERSION), None)


def release(level: int) -> str:
    """Name the release that a level belongs to; a level above all that are known here, the newest one's or newer."""
    known = [first for first, _ in RELEASES]
    name = RELEASES[max(0, bisect_right(known, level) - 1)][1]
    return name if level <= known[-1] else f"{name} or newer"
