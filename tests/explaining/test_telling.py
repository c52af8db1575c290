"""One customer's life in, the whole text of its explanation out, word for word."""

from agents.decisions.moves import Move
from schemas.cut_points import CutPoints
from tests.builders import DAY, T0
from tests.explaining.stage import explained, lines, part, policy_of
from tests.oracle.events import cancellation, engaged, erasure, order, profile, refund

LIFE = [
    order("a", T0, 6_000),
    order("b", T0 + 10 * DAY, 7_000),
    refund("r", "b", T0 + 11 * DAY, 2_000),
    engaged("e", T0 + 12 * DAY, rating=5),
]


def test_a_life_is_told_from_its_facts_to_what_would_lift_it() -> None:
    assert lines(explained(LIFE, T0 + 20 * DAY)) == [
        "Customer ann as of 2010-12-21 08:26 UTC, by seed 1",
        "",
        "Facts (4)",
        "  2010-12-01 08:26  order a of 60.00 GBP",
        "  2010-12-11 08:26  order b of 70.00 GBP",
        "  2010-12-12 08:26  refund r of 20.00 GBP on order b",
        "  2010-12-13 08:26  engagement: review_posted with rating 5",
        "",
        "Measures and scores",
        "  recency 10d, tenure 20d",
        "  2 orders, 110.00 GBP, 55.00 GBP on average",
        "  cut points: what the policy calls initial",
        "  recency 10d is within 90d, so r = 3 of 3",
        "  frequency 2 is above 1 but not above 2, so f = 2 of 3",
        "  monetary 110.00 GBP is above 100.00 GBP but not above 500.00 GBP, so m = 2 of 3",
        "",
        "Segment: Loyal (rank 2)",
        "  cell 322 is one of Loyal: 331, 322, 321, 233, 232",
        "",
        "Transitions (2)",
        "  2010-12-01 08:26  entered as Recent: order a of 60.00 GBP",
        "  2010-12-11 08:26  rose from Recent to Loyal: order b of 70.00 GBP",
        "",
        "Next, if nothing happens and the cut points stay",
        "  2011-03-11 08:26:00.001 (in 80d)  falls from Loyal to Recent: the last order was 90d1ms ago",
        "  2011-05-10 08:26:00.001 (in 140d)  falls from Recent to At risk: the last order was 150d1ms ago",
        "  then nothing moves the customer any more",
        "",
        "What would lift the customer now",
        "  Champions: one more order, whatever the amount",
    ]


def test_only_the_newest_facts_and_transitions_are_written_out() -> None:
    many = [order(str(number), T0 + number * 100 * DAY, 1_000) for number in range(15)]
    told = explained(many, T0 + 1400 * DAY)
    facts = part(told, "Facts (15)")
    assert facts[:2] == ["... 5 earlier facts", "2012-04-14 08:26  order 5 of 10.00 GBP"]
    assert len(facts) == 11
    moves = part(told, f"Transitions ({len(told.past)})")
    assert moves[0] == f"... {len(told.past) - 10} earlier transitions"
    assert len(moves) == 11


def test_facts_that_had_no_effect_are_counted_with_the_reason() -> None:
    odd = [
        order("a", T0, 1_000),
        order("a", T0, 1_000),
        order("a", T0, 2_000),
        refund("early", "never", T0 + DAY, 500),
        refund("foreign", "a", T0 + DAY, 500, amount={"amount_minor": 500, "currency": "EUR"}),
        order("euros", T0 + 2 * DAY, 700, "EUR"),
        refund("large", "a", T0 + 3 * DAY, 9_000),
        cancellation("euros", T0 + 4 * DAY),
        refund("void", "euros", T0 + 5 * DAY, 100, amount={"amount_minor": 100, "currency": "EUR"}),
    ]
    assert part(explained(odd, T0 + 10 * DAY), "Facts (9)")[9:] == [
        "1 of them repeated",
        "1 of them contradicting an earlier one: ignored",
        "1 of them waiting for an order",
        "1 of them of unknown amount in the policy's currency",
        "1 of them refunding more than the order",
        "1 of them refunding in another currency: ignored",
        "1 of them about an order that is cancelled already",
    ]


def test_what_occurred_later_is_only_counted() -> None:
    told = explained(LIFE, T0 + 10 * DAY - 1)
    assert part(told, "Facts (1, and 3 later than this instant)") == ["2010-12-01 08:26  order a of 60.00 GBP"]
    assert told.lived.standing.segment == "recent"


def test_of_an_erased_customer_only_the_new_life_is_told() -> None:
    told = explained([*LIFE, erasure("x", T0 + 30 * DAY), order("c", T0 + 31 * DAY, 500)], T0 + 40 * DAY)
    assert part(told, "Facts (1)") == [
        "2011-01-01 08:26  order c of 5.00 GBP",
        "erased at 2010-12-31 08:26: what was before is not told",
    ]
    assert part(told, "Transitions (1)") == ["2011-01-01 08:26  entered as Recent: order c of 5.00 GBP"]


