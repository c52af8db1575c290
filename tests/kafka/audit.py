"""What a deployment has published and remembered in, all differences from the independent fold out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from schemas.customer_row import CustomerRow
from schemas.digests import reward_id, transition_id
from schemas.rows import ProgressRow, TombstoneRow
from tables.codec import decode_progress, decode_tombstone
from tables.customer_codec import decode_customer
from tables.keys import CUSTOMER, PROGRESS, TOMBSTONE
from tests.kafka.reading import Read, read_all
from tests.kafka.shop import Shop
from tests.oracle import SEED, CustomerTimeline, Policy, Reward, State, compare, rewards, timeline

GRACE_MS = 200
CLOSING = "closing-"
"""Customers whose one order ends the load, so that nothing else lies within the grace before the clock."""

Rows = dict[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Remembered:
    """A changelog folded by hand, per partition."""

    rows: Mapping[int, Rows]

    def progress(self) -> dict[int, ProgressRow]:
        return {p: decode_progress(rows[PROGRESS]) for p, rows in self.rows.items()}

    def customers(self) -> dict[str, CustomerRow]:
        """Give every customer row; a customer in two partitions is an error."""
        found: dict[str, CustomerRow] = {}
        for rows in self.rows.values():
            for key, value in rows.items():
                if key[:1] == CUSTOMER:
                    customer = key[1:].decode()
                    assert customer not in found, f"{customer} stands in two partitions"
                    found[customer] = decode_customer(value)
        return found

    def tombstones(self) -> dict[bytes, TombstoneRow]:
        """Give what is left of erased customers."""
        kept = (item for rows in self.rows.values() for item in rows.items())
        return {key: decode_tombstone(value) for key, value in kept if key[:1] == TOMBSTONE}


def fold(changelog: Iterable[Read]) -> dict[int, Rows]:
    """Fold changelog records by hand: the newest value of each key, none where it is null."""
    folded: dict[int, Rows] = defaultdict(dict)
    for record in changelog:
        assert record.key is not None
        if record.value is None:
            folded[record.partition].pop(record.key, None)
        else:
            folded[record.partition][record.key] = record.value
    return folded


def remembered(shop: Shop) -> Remembered:
    return Remembered(fold(read_all(shop, shop.topics.changelog)))


def as_of(shop: Shop, clocks: Mapping[int, int]) -> Callable[[str], int]:
    """Say how far the clock of her partition has brought a customer."""

    def instant(customer_id: str) -> int:
        clock = clocks[shop.partition_of(customer_id)]
        return clock if customer_id.startswith(CLOSING) else clock - GRACE_MS

    return instant


def expected(
    shop: Shop, events: Iterable[Mapping[str, Any]], clocks: Mapping[int, int], policy: Policy = SEED
) -> dict[str, CustomerTimeline]:
    """Fold the events independently, every customer up to the clock of her partition."""
    return timeline(events, policy, as_of(shop, clocks))


def expected_rewards(
    shop: Shop, events: Iterable[Mapping[str, Any]], clocks: Mapping[int, int], policy: Policy = SEED
) -> list[Reward]:
    """The same for rewards."""
    return rewards(events, policy, as_of(shop, clocks))


def transition_faults(published: Iterable[Read], wanted: Mapping[str, CustomerTimeline]) -> list[str]:
    """Compare what was published with the fold: every field, each once, sequences without gap or repeat."""
    records = list(published)
    return _repeated(records) + compare(((record.header("ce_type"), record.payload) for record in records), wanted)


DECIDED: Final = frozenset({"reward.granted", "reward.withheld"})
"""Types of records that decide; the others tell what became of it."""


def reward_faults(published: Iterable[Read], wanted: Iterable[Reward], policy: Policy = SEED) -> list[str]:
    """Compare what was decided with the fold: every reward once, with outcome, reason, instant, cause and gift."""
    records = list(published)
    decided = [record for record in records if record.header("ce_type") in DECIDED]
    is_ = Counter(_spelled(_told_reward(record)) for record in decided)
    return _repeated(records) + _unequal(is_, Counter(_spelled(_expected_reward(one, policy)) for one in wanted))


def message_faults(requested: Iterable[Read], wanted: Iterable[Reward], policy: Policy = SEED) -> list[str]:
    """Compare what was requested with the fold: one message for every reward that leaves it a channel."""
    records = list(requested)
    templates = {rule.id: rule.message.template for rule in policy.rewards if rule.message is not None}
    should_be = Counter(
        _spelled({"reward_id": _id_of(one, policy), "channel": one.channel, "template": templates[one.rule]})
        for one in wanted
        if one.channel is not None
    )
    told = ("reward_id", "channel", "template")
    return _repeated(records) + _unequal(Counter(_spelled({n: r.payload[n] for n in told}) for r in records), should_be)


def _repeated(records: Iterable[Read]) -> list[str]:
    ids = Counter(record.header("ce_id") for record in records)
    repeated = ids.total() - len(ids)
    return [f"{repeated} ce_id stand twice"] if repeated else []


def _unequal(is_: Counter[str], should_be: Counter[str]) -> list[str]:
    missing, too_many = should_be - is_, is_ - should_be
    return [f"missing {told}" for told in missing.elements()] + [f"not expected {t}" for t in too_many.elements()]


def _spelled(told: Mapping[str, Any]) -> str:
    return orjson.dumps(told, option=orjson.OPT_SORT_KEYS).decode()


def _told_reward(record: Read) -> dict[str, Any]:
    told = {name: value for name, value in record.payload.items() if name not in ("detected_at", "policy")}
    return told | {"outcome": record.header("ce_type").removeprefix("reward.")}


def _expected_reward(reward: Reward, policy: Policy) -> dict[str, Any]:
    origin, target = reward.occasion[2:] if reward.occasion[0] == "transition" else (None, None)
    return {
        "from": origin,
        "to": target,
        "variant": None,
        "give": reward.give,
        "reward_id": _id_of(reward, policy),
        "transition_id": _transition_of(reward, policy),
        "customer_id": reward.customer_id,
        "rule": reward.rule,
        "outcome": reward.outcome,
        "effective_at": reward.effective_at,
        "cause": reward.cause,
        **({"expires_at": reward.expires_at} if reward.outcome == "granted" else {"reason": reward.reason}),
    }


def _id_of(reward: Reward, policy: Policy) -> str:
    occasion = _transition_of(reward, policy) or str(reward.occasion[-1])
    return reward_id(reward.customer_id, reward.rule, occasion)


def _transition_of(reward: Reward, policy: Policy) -> str | None:
    kind, *ways = reward.occasion
    move: Any = ways
    return transition_id(reward.customer_id, policy.id, *move) if kind == "transition" else None


def state_faults(rows: Mapping[str, CustomerRow], wanted: Mapping[str, CustomerTimeline]) -> list[str]:
    """Compare the folded changelog with the state of the fold; an erased customer has none."""
    faults = [f"state of nobody: {customer}" for customer in rows.keys() - wanted.keys()]
    for customer, folded in wanted.items():
        row = rows.get(customer)
        is_ = row and _told(row)
        should_be = _expected_row(folded.state, len(folded.transitions)) if folded.known else None
        if is_ != should_be:
            faults.append(f"state of {customer}: is {is_}, expected {should_be}")
    return faults


def _told(row: CustomerRow) -> dict[str, Any]:
    return {
        "segment": row.segment,
        "sequence": row.sequence,
        "frequency": row.frequency,
        "known": row.known,
        "monetary": row.monetary,
        "first": row.first if row.counted else None,
        "last": row.last if row.counted else None,
        "due": row.due or None,
    }


def _expected_row(state: State, sequence: int) -> dict[str, Any]:
    return {
        "segment": state.segment,
        "sequence": sequence,
        "frequency": state.frequency,
        "known": state.known_orders,
        "monetary": state.signed_sum_minor,
        "first": state.oldest_order_at,
        "last": state.newest_order_at,
        "due": state.next["at"] if state.next else None,
    }
