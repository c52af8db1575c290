"""Published rewards and messages in; how many each rule gave and withheld, and what was to be said, out."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from app.demo.reader import Published
from app.demo.style import Style
from app.demo.webhook import Delivery

GRANTED = "granted"


@dataclass(frozen=True, slots=True)
class Rewarded:
    """What the rules gave, what they withheld, and where messages were to go."""

    outcomes: Counter[tuple[str, str]]
    """Decided rewards by rule and outcome: `granted`, or the reason for which they were withheld."""
    channels: Counter[str]
    """Requested messages by channel."""


def count_rewards(rewards: Iterable[Published], messages: Iterable[Published]) -> Rewarded:
    """Count what was published."""
    told = [(record.type, orjson.loads(record.value)) for record in rewards]
    decided = [(kind, reward) for kind, reward in told if kind in {"reward.granted", "reward.withheld"}]
    outcomes = Counter(
        (reward["rule"], GRANTED if kind == "reward.granted" else reward["reason"]) for kind, reward in decided
    )
    return Rewarded(outcomes, Counter(orjson.loads(record.value)["channel"] for record in messages))


def message_ids(messages: Iterable[Published]) -> set[str]:
    """Give the ids that consumers deduplicate on."""
    return {orjson.loads(record.value)["message_id"] for record in messages}


def rewards_told(rewarded: Rewarded, rules: Sequence[str], style: Style) -> Iterator[str]:
    """Write a row for each rule of the policy, in its order."""
    yield from ("", style.heading("What they were given"))
    if not rules:
        yield "  Nothing: the policy has no rewards."
        return
    reasons = sorted({"limit"} | {outcome for _, outcome in rewarded.outcomes if outcome != GRANTED})
    outcomes = {GRANTED: GRANTED} | {reason: f"withheld by {reason}" for reason in reasons}
    widest = max(map(len, rules))
    yield f"  {'':<{widest}}" + "".join(f"  {head:>9}" for head in outcomes.values())
    for rule in rules:
        counts = [rewarded.outcomes[rule, outcome] for outcome in outcomes]
        cells = zip(counts, outcomes.values(), strict=True)
        line = "".join(f"  {_number(count, style):>{max(9, len(head))}}" for count, head in cells)
        yield f"  {rule:<{widest}}{line}"
    yield "  (orders are the shop's own; reviews and other engagement, and the profiles of 5% of the customers, are"
    yield "  derived from the orders by a digest: made up for the demo, the same in every run)"


def messages_told(rewarded: Rewarded, delivery: Delivery, style: Style) -> Iterator[str]:
    """Write how many messages were requested on each channel, and what the example did with them."""
    yield from ("", style.heading("What was to be said to them"))
    widest = max(map(len, rewarded.channels), default=0)
    for channel, count in sorted(rewarded.channels.items(), key=lambda item: (-item[1], item[0])):
        yield f"  {channel:<{widest}}  {count:>6,} messages requested"
    if delivery.trouble is not None:
        yield f"  deploy/examples/messages_to_webhook.py has not delivered all: {delivery.trouble}."
    else:
        yield "  deploy/examples/messages_to_webhook.py has called an endpoint of this demo with each:"
    yield f"    {delivery.arrived:,} of {delivery.requested:,} arrived, {_repeated(delivery)}."


def _repeated(delivery: Delivery) -> str:
    return f"{delivery.repeated:,} of them more than once" if delivery.repeated else "none came twice"


def _number(count: int, style: Style) -> str:
    return f"{count:,}" if count else style.nothing