def test_of_a_profile_nothing_is_told() -> None:
    told = explained([profile("p", T0, "letter", email=False), order("a", T0 + DAY, 100)], T0 + DAY)
    assert part(told, "Facts (2)")[0] == "2010-12-01 08:26  profile"
    assert "letter" not in "".join(lines(told))


def test_who_has_sent_all_back_has_no_measures_and_no_segment() -> None:
    told = explained([order("a", T0, 1_000), refund("r", "a", T0 + DAY, 1_000)], T0 + DAY)
    assert part(told, "Measures and scores") == ["no order that counts"]
    assert part(told, "Segment: no segment") == ["no order that counts"]
    assert part(told, "Transitions (2)")[1] == "2010-12-02 08:26  left Recent: refund r of 10.00 GBP on order a"


def test_who_has_done_nothing_that_the_policy_asks_for_is_not_known() -> None:
    told = explained([engaged("e", T0, "email_opened")], T0)
    assert part(told, "Segment: no segment") == ["no fact that makes a customer known to this policy"]


def test_new_cut_points_are_named_with_their_version() -> None:
    versions = [CutPoints(4, T0 + 3 * DAY, T0 + 4 * DAY, None, (0, 1), (100, 200))]
    told = explained([order("a", T0, 1_000)], T0 + 5 * DAY, cut_points=versions)
    assert (
        part(told, "Transitions (2)")[1] == "2010-12-05 08:26  rose from Recent to Champions: new cut points, version 4"
    )
    assert part(told, "Measures and scores")[2:] == [
        "cut points: version 4, frozen 2010-12-04 08:26, in force since 2010-12-05 08:26",
        "recency 5d is within 90d, so r = 3 of 3",
        "frequency 1 is above 0 but not above 1, so f = 2 of 3",
        "monetary 10.00 GBP is above 2.00 GBP, so m = 3 of 3",
    ]


def test_cut_points_that_come_into_force_later_say_nothing_yet() -> None:
    versions = [CutPoints(1, T0, T0 + 4 * DAY, None, (0, 1), (100, 200))]
    told = explained([order("a", T0, 1_000)], T0 + 3 * DAY, cut_points=versions)
    assert told.version is None
    assert [move.cause.type for move in told.past] == ["order"]
    assert "drift" not in {one.cause.type for one in told.ahead if isinstance(one, Move)}


STAYING = policy_of("""
dwell: {up: 10d, down: 5d}
brink: [14d]
segments:
  - {id: many, label: Many, when: {frequency: {min: 2}, recency: {max: 30d}}}
  - {id: some, label: Some, otherwise: true}
""")


def test_a_held_move_and_its_release_are_told() -> None:
    two = [order("a", T0, 1_000), order("b", T0 + DAY, 1_000)]
    told = explained(two, T0 + 2 * DAY, STAYING)
    assert part(told, "Segment: Some (rank 2)") == [
        "Many is the first that matches",
        "recency 1d: asked for at most 30d",
        "frequency 2: asked for at least 2",
        "the rules say Many already: the least stay holds the customer until 2010-12-11 08:26",
    ]
    assert part(told, "Next, if nothing happens") == [
        (
            "2010-12-11 08:26 (in 8d)  rises from Some to Many: end of the least stay of 10d, which held it; "
            "raised by order b of 10.00 GBP"
        ),
        "2010-12-18 08:26:00.001 (in 15d)  the fall to Some at 2011-01-01 08:26:00.001 is announced, 14d ahead",
        "2011-01-01 08:26:00.001 (in 29d)  falls from Many to Some: the last order was 30d1ms ago",
        "then nothing moves the customer any more",
    ]
    assert part(told, "What would lift") == [
        "Many: nothing more is needed, from 2010-12-11 08:26 on, when the least stay ends"
    ]


def test_an_announced_move_is_told() -> None:
    two = [order("a", T0, 1_000), order("b", T0 + DAY, 1_000)]
    told = explained(two, T0 + 20 * DAY, STAYING)
    assert part(told, "Segment: Many (rank 1)")[-1] == (
        "the fall to Some at 2011-01-01 08:26:00.001 is announced, 14d ahead (at 2010-12-18 08:26:00.001)"
    )
    assert part(told, "What would lift") == ["nothing: there is no better segment"]


def test_silent_moves_are_marked() -> None:
    quiet = policy_of("silent_until: 2010-12-02T00:00:00Z\nsegments: [{id: all, otherwise: true}]\n")
    assert part(explained([order("a", T0, 1)], T0, quiet), "Transitions (1)") == [
        "2010-12-01 08:26  entered as all: order a of 0.01 GBP (silent: not published)"
    ]
