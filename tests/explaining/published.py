"""What a partition has published of rewards in, what `segue rewards audit` makes of it beside her facts out."""

from collections.abc import Iterable, Sequence
from typing import Any

from agents.outgoing import Outgoing
from app.demo.style import Style
from app.explaining.audit import audit
from app.explaining.audit_telling import telling, told_as_object
from app.explaining.evidence import Evidence
from app.explaining.said import Published, read_said
from schemas.policy import Policy
from tests.builders import TOPICS, fact_of
from tests.oracle.orders import Event


class Audited:
    """An audit of ann's by what was published."""

    def __init__(
        self, policy: Policy, events: Sequence[Event], sent: Iterable[Outgoing], as_of: int, *, since: int = 0
    ) -> None:
        rewards = [one for one in sent if one.topic == TOPICS.rewards and one.key == b"ann"]
        read = [read_said(dict(one.headers)["ce_type"], one.value or b"") for one in rewards]
        published = Published([one for one in read if one is not None], since)
        facts = [fact_of(event) for event in events if event["customer_id"] == "ann"]
        told = audit("ann", Evidence(facts, as_of, [], [], published=published), policy)
        self.object: dict[str, Any] = told_as_object(told)
        self.lines = [line.partition("  ")[2] for line in "\n".join(telling(told, Style())).splitlines()]

    @property
    def entries(self) -> list[dict[str, Any]]:
        return list(self.object["entries"])

    @property
    def outcomes(self) -> list[tuple[str, bool | None, str | None]]:
        return [(one["outcome"], one["published"], one["difference"]) for one in self.entries]
