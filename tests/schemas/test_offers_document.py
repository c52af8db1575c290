"""Offers, surprises, cool-downs and caps as they are written in, what the decisions read or each mistake out."""

import pytest
from jsonschema import Draft202012Validator

from schemas.limits import Cap, Limit
from schemas.policy_file import parse_policy
from schemas.policy_schema import policy_schema
from schemas.reward_rules import RewardRule
from schemas.rewards import Discount, Letter
from tests.builders import DAY
from tests.schemas.test_policy_file import SMALL, mistakes
from tests.schemas.test_policy_schema import read

MOVED = "transition: {to: rest}"
GIVE = "give: {tenth: {kind: discount, percent: 10%}, letter: {kind: letter, letter: hello}}"
TABLE = f"offers: {{{GIVE}, table: {{good: {{rest: tenth}}}}, otherwise: letter}}"
TURNS = f"offers: {{{GIVE}, rotate: [letter, tenth]}}"


def policy(offers: str, on: str = MOVED, more: str = "") -> str:
    return f"{SMALL}rewards:\n  - {{id: rule, on: {{{on}}}, {offers}}}\n{more}"


def rule(text: str) -> RewardRule:
    (only,) = parse_policy(text, "p.yaml").rewards
    return only


def test_a_table_gives_each_move_its_offer_and_all_others_one() -> None:
    offers = rule(policy(TABLE)).offers
    assert offers is not None
    assert (offers.table, offers.otherwise, offers.turns) == ({("good", "rest"): "tenth"}, "letter", ())
    assert {name: (one.id, one.offer, one.give) for name, one in offers.rules.items()} == {
        "tenth": ("rule", "tenth", Discount(None, "10")),
        "letter": ("rule", "letter", Letter("hello")),
    }


def test_offers_may_be_given_in_turn_on_any_occasion() -> None:
    offers = rule(policy(TURNS, "first_order: true")).offers
    assert offers is not None
    assert offers.turns == ("letter", "tenth")


def test_a_cap_holds_rules_kinds_or_all() -> None:
    caps = "caps: [{id: all, times: 2, per: week}, {id: mail, kinds: [letter], times: 1}"
    caps += ", {id: one, rules: [rule], times: 3, per: 1d}]\n"
    offers = rule(policy(TABLE, more=caps)).offers
    assert offers is not None
    everything, own = Cap("all", Limit(2, calendar="week")), Cap("one", Limit(3, DAY))
    assert offers.rules["tenth"].caps == (everything, own)
    assert offers.rules["letter"].caps == (everything, Cap("mail", Limit(1)), own)


MISTAKES: dict[str, tuple[str, str, str]] = {
    TABLE.replace("good: {rest", "best: {rest"): ("best:", "offers.table.best", "there is no segment best"),
    TABLE.replace("{rest: tenth}", "{best: tenth}"): ("best:", "offers.table.good.best", "there is no segment best"),
    TABLE.replace("{rest: tenth}", "{rest: gold}"): ("rest: gold", "offers.table.good.rest", "there is no offer gold"),
    TABLE.replace("{rest: tenth}", "{good: tenth}"): (
        "good: tenth",
        "offers.table.good.good",
        "nobody moves from good to",
    ),
    TABLE.replace("good: {rest", "rest: {good"): (
        "good: tenth",
        "offers.table.rest.good",
        "the rule is for no move from",
    ),
    TABLE.replace("{rest: tenth}", "{}"): ("good: {}", "offers.table.good", "Dictionary should have at least 1 item"),
    TABLE.replace("otherwise: letter", "otherwise: gold"): ("otherwise", "offers.otherwise", "there is no offer gold"),
    TABLE.replace("otherwise: letter", "otherwise: none"): (
        "letter: {kind",
        "offers.give.letter",
        "nobody is ever given this",
    ),
    TABLE.replace(", otherwise: letter", ""): ("offers", "offers", "table and otherwise belong together"),
    TABLE.replace("tenth", "none"): ("offers", "offers", "none is the offer that is none"),
    TURNS.replace("[letter, tenth]", "[letter, gold, tenth]"): ("gold", "offers.rotate.1", "there is no offer gold"),
    TURNS.replace("[letter, tenth]", "[letter]"): ("rotate", "offers.rotate", "List should have at least 2 items"),
    TURNS.replace("[letter, tenth]", "[letter, letter]"): ("rotate", "offers.rotate", "letter stands twice"),
    f"{TURNS}, give: {{kind: free_shipping}}": ("{id", "", "give give or offers"),
    f"{TURNS}, chance: 0%": ("chance", "chance", "a share is over 0% and at most 100%"),
    f"{TURNS}, cooldown: 0d": ("cooldown", "cooldown", "a stretch of time is longer than 0"),
    f"{TURNS}, priority: 1001": ("priority", "priority", "Input should be less than or equal to 1000"),
}


