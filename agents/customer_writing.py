"""A customer as the decisions left her in; her rows for the draft and her records for the topics out."""

from agents.decisions.around import Around
from agents.decisions.customer import Customer
from agents.decisions.endings import are_all
from agents.decisions.in_force import InForce
from agents.decisions.ledger import worth
from agents.decisions.life import Life
from agents.decisions.moves import Move
from agents.decisions.paying import owe, stand_aside
from agents.decisions.standing import standing
from agents.decisions.whole_life import STRANGE
from agents.engaged_days import write_engaged_days
from agents.publishing import Publisher
from agents.reward_publishing import RewardPublisher
from agents.step_publishing import StepPublisher
from agents.work import Work
from schemas.rows import TombstoneRow
from schemas.topics import Topics
from tables.codec import decode_occasion, decode_tombstone, encode
from tables.customer_codec import encode_customer
from tables.derived import by_time_entries
from tables.draft import Draft
from tables.keys import (
    AHEAD,
    CUSTOMER,
    ENGAGED_DAY,
    ENGAGEMENT,
    LOYALTY,
    OCCASION,
    ORDER,
    PROFILE,
    REFUND,
    WAITING,
    nested_key,
    nested_prefix,
    split_nested,
)
from tables.tombstones import Tombstones

Publishers = tuple[Publisher, RewardPublisher, StepPublisher]


class CustomerWriter:
    """Writes for one deployment, by the policy in force at the instant of what is told."""

    def __init__(self, topics: Topics, in_force: InForce, tombstones: Tombstones, *, standings: bool) -> None:
        self._in_force = in_force
        self._publishers = {
            policy.fingerprint: (
                Publisher(topics, policy),
                RewardPublisher(topics, policy),
                StepPublisher(topics, policy),
            )
            for policy in in_force.policies
        }
        self._first = self._publishers[in_force.policy.fingerprint]
        self._tombstones = tombstones
        self._standings = standings

    def write(self, work: Work, key: bytes, stored: bytes | None, customer: Customer, life: Life) -> None:
        """Write what has changed."""
        if life.timeline.told or life.rewards or life.steps:
            self._publish(work, key, life)
        if customer.erased:
            self._forget(work, key, customer)
            return
        draft, row = work.draft, customer.row
        if customer.changed is not None:
            _write_around(draft, customer.changed, key)
            if customer.changed.engaged_now:
                write_engaged_days(draft, customer, key, self._in_force.policy_at(row.at))
        if customer.engagement_now is not None or customer.new_profile is not None or customer.loyalty_changes:
            _write_others(draft, customer, key)
        if stored is None and not row.ahead and are_all(life.endings, STRANGE):
            return
        encoded = encode_customer(row)
        if encoded != stored:
            draft.rows[CUSTOMER + key] = encoded
            if self._standings and (row.at or row.entries):  # until then all she has waits for its order
                stands = standing(customer, self._in_force)
                publisher, *_ = self._at(row.at)
                work.outgoing.append(publisher.standing(customer.id, key, row, encoded, stands))

    def _at(self, instant: int) -> Publishers:
        if len(self._publishers) == 1:
            return self._first
        return self._publishers[self._in_force.policy_at(instant).fingerprint]

    def _publish(self, work: Work, key: bytes, life: Life) -> None:
        for told in life.timeline.told:
            if not (isinstance(told, Move) and told.silent):
                publisher, *_ = self._at(told.effective_at)
                work.outgoing.append(publisher.publish(told, key, work.detected_at))
        for decided in life.rewards:
            _, rewards, _ = self._at(decided.at)
            work.outgoing += rewards.publish(decided, key, work.detected_at)
        for taken in life.steps:
            _, _, steps = self._at(taken.at)
            work.outgoing += steps.publish(taken, key, work.detected_at)

    def _forget(self, work: Work, key: bytes, customer: Customer) -> None:
        """Delete every row of a customer, and leave what keeps her from coming back."""
        draft, row = work.draft, customer.row
        decided = set(customer.around.occasions)
        if customer.purse is not None:
            _forget_owed(draft, customer, key)
        for family in (ORDER, REFUND, WAITING, AHEAD, OCCASION, ENGAGED_DAY):
            for nested, _ in draft.rows_of(nested_prefix(family, key)):
                draft.rows[nested] = None
                if family == OCCASION:
                    decided.add(split_nested(nested)[1].decode())
        for family in (CUSTOMER, ENGAGEMENT, LOYALTY, PROFILE):
            draft.rows[family + key] = None
        draft.forget_times(key)
        before = draft.get(self._tombstones.key(key))
        occasions = set(decode_tombstone(before).occasions) if before is not None else set()
        occasions |= {self._tombstones.mark(reward.encode()) for reward in decided}
        tombstone = TombstoneRow(row.erased_at, row.at, row.moved_at, row.sequence, sorted(occasions))
        draft.rows[self._tombstones.key(key)] = encode(tombstone)
        draft.has_tombstones = True
        if self._standings:
            work.outgoing.append(self._first[0].nobody(customer.id, key, row))


def _forget_owed(draft: Draft, customer: Customer, key: bytes) -> None:
    """Let nothing of hers be owed or waited for any more; what was spent on her stays spent."""
    prefix = nested_prefix(OCCASION, key)
    rows = {split_nested(nested)[1].decode(): decode_occasion(row) for nested, row in draft.rows_of(prefix)}
    for row in (rows | customer.around.occasions).values():
        owe(customer, row.budget, -worth(row))
    for unpaid in customer.loyalty.unpaid if customer.loyalty is not None else ():
        stand_aside(customer, unpaid)


def _write_around(draft: Draft, changed: Around, key: bytes) -> None:
    for order_id, order in changed.orders.items():
        draft.rows[nested_key(ORDER, key, order_id)] = encode(order)
        draft.times.setdefault(key, {}).update(by_time_entries(key, order_id.encode(), order))
    for refund_id, refund in changed.refunds.items():
        draft.rows[nested_key(REFUND, key, refund_id)] = encode(refund)
        draft.times.setdefault(key, {}).update(by_time_entries(key, refund_id.encode(), refund))
    for order_id, waiting in changed.waiting.items():
        stored = encode(waiting) if waiting is not None else None
        draft.rows[nested_key(WAITING, key, order_id)] = stored
    for reward, occasion in changed.occasions.items():
        draft.rows[nested_key(OCCASION, key, reward)] = encode(occasion)


def _write_others(draft: Draft, customer: Customer, key: bytes) -> None:
    engaged, profile = customer.engagement_now, customer.new_profile
    if engaged is not None and engaged.newest:
        draft.rows[ENGAGEMENT + key] = encode(engaged)
    if profile is not None:
        draft.rows[PROFILE + key] = encode(profile)
    if customer.loyalty_changes:
        draft.rows[LOYALTY + key] = encode(customer.loyalty)
