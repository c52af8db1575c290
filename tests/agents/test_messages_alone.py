"""Rules that only ask for a message: what of limits and caps they use up."""

from typing import Final

from agents.decisions.occasions import Decided
from agents.decisions.whole_life import live
from schemas.policy import Policy
from tests.agents.small_policies import LADDER, small
from tests.builders import DAY, T0, fact_of
from tests.oracle.events import engaged, profile
from tests.oracle.orders import Event

INVITES: Final = "on: {engaged: link_clicked}, message: {template: join, channels: [email]}"
CAP: Final = "caps: [{id: few, kinds: [message], times: 1}]\n"
ASKS: Final = "{id: ask, on: {engaged: review_posted}, message: {template: why, channels: [push]}}"
REFUSES: Final = profile("p", T0, email=False)
AGREES: Final = profile("q", T0 + 2 * DAY, email=True)
CLICK: Final = engaged("1", T0 + DAY, "link_clicked")


def policy(limit: str = "", more: str = "") -> Policy:
    return small(LADDER, f"{more}rewards: [{{id: invite, {INVITES}{limit}}}, {ASKS}]\n")


def said(policy: Policy, *events: Event) -> list[str]:
    """Name the templates that are asked for, and the reasons of what is withheld, in order."""
    lived = live("ann", [fact_of(event) for event in events], policy, T0 + 9 * DAY)
    decided = [one for one in lived.rewards if isinstance(one, Decided)]
    return [one.message.template if one.message else one.withheld or "" for one in decided]


def test_who_refuses_every_channel_uses_up_nothing_of_the_limit() -> None:
    later = engaged("2", T0 + 3 * DAY, "link_clicked")
    assert said(policy(", limit: {times: 1}"), REFUSES, CLICK, AGREES, later) == ["", "join"]


def test_who_refuses_every_channel_uses_up_nothing_of_a_cap() -> None:
    review = engaged("2", T0 + DAY + 1)
    assert said(policy(more=CAP), REFUSES, CLICK, review) == ["", "why"]


def test_a_message_that_waits_for_the_end_of_quiet_hours_uses_up_its_place_at_once() -> None:
    night = CAP + 'timezone: Etc/UTC\nquiet_hours: {from: "00:00", to: "23:59"}\n'
    assert said(policy(more=night), CLICK, engaged("2", T0 + DAY + 1)) == ["", "cap"]
