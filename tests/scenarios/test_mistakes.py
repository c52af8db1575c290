"""Files of scenarios with mistakes in, every mistake with its place out, all at once."""

import pytest

from tests.scenarios.stage import Desk

HEAD = "policy: seed\nscenarios:\n"
WRONG = """\
policy: seed
start: soon
scenarios:
  - name: one
    given:
      - {day: 0, order: 10.005}
      - {day: 1, engaged: review_postd}
      - {day: 2, dance: true}
      - walk
    when: 5
    then: {segment: gold, rewards: [welcom]}
  - name: two
    given: [{day: 0, order: 1.00, id: a}, {day: 1, cancel: b}, {day: 1, refund: 1.00, of: c}]
    until: 2026-01-01T12:00:00Z
    then: {transition: [recent]}
  - name: three
    given: [{day: 0, order: 1.00}]
    then: {}
  - name: three
    given: [{day: 0, order: 1.00}]
    then: {segment: recent}
  - name: three
    given: [{day: 0, order: 1.00}]
    then: {segment: recent}
"""
TOLD = [
    "2:1: start: Expected an RFC 3339 time",
    "6:18: scenarios.0.given.0.order: an amount of GBP has at most 2 decimals",
    "7:18: scenarios.0.given.1.engaged: nobody knows engagement of the kind review_postd",
    "8:18: scenarios.0.given.2.dance: Extra inputs are not permitted",
    "9:9: scenarios.0.given.3: keys with values are expected",
    "10:5: scenarios.0.when: a duration is written like 90d, 12h, 30m, 45s, 200ms or 1d12h",
    "11:12: scenarios.0.then.segment: seed has no segment gold",
    "11:37: scenarios.0.then.rewards.0.rule: seed has no reward welcom",
    "13:52: scenarios.1.given.1.cancel: no order with the id b is given",
    "13:87: scenarios.1.given.2.of: no order with the id c is given",
    "15:12: scenarios.1.then.transition: Extra inputs are not permitted",
    (
        "18:5: scenarios.2.then: give at least one of segment, transitions, brinks, rewards, messages, alerts, "
        "undeliverable, points, next, measures"
    ),
    "19:5: scenarios.3.name: an earlier scenario has this name",
    "22:5: scenarios.4.name: an earlier scenario has this name",
]


def test_all_mistakes_come_at_once_each_with_its_place(desk: Desk) -> None:
    assert desk.mistakes(WRONG) == TOLD


GIVEN = {
    "no instant": ("{order: 1}", "given.0: give one of day, after, at"),
    "two instants": ("{day: 1, after: 1d, order: 1}", "given.0: give one of day, after, at"),
    "half a day": ("{day: 0.5, order: 1}", "given.0.day: Input should be a valid integer"),
    "no deed": ("{day: 0}", "given.0: give exactly one of order, refund, cancel, engaged, profile, delivered"),
    "two deeds": ("{day: 0, order: 1, erased: true}", "given.0: give exactly one of order, refund"),
    "less than nothing": ("{day: 0, order: -1}", "given.0.order: Input should be greater than or equal to 0"),
    "no money": ("{day: 0, order: true}", "given.0.order: an amount is a number"),
    "too much": ("{day: 0, order: 99999999999999.99}", "given.0.order: an amount is at most 2^53 - 1 minor units"),
    "half a yen": ("{day: 0, order: 1.5, currency: JPY}", "given.0.order: an amount of JPY has at most 0 decimals"),
    "no currency": ("{day: 0, order: 1, currency: ABC}", "given.0.currency: no currency of ISO 4217"),
    "a rated order": ("{day: 0, order: 1, rating: 5}", "given.0: rating belongs to engaged"),
    "an order of an order": ("{day: 0, order: 1, of: x}", "given.0: of belongs to refund"),
    "a long id": (f"{{day: 0, order: 1, id: {'é' * 70}}}", "given.0.order: An id is 1 to 128 bytes, no control"),
    "no day": ("{day: 0, profile: {birthday: 1990-02-30}}", "given.0.profile: Expected a date of the calendar"),
    "no country": ("{day: 0, profile: {country: England}}", "given.0.profile: "),
    "before 1990": ("{at: 1989-12-31T00:00:00Z, order: 1}", "given.0.at: an instant lies between 1990-01-01"),
    "a naive time": ("{at: 2026-01-01T00:00:00, order: 1}", "given.0.at: A time needs an offset"),
}


@pytest.mark.parametrize(("given", "told"), GIVEN.values(), ids=GIVEN)
def test_a_deed_that_cannot_be_is_told(desk: Desk, given: str, told: str) -> None:
    (line,) = desk.mistakes(f"{HEAD}  - {{name: a, given: [{given}], then: {{segment: null}}}}\n")
    assert line.startswith("3:")
    assert line.split(": ", 1)[1].startswith(f"scenarios.0.{told}")


