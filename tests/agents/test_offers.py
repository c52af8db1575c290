"""What a rule chooses from: by the move, in turn, by luck; and what it keeps back between two moves of one kind."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.decisions.occasions import Decided
from agents.decisions.outcomes import outcome
from agents.decisions.whole_life import live
from app.demo.style import Style
from app.explaining.audit import audit
from app.explaining.audit_telling import telling
from app.explaining.evidence import Evidence
from schemas.digests import PLACES, chance_place
from schemas.policy import Policy
from schemas.rewards import Letter, Points
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, T0, TOPICS, fact_of, new_directory
from tests.oracle.events import cancellation, engaged, order
from tests.oracle.orders import Event

DOWN = "on: {transition: {direction: down}}"
TABLE = f"""rewards:
  - id: keep
    {DOWN}
    offers:
      give:
        call: {{kind: letter, letter: call}}
        more: {{kind: points, points: 50, expires: 30d}}
      table: {{fresh: {{fading: none}}, fading: {{gone: call}}}}
      otherwise: more
    message: {{template: keep, channels: [email]}}
"""
NAMES = ("spring", "summer", "autumn")
TURNS = f"""rewards:
  - id: letters
    on: {{engaged: link_clicked}}
    offers:
      give: {{{", ".join(f"{name}: {{kind: letter, letter: {name}}}" for name in NAMES)}}}
      rotate: [{", ".join(NAMES)}]
