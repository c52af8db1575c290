"""An explanation in, its text for people out."""

from collections.abc import Iterator
from typing import Final

from agents.decisions.endings import Ending
from agents.decisions.moves import Brink
from app.demo.style import Style
from app.explaining.because import rule_in_words, score_in_words
from app.explaining.explanation import Explanation
from app.explaining.lifting import ORDERS, Lift, kinds_that_count
from app.explaining.sentences import Sentences, fact_in_words
from app.explaining.wording import age, counted, instant, label, money
from schemas.policy import Policy

SHOWN: Final = 10
"""Facts, and moves of the past and ahead, that are written out; the object of --json has all."""
_TOLD: Final = (
    (Ending.DUPLICATE, "repeated"),
    (Ending.CONFLICTING, "contradicting an earlier one: ignored"),
    (Ending.WAITING, "waiting for an order"),
    (Ending.UNPRICED, "of unknown amount in the policy's currency"),
    (Ending.EXCESSIVE, "refunding more than the order"),
    (Ending.FOREIGN, "refunding in another currency: ignored"),
    (Ending.VOID, "about an order that is cancelled already"),
    (Ending.IGNORED, "engagement of an unknown kind"),
)


def telling(told: Explanation, style: Style) -> Iterator[str]:
    """Write it, line by line."""
    policy = told.policy
    yield style.heading(f"Customer {told.customer_id} as of {instant(told.as_of)} UTC, by {policy.id} {policy.version}")
    yield from (f"  note: {note}" for note in told.notes)
    yield from ("", *_facts(told, style))
    yield from ("", *_measures(told, style))
    yield from ("", *_segment(told, style))
    yield from ("", *_past(told, style))
    yield from ("", *_ahead(told, style))
    yield from ("", *_lifts(told, style))


def _facts(told: Explanation, style: Style) -> Iterator[str]:
    more = f", and {told.later:,} later than this instant" if told.later else ""
    yield style.heading(f"Facts ({len(told.facts):,}{more})")
    if len(told.facts) > SHOWN:
        yield f"  ... {counted(len(told.facts) - SHOWN, 'earlier fact')}"
    for fact in told.facts[-SHOWN:]:
        yield f"  {instant(fact.occurred_at)}  {fact_in_words(fact)}"
    erased_at = told.lived.row.erased_at
    if erased_at:
        yield f"  erased at {instant(erased_at)}: what was before is not told"
        return
    for ending, words in _TOLD:
        if told.endings[ending]:
            yield f"  {told.endings[ending]:,} of them {words}"


def _measures(told: Explanation, style: Style) -> Iterator[str]:
    of, currency = told.lived.standing.measures, told.policy.currency
    yield style.heading("Measures and scores")
    if of.recency_ms is None:
        yield "  no order that counts"
        return
    window = " inside the window" if told.policy.window_ms is not None else ""
    yield f"  recency {age(of.recency_ms)}, tenure {age(of.tenure_ms or 0)}"
    average = f", {money(of.average_order_minor, currency)} on average" if of.average_order_minor is not None else ""
    yield f"  {counted(of.frequency, 'order')}{window}, {money(of.monetary_minor, currency)}{average}"
    if any(reason.frozen for reason in told.scores):
        yield f"  {_version(told)}"
    yield from (f"  {score_in_words(reason, told.policy)}" for reason in told.scores)


def _version(told: Explanation) -> str:
    if told.version is None:
        return "cut points: what the policy calls initial"
    version = told.version
    since = f"frozen {instant(version.frozen_at)}, in force since {instant(version.effective_at)}"
    return f"cut points: version {version.version}, {since}"


def _segment(told: Explanation, style: Style) -> Iterator[str]:
    stands, policy = told.lived.standing, told.policy
    rank = f" (rank {policy.segment(stands.segment).rank})" if stands.segment is not None else ""
    yield style.heading(f"Segment: {label(stands.segment, policy)}{rank}")
    if told.rule is None:
        yield "  no order that counts" if told.lived.known else "  no fact that makes a customer known to this policy"
    else:
        yield from (f"  {line}" for line in rule_in_words(told.rule, policy))
    if stands.due_segment is not None and stands.held_until is not None:
        held = f"the least stay holds the customer until {instant(stands.held_until)}"
        yield f"  the rules say {label(stands.due_segment, policy)} already: {held}"
    if told.announced is not None:
        yield f"  {Sentences(policy, told.facts).brink(told.announced)} (at {instant(told.announced.effective_at)})"


def _past(told: Explanation, style: Style) -> Iterator[str]:
    yield style.heading(f"Transitions ({len(told.past):,})")
    sentences = Sentences(told.policy, told.facts)
    if len(told.past) > SHOWN:
        yield f"  ... {counted(len(told.past) - SHOWN, 'earlier transition')}"
    for move in told.past[-SHOWN:]:
        yield f"  {instant(move.effective_at)}  {sentences.move(move, 'past')}"


def _ahead(told: Explanation, style: Style) -> Iterator[str]:
    still = " and the cut points stay" if told.policy.has_quantiles else ""
    yield style.heading(f"Next, if nothing happens{still}")
    sentences = Sentences(told.policy, told.facts)
    for one in told.ahead[:SHOWN]:
        words = sentences.brink(one) if isinstance(one, Brink) else sentences.move(one, "present")
        yield f"  {instant(one.effective_at)} (in {age(one.effective_at - told.as_of)})  {words}"
    if len(told.ahead) > SHOWN:
        yield f"  ... {len(told.ahead) - SHOWN:,} more"
    else:
        yield f"  {'then ' if told.ahead else ''}nothing moves the customer any more"


def _lifts(told: Explanation, style: Style) -> Iterator[str]:
    yield style.heading("What would lift the customer now")
    if not told.lifts:
        yield "  nothing: there is no better segment"
    for lift in told.lifts:
        yield f"  {label(lift.segment, told.policy)}: {_lift(lift, told)}"


def _lift(lift: Lift, told: Explanation) -> str:
    kinds = " or ".join(kinds_that_count(told.policy))
    if lift.reached_at is None:
        return f"nothing within {ORDERS} orders{' and one engagement' if told.policy.engagement_acts and kinds else ''}"
    needed = [_orders(lift, told.policy)] if lift.orders else []
    needed += [f"one engagement ({kinds})"] if lift.engagement else []
    later = f", from {instant(lift.reached_at)} on, when the least stay ends" if lift.reached_at > told.as_of else ""
    return (" and ".join(needed) or "nothing more is needed") + later


def _orders(lift: Lift, policy: Policy) -> str:
    orders = "one more order" if lift.orders == 1 else f"{lift.orders} more orders"
    together = " of" if lift.orders == 1 else ", together"
    least, most = money(lift.least, policy.currency), money(lift.most or 0, policy.currency)
    if lift.most is None:
        return f"{orders}{together} at least {least}" if lift.least else f"{orders}, whatever the amount"
    return f"{orders}{together} {least} to {most}" if lift.least else f"{orders}{together} at most {most}"