THEN = {
    "nothing": ("{}", "then: give at least one of"),
    "no such key": ("{segments: recent}", "then.segments: Extra inputs"),
    "a move to nowhere said": ("{transitions: [{from: recent}]}", "then.transitions.0.to: Field required"),
    "no cause": ("{transitions: [{to: recent, cause: boredom}]}", "then.transitions.0.cause: Input should be"),
    "from nowhere known": ("{transitions: [{to: recent, from: gold}]}", "then.transitions.0.from: seed has no segment"),
    "both": ("{brinks: [{announced: loyal, cleared: loyal}]}", "then.brinks.0: give announced or cleared"),
    "neither": ("{brinks: [{lead: 3d}]}", "then.brinks.0: give announced or cleared"),
    "a clearing ahead": ("{brinks: [{cleared: loyal, lead: 3d}]}", "then.brinks.0: lead belongs to announced"),
    "no reason": ("{rewards: [{rule: welcome, withheld: spite}]}", "then.rewards.0.withheld: Input should be"),
    "a bare next": ("{next: recent}", "then.next: keys with values are expected"),
    "half an order": ("{measures: {frequency: 1.5}}", "then.measures.frequency: Input should be a valid integer"),
    "a tenth of a penny": ("{measures: {monetary: 1.001}}", "then.measures.monetary: an amount of GBP has at most 2"),
    "score 0": ("{measures: {r: 0}}", "then.measures.r: Input should be greater"),
}


@pytest.mark.parametrize(("then", "told"), THEN.values(), ids=THEN)
def test_an_expectation_that_nobody_can_meet_is_told(desk: Desk, then: str, told: str) -> None:
    (line,) = desk.mistakes(f"{HEAD}  - {{name: a, given: [{{day: 0, order: 1}}], then: {then}}}\n")
    assert line.startswith("3:")
    assert line.split(": ", 1)[1].startswith(f"scenarios.0.{told}")


ENDS = {
    "both": ("when: 1d, until: 2026-02-01T00:00:00Z", "scenarios.0: give when or until"),
    "too early": ("until: 2025-12-31T00:00:00Z", "scenarios.0.until: lies before the last of what is given"),
    "no duration": ("when: -1d", "scenarios.0.when: a duration is written like"),
}


@pytest.mark.parametrize(("end", "told"), ENDS.values(), ids=ENDS)
def test_an_end_that_cannot_be_is_told(desk: Desk, end: str, told: str) -> None:
    (line,) = desk.mistakes(f"{HEAD}  - {{name: a, given: [{{day: 0, order: 1}}], {end}, then: {{segment: null}}}}\n")
    assert line.split(": ", 1)[1].startswith(told)


@pytest.mark.parametrize(
    "text", ["", "- a", "seed", "policy: seed: x", "{", "policy: seed\npolicy: seed", "a:\n\tx: 1"]
)
def test_what_is_no_file_of_scenarios_is_one_mistake(desk: Desk, text: str) -> None:
    (line,) = desk.mistakes(text)
    place, column, _ = line.split(":", 2)
    assert place.isdigit()
    assert column.isdigit()


def test_what_a_file_has_to_have_is_told(desk: Desk) -> None:
    assert desk.mistakes("{}") == ["1:1: policy: Field required", "1:1: scenarios: Field required"]
    assert desk.mistakes("policy: seed\nscenarios: []\n")[0].startswith("2:1: scenarios: List should have at least 1")
    assert desk.mistakes("policy: seed\nscenarios: all\n")[0].startswith("2:1: scenarios: ")


def test_a_policy_with_mistakes_is_told_at_the_key_that_names_it(desk: Desk) -> None:
    policy = desk.write("p.yaml", "version: 1\nid: Mine\ncurrency: GBP\nsegments: [{id: all, otherwise: true}]\n")
    text = "policy: {}\nscenarios: [{{name: a, given: [{{day: 0, order: 1}}], then: {{segment: gold, next: 7}}}}]\n"
    wrong, other = desk.mistakes(text.format("p.yaml"))
    assert wrong.startswith(f"1:1: policy: {policy}:2:1: id: ")
    assert other.startswith("2:")  # what the policy's names have to say is not guessed at
    assert desk.mistakes(text.format("none.yaml"))[0].endswith("none.yaml: cannot be read: No such file or directory")
    assert desk.mistakes(text.format("sead"))[0] == "1:1: policy: sead: no such pack, and no .yaml file"