"""
LUCKY = "rewards: [{id: luck, on: {engaged: link_clicked}, give: {kind: points, points: 5}, chance: 30%}]\n"


def lived(policy: Policy, events: Sequence[Event], until: int) -> list[Decided]:
    rewards = live("ann", [fact_of(event) for event in events], policy, until).rewards
    return [one for one in rewards if isinstance(one, Decided)]


def test_the_move_says_which_offer_it_is_and_what_the_table_does_not_name_has_the_other() -> None:
    policy = small("scores: {recency: {within: [30d, 60d]}, frequency: {at_least: [2]}}\n" + BY_CELL, "")
    first, second = lived(policy, [order("1", T0, 100), order("2", T0 + 1, 100)], T0 + 90 * DAY)
    assert (first.rule.give, second.rule.give) == (Points(50), Letter("call"))
    assert (first.rule.expires_ms, second.rule.expires_ms) == (30 * DAY, None)


BY_CELL = (
    'segments: [{id: fresh, cells: ["32", "31"]}, {id: fading, cells: ["22", "21"]}, {id: gone, otherwise: true}]\n'
    + TABLE.replace("fresh: {fading: none}, ", "")
)


def test_an_offer_of_none_gives_nothing_tells_nobody_and_stands_in_the_audit(tmp_path: Path) -> None:
    policy = small(LADDER + TABLE)
    stage = Stage(tmp_path / "db", policy)
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(T0 + 31 * DAY)
    assert [out for out in stage.outgoing if out.topic in {TOPICS.rewards, TOPICS.messages}] == []
    assert stage.tallies[-1].rewarded == {("keep", "none"): 1}
    stage.pass_time(T0 + 61 * DAY)
    assert [payload(out)["give"] for out in stage.outgoing if out.topic == TOPICS.rewards] == [
        {"kind": "letter", "letter": "call"}
    ]
    stage.close()
    facts = [fact_of(order("1", T0, 100))]
    evidence = Evidence(facts=facts, as_of=T0 + 61 * DAY, cut_points=[], notes=[])
    first, second, message = list(telling(audit("ann", evidence, policy), Style()))[2:]
    assert "keep: nothing, and nobody was told: the table of the rule has none for the move from fresh" in first
    assert "keep: granted letter call, for the move from fading to gone" in second
    assert "keep: message keep by email" in message


def test_a_table_works_with_nine_scores_as_with_two() -> None:
    ages = ", ".join(f"{days}d" for days in range(10, 90, 10))
    cells = ", ".join(f'{{id: s{score}, cells: ["{score}"]}}' for score in range(9, 0, -1))
    table = ", ".join(f"s{score}: {{s{score - 1}: p{score}}}" for score in range(9, 1, -1))
    gives = ", ".join(f"p{score}: {{kind: points, points: {score}}}" for score in range(9, 1, -1))
    rule = f"rewards: [{{id: step, {DOWN}, offers: {{give: {{{gives}}}, table: {{{table}}}, otherwise: none}}}}]\n"
    policy = small(f"scores: {{recency: {{within: [{ages}]}}}}\nsegments: [{cells}]\n{rule}")
    given_ = [one.rule.give for one in lived(policy, [order("1", T0, 100)], T0 + 99 * DAY)]
    assert given_ == [Points(score) for score in range(9, 1, -1)]


def letters(decided: Sequence[Decided]) -> list[str]:
    return [one.rule.give.letter for one in decided if isinstance(one.rule.give, Letter)]


def rounds(had: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(had[start : start + len(NAMES)]) for start in range(0, len(had), len(NAMES))]


@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations([engaged(f"e{n}", T0 + n * DAY, "link_clicked") for n in range(10)]), st.data())
def test_nobody_has_a_letter_twice_before_she_has_had_all_whatever_the_order_the_slices_and_the_repetitions(
    events: list[Event], data: st.DataObject
) -> None:
    rest = [*events, *events[:2]]
    with new_directory() as directory:
        stage = Stage(directory / "db", small(LADDER + TURNS))
        while rest:
            count = data.draw(st.integers(1, len(rest)))
            stage.absorb(rest[:count])
            rest = rest[count:]
            if data.draw(st.booleans()):
                stage.crash()
        had = [payload(out)["give"]["letter"] for out in stage.outgoing if out.topic == TOPICS.rewards]
        stage.close()
    assert len(had) == 10
    assert had == letters(lived(small(LADDER + TURNS), events, T0 + 99 * DAY))
    assert all(len(set(one)) == len(one) for one in rounds(had))


def test_each_customer_and_each_round_has_an_order_of_its_own() -> None:
    policy = small(LADDER + TURNS)
    facts = [fact_of(engaged(f"e{n}", T0 + n * DAY, "link_clicked")) for n in range(12)]
    orders = set[tuple[str, ...]]()
    for customer in ("ann", "bob", "cat", "dan", "eve", "fay"):
        decided = [one for one in live(customer, facts, policy, T0 + 99 * DAY).rewards if isinstance(one, Decided)]
        orders |= set(rounds(letters(decided)))
    assert len(orders) > 3


def test_a_letter_added_in_the_middle_of_a_round_is_had_in_it() -> None:
    more = TURNS.replace("rotate: [", "rotate: [winter, ").replace(
        "give: {", "give: {winter: {kind: letter, letter: w}, "
    )
    with new_directory() as directory:
        stage = Stage(directory / "db", small(LADDER + TURNS))
        stage.absorb([engaged("e1", T0, "link_clicked"), engaged("e2", T0 + 1, "link_clicked")])
        stage.close()
        stage = Stage(directory / "db", small(LADDER + more))
        stage.absorb([engaged(f"e{n}", T0 + n, "link_clicked") for n in (3, 4)])
        later = {payload(out)["give"]["letter"] for out in stage.outgoing if out.topic == TOPICS.rewards}
        stage.close()
    assert "w" in later
    assert len(later) == 2


@settings(max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations([engaged(f"e{n}", T0 + n * DAY, "link_clicked") for n in range(12)]))
def test_the_same_facts_bring_the_same_surprises_in_whatever_order_they_come(events: list[Event]) -> None:
    policy = small(LADDER + LUCKY)
    expected = {
        f"e{n}": "granted" if chance_place("ann", "small", "luck", f"e{n}") < PLACES * 3 // 10 else "chance"
        for n in range(12)
    }
    found = {one.cause.event_id: outcome(one) for one in lived(policy, events + events[:3], T0 + 99 * DAY)}
    assert found == expected
    assert set(found.values()) == {"granted", "chance"}


def test_about_as_many_occasions_are_lucky_as_the_rule_says() -> None:
    places = [chance_place("ann", "small", "luck", str(n)) for n in range(4_000)]
    assert abs(sum(place < PLACES * 3 // 10 for place in places) - 1_200) <= 120


def test_an_order_that_is_taken_back_and_comes_again_is_as_lucky_as_before() -> None:
    rule = LUCKY.replace("engaged: link_clicked", "first_order: true").replace("30%", "50%, clawback: full")
    events = [order("1", T0, 100), cancellation("1", T0 + 1), order("2", T0 + 2, 100)]
    for customer in map(str, range(20)):
        facts = [fact_of({**event, "customer_id": customer}) for event in events]
        told = [
            one for one in live(customer, facts, small(LADDER + rule), T0 + DAY).rewards if isinstance(one, Decided)
        ]
        assert len({outcome(one) for one in told}) == 1


def test_the_same_move_is_rewarded_again_only_when_it_has_cooled_down() -> None:
    rule = f"rewards: [{{id: back, {DOWN}, give: {{kind: points, points: 5}}, cooldown: 90d}}]\n"
    events = [order(str(days), T0 + days * DAY, 100) for days in (0, 40, 100)]
    found = [
        (one.move.from_segment, outcome(one)) for one in lived(small(LADDER + rule), events, T0 + 165 * DAY) if one.move
    ]
    assert found == [("fresh", "granted"), ("fresh", "cooldown"), ("fresh", "granted"), ("fading", "granted")]


SHARED = """rewards:
  - {id: small, on: {first_order: true}, give: {kind: discount, percent: 5%}}
  - {id: large, on: {order_value: {min: 1.00}}, give: {kind: discount, percent: 20%}, priority: 5}
  - {id: points, on: {first_order: true}, give: {kind: points, points: 1}}