@pytest.mark.parametrize(("offers", "expected"), MISTAKES.items(), ids=range(len(MISTAKES)))
def test_every_cell_and_every_name_is_checked_and_each_mistake_has_its_place(
    offers: str, expected: tuple[str, str, str]
) -> None:
    at, below, words = expected
    text = policy(offers)
    column = text.splitlines()[8].rindex(at) + 1
    first, *_ = mistakes(text)
    place, path, message = first.split(": ", 2)
    assert (place, path) == (f"p.yaml:9:{column}", f"rewards.0.{below}".rstrip("."))
    assert message.startswith(words)


def test_a_table_and_a_cool_down_want_a_move() -> None:
    told = [line.split(": ", 2)[1:] for line in mistakes(policy(f"{TABLE}, cooldown: 90d", "first_order: true"))]
    assert [path for path, _ in told] == ["rewards.0.offers.table", "rewards.0.cooldown"]
    assert all("lead from a segment to another" in words for _, words in told)


def test_on_a_brink_only_moves_down_can_stand_in_the_table() -> None:
    up = TABLE.replace("good: {rest", "rest: {good")
    (line,) = mistakes(policy(up, "brink: {}", "brink: [3d]\n"))
    assert line.endswith("the rule is for no move from rest to good")


CAPS = {
    "rules: [gone], times: 1": ("caps.0.rules.0", "there is no reward gone"),
    "kinds: [points], times: 1": ("caps.0.kinds.0", "no rule gives points"),
    "kinds: [love], times: 1": ("caps.0.kinds.0", "Input should be 'points'"),
    "kinds: [letter], rules: [rule], times: 1": ("caps.0", "give rules or kinds"),
    "per: 1d": ("caps.0.times", "Field required"),
    "times: 1, per: fortnight": ("caps.0.per", "a duration is written like 90d"),
    "times: 1, per: 0d": ("caps.0.per", "a stretch of time is longer than 0"),
}


@pytest.mark.parametrize(("cap", "expected"), CAPS.items(), ids=CAPS)
def test_a_cap_that_holds_nothing_is_told(cap: str, expected: tuple[str, str]) -> None:
    (line,) = mistakes(policy(TABLE, more=f"caps: [{{id: c, {cap}}}]\n"))
    _, path, message = line.split(": ", 2)
    assert path == expected[0]
    assert message.startswith(expected[1])


def test_editors_are_told_of_it_all() -> None:
    validator = Draft202012Validator(policy_schema())
    caps = "caps: [{id: a, times: 1, per: week}, {id: b, kinds: [letter, message], times: 1, per: 30d}]\n"
    validator.validate(read(policy(f"{TABLE}, chance: 5%, cooldown: 90d, priority: 3", more=caps)))
    validator.validate(read(policy(TURNS)))
    for broken in (
        TURNS.replace("rotate: [letter, tenth]", "table: {good: {rest: tenth}}"),
        f"{TURNS}, give: {{kind: free_shipping}}",
        f"{TURNS}, limit: {{times: 1, per: fortnight}}",
    ):
        assert not validator.is_valid(read(policy(broken)))
