"""The published contract as it ships: the JSON Schema of each message and the structs that they speak of."""

from functools import cache
from importlib import resources
from typing import Any, Final

import orjson
from jsonschema_rs import Draft202012Validator
from msgspec import Struct

from schemas.facts import (
    CustomerErased,
    Engaged,
    MessageDelivered,
    MessageFailed,
    Money,
    OrderCancelled,
    OrderPlaced,
    OrderRefunded,
    ProfileChanged,
)
from schemas.measures import Measures
from schemas.messages import BudgetAlert, MessageRequested, MessageUndeliverable, MessageWithheld, SupportAlert
from schemas.rewards import (
    BudgetPart,
    Discount,
    EarlyAccess,
    FreeShipping,
    Gift,
    Invitation,
    Letter,
    Points,
    RewardCause,
    RewardExpired,
    RewardGranted,
    RewardReminder,
    RewardRevoked,
    RewardWithheld,
)
from schemas.topics import Feed
from schemas.transitions import (
    Cause,
    CustomerSegment,
    Next,
    PolicyRef,
    ScoresChanged,
    SegmentBrink,
    SegmentBrinkCleared,
    SegmentRetracted,
    SegmentTransitioned,
)

SCHEMAS: Final = resources.files("schemas") / "json"
INPUTS: Final[dict[str, type[Struct]]] = {
    "order_placed": OrderPlaced,
    "order_cancelled": OrderCancelled,
    "order_refunded": OrderRefunded,
    "engaged": Engaged,
    "profile_changed": ProfileChanged,
    "customer_erased": CustomerErased,
    "message.delivered": MessageDelivered,
    "message.failed": MessageFailed,
}
OUTPUTS: Final[dict[str, type[Struct]]] = {
    "segment.transitioned": SegmentTransitioned,
    "segment.retracted": SegmentRetracted,
    "segment.brink": SegmentBrink,
    "segment.brink_cleared": SegmentBrinkCleared,
    "segment.scores_changed": ScoresChanged,
    "customer.segment": CustomerSegment,
    "reward.granted": RewardGranted,
    "reward.withheld": RewardWithheld,
    "reward.reminder": RewardReminder,
    "reward.expired": RewardExpired,
    "reward.revoked": RewardRevoked,
    "message.requested": MessageRequested,
    "message.withheld": MessageWithheld,
    "message.undeliverable": MessageUndeliverable,
    "support.alert": SupportAlert,
    "budget.alert": BudgetAlert,
}
PARTS: Final[dict[str, type[Struct]]] = {
    "money": Money,
    "measures": Measures,
    "cause": Cause,
    "reward_cause": RewardCause,
    "policy": PolicyRef,
    "next": Next,
    "Points": Points,
    "Gift": Gift,
    "Discount": Discount,
    "Free shipping": FreeShipping,
    "Early access": EarlyAccess,
    "Invitation": Invitation,
    "Letter": Letter,
    "off": Money,
    "budget_part": BudgetPart,
}
"""Structs within messages, by the name or the title that they have in the schemas."""

FEEDS: Final[dict[str, Feed]] = {
    "order_placed": "orders",
    "order_cancelled": "orders",
    "order_refunded": "orders",
    "engaged": "engagement",
    "profile_changed": "customers",
    "customer_erased": "customers",
    "message.delivered": "receipts",
    "message.failed": "receipts",
}
OUTLETS: Final[dict[str, str]] = {
    "segment.transitioned": "transitions",
    "segment.retracted": "transitions",
    "segment.brink": "transitions",
    "segment.brink_cleared": "transitions",
    "segment.scores_changed": "transitions",
    "customer.segment": "customer_segments",
    "reward.granted": "rewards",
    "reward.withheld": "rewards",
    "reward.reminder": "rewards",
    "reward.expired": "rewards",
    "reward.revoked": "rewards",
    "message.requested": "messages",
    "message.withheld": "messages",
    "message.undeliverable": "alerts",
    "support.alert": "alerts",
    "budget.alert": "alerts",
}
"""Where each output leaves, as the code calls its topic."""

UNREAD: Final = {"order_placed": {"lines"}, "engaged": {"context"}}
"""Members that the contract names and no decoder of facts reads."""


@cache
def schema(name: str) -> dict[str, Any]:
    """Read the schema of a message."""
    read: dict[str, Any] = orjson.loads((SCHEMAS / f"{name}.json").read_bytes())
    return read


@cache
def validator(name: str) -> Draft202012Validator:
    """Give a validator: the one in Rust, which answers the ten thousands of questions of these tests in a second."""
    return Draft202012Validator(schema(name))


@cache
def closed_validator(name: str) -> Draft202012Validator:
    """Give a validator that takes no member which the schema does not name."""
    return Draft202012Validator(_close(schema(name)))


def _close(node: Any) -> Any:
    if isinstance(node, list):
        return [_close(part) for part in node]
    if not isinstance(node, dict):
        return node
    closed = {key: value if key == "examples" else _close(value) for key, value in node.items()}
    return closed | {"additionalProperties": False} if "properties" in node else closed


def parts(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Give the schemas of the objects within a message, by name or title."""
    found: dict[str, dict[str, Any]] = schema(name)["$defs"]
    choices = [(choice["title"], choice) for part in found.values() for choice in part.get("oneOf", ())]
    return choices + [(part, shape) for part, shape in found.items() if shape.get("type") == "object"]


def examples() -> list[tuple[str, Any]]:
    """Give every example of every schema."""
    return [(name, example) for name in (*INPUTS, *OUTPUTS) for example in schema(name)["examples"]]
