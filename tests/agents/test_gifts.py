"""Every kind of gift on the wire, and what the template of its message may name."""

from pathlib import Path

import msgspec
import pytest

from tests.agents.golden_files import canonical
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import T0, TOPICS
from tests.oracle.events import order

GIFTS: dict[str, tuple[str, dict[str, object]]] = {
    "points, points: 50": ('{"kind":"points","points":50}', {"points": 50}),
    "gift, sku: A-1": ('{"kind":"gift","sku":"A-1"}', {"sku": "A-1"}),
    "discount, amount: 4.99": (
        '{"kind":"discount","off":{"amount_minor":499,"currency":"GBP"},"percent":null}',
        {"amount_minor": 499, "currency": "GBP"},
    ),
    "discount, percent: 12.5%": ('{"kind":"discount","off":null,"percent":"12.5"}', {"percent": "12.5"}),
    "free_shipping": ('{"kind":"free_shipping"}', {}),
    "early_access, offer: spring": ('{"kind":"early_access","offer":"spring"}', {"offer": "spring"}),
    "invitation, event: opening": ('{"kind":"invitation","to":"opening"}', {"event": "opening"}),
    "letter, letter: thanks": ('{"kind":"letter","letter":"thanks"}', {"letter": "thanks"}),
}


@pytest.mark.parametrize("kind", GIFTS)
def test_a_gift_leaves_as_its_contract_says(kind: str, tmp_path: Path) -> None:
    give, fields = GIFTS[kind]
    welcome = (
        f"rewards: [{{id: welcome, on: {{first_order: true}}, give: {{kind: {kind}}}, "
        "message: {template: hello, channels: [email]}}]\n"
    )
    stage = Stage(tmp_path / "db", small(LADDER + welcome))
    stage.absorb([order("1", T0, 100)])
    (granted,) = (out for out in stage.outgoing if out.topic == TOPICS.rewards)
    (message,) = (out for out in stage.outgoing if out.topic == TOPICS.messages)
    stage.close()
    assert granted.value is not None
    assert f'"give":{give},'.encode() in granted.value
    assert granted.value == canonical(msgspec.json.decode(granted.value))
    assert payload(message)["fields"] == fields | {"segment": "fresh"}