caps: [{id: one-discount, kinds: [discount], times: 1, per: 30d}]
"""


def test_of_several_rules_due_at_one_instant_that_of_the_highest_priority_wins_whatever_it_waits_for() -> None:
    found = {one.rule.id: outcome(one) for one in lived(small(LADDER + SHARED), [order("1", T0, 100)], T0 + DAY)}
    assert found == {"large": "granted", "small": "cap", "points": "granted"}


def test_what_is_taken_back_leaves_its_place_under_a_cap() -> None:
    text = SHARED.replace("percent: 20%}", "percent: 20%}, clawback: full").replace("per: 30d", "per: 365d")
    events = [order("1", T0, 100), cancellation("1", T0 + 1), order("2", T0 + DAY, 100)]
    found = [outcome(one) for one in lived(small(LADDER + text), events, T0 + 2 * DAY) if one.rule.id == "large"]
    assert found == ["granted", "granted"]


def test_what_was_taken_back_frees_no_place_that_a_forgotten_grant_has() -> None:
    rule = "rewards: [{id: r, on: {order_value: {min: 1.00}}, give: {kind: points, points: 1}, clawback: full, %s}]\n"
    policy = small(LADDER + rule % "limit: {times: 2, per: 30d}")
    placed = [order(str(days), T0 + days * DAY, 100) for days in (1, 2, 40)]
    late = [cancellation("40", T0 + 41 * DAY), order("late", T0 + 5 * DAY, 100), order("50", T0 + 50 * DAY, 100)]
    found = {one.cause.event_id: outcome(one) for one in lived(policy, [*placed, *late], T0 + 60 * DAY)}
    assert found == {"o-1": "granted", "o-2": "granted", "o-40": "granted", "o-late": "limit", "o-50": "granted"}


@pytest.mark.parametrize("per", ["day", "week", "month", "year"])
def test_a_stretch_of_the_calendar_ends_with_her_last_millisecond_of_it(per: str) -> None:
    rule = LUCKY.replace("chance: 30%", f"limit: {{times: 1, per: {per}}}")
    end = (
        1_293_836_400_000 if per != "week" else 1_294_009_200_000
    )  # midnight in Oslo before 1 / before Monday 3 January
    policy = small(LADDER + rule, "timezone: Europe/Oslo\n")
    events = [engaged(f"e{at}", at, "link_clicked") for at in (end - 2, end - 1, end)]
    assert [outcome(one) for one in lived(policy, events, end + DAY)] == ["granted", "limit", "granted"]
