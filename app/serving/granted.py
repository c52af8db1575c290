"""Records of rewards in; what each customer was given or not, what became of it, and counts of each day out."""

from typing import Any, Final

import msgspec

from app.serving import keys
from app.serving.draft import Draft
from app.serving.erasing import Erased
from app.serving.moves import ce_type
from app.serving.rows import (
    EXPIRED,
    GRANTED,
    REMINDED,
    REVOKED,
    WITHHELD,
    decode_entry,
    decode_grant,
    decode_withheld,
    encode_row,
)
from schemas.instants import DAY_MS
from schemas.rewards import BudgetPart

KINDS = {
    b"reward.granted": GRANTED,
    b"reward.withheld": WITHHELD,
    b"reward.reminder": REMINDED,
    b"reward.expired": EXPIRED,
    b"reward.revoked": REVOKED,
}


SPENT: Final = b"spent"
GRANTS: Final = b"grants"
WITHHELD_BY: Final = b"withheld"


def take_rewards(draft: Draft, records: list[Any], erased: Erased) -> None:
    """Take everything that is told of rewards; kinds of later versions are passed over."""
    for record in records:
        kind = KINDS.get(ce_type(record))
        if kind is None or record.key is None:
            continue
        try:
            at, reward_id = _count(draft, kind, record.value or b"")
        except msgspec.DecodeError:
            draft.unreadable += 1
            continue
        if not erased.hides(record.key, at):
            name = keys.long(at) + reward_id.encode() + kind
            draft.rows[keys.under(keys.REWARD, record.key) + name] = kind + record.value


def _count(draft: Draft, kind: bytes, value: bytes) -> tuple[int, str]:
    """Count a decision about a reward; gives the instant and the id of what is told."""
    if kind == WITHHELD:
        withheld = decode_withheld(value)
        draft.count(keys.REWARDS_OF_DAY, withheld.effective_at // DAY_MS, withheld.rule, withheld.reason)
        if withheld.budget is not None:
            draft.counts[keys.under(keys.BUDGET, withheld.budget.encode()) + WITHHELD_BY] += 1
        return withheld.effective_at, withheld.reward_id
    if kind != GRANTED:
        entry = decode_entry(value)
        if entry.returned_to is not None:
            draft.counts[keys.under(keys.BUDGET, entry.returned_to.budget.encode()) + SPENT] -= entry.returned_to.cost
        return entry.effective_at, entry.reward_id
    grant = decode_grant(value)
    day = grant.effective_at // DAY_MS
    draft.count(keys.REWARDS_OF_DAY, day, grant.rule, "granted")
    draft.count(keys.REWARDS_OF_DAY, day, grant.rule, "points", by=grant.points)
    if grant.paid_by is not None:
        _count_spent(draft, grant.paid_by)
    return grant.effective_at, grant.reward_id


def _count_spent(draft: Draft, part: BudgetPart) -> None:
    """Count what a budget has paid; its limit is what the newest grant read says."""
    name = part.budget.encode()
    draft.counts[keys.under(keys.BUDGET, name) + SPENT] += part.cost
    draft.counts[keys.under(keys.BUDGET, name) + GRANTS] += 1
    draft.rows[keys.BUDGET_LIMIT + name] = encode_row((part.limit, part.unit))
