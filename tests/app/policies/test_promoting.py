"""Whether a policy may follow the one in force."""

import pytest

from app.policies.promoting import PromotionRefused, before_newest, changes, check_instant, following
from schemas.control import PolicyRecord
from schemas.policy_file import PolicyError
from tests.builders import T0
from tests.control.records import SEED_TEXT, policy

SLOWER = SEED_TEXT.replace("90d", "91d")
FIRST = policy(1, 0)


def follows(document: str, *known: PolicyRecord, at: int = T0) -> PolicyRecord:
    return following(known, document, "p.yaml", effective_at=at, silent=True)


def test_it_has_the_next_number_and_its_text() -> None:
    assert follows(SLOWER, FIRST) == policy(2, T0, document=SLOWER, silent=True)
    assert follows(SEED_TEXT, FIRST, policy(2, T0, document=SLOWER), at=T0 + 1).number == 3


@pytest.mark.parametrize(
    ("known", "document", "reason"),
    [
        ((), SLOWER, "no policy is in force yet"),
        ((FIRST,), SEED_TEXT, "is the newest policy already: number 1"),
        ((FIRST, policy(2, T0, document=SLOWER)), SEED_TEXT, "would no later.*--at"),
        ((FIRST,), SEED_TEXT.replace("GBP", "EUR"), "currency: GBP -> EUR.*SEGUE_APP_ID"),
        ((FIRST,), SEED_TEXT + "\nwindow: 365d\n", "window: lifetime -> 365d"),
        ((FIRST,), SEED_TEXT + "\norders: {zero_value: count}\n", r"orders\.zero_value"),
        ((FIRST,), SEED_TEXT + "\norders: {refunded: keep}\n", r"orders\.refunded: drop -> keep"),
        ((FIRST,), SEED_TEXT + "\nlate: {horizon: 30d}\n", r"late\.horizon"),
        ((FIRST,), SEED_TEXT.replace("site_visited", "survey_answered"), r"engagement\.kinds"),
    ],
)
def test_what_may_not_follow_is_refused_with_the_reason(
    known: tuple[PolicyRecord, ...], document: str, reason: str
) -> None:
    with pytest.raises(PromotionRefused, match=reason):
        follows(document, *known)


def test_a_policy_with_mistakes_tells_them() -> None:
    with pytest.raises(PolicyError, match=r"p\.yaml:"):
        follows(SEED_TEXT.replace("90d", "90x"), FIRST)


def test_a_rollback_goes_back_to_the_one_before_the_newest() -> None:
    assert before_newest((FIRST, policy(2, T0, document=SLOWER))) == FIRST
    with pytest.raises(PromotionRefused, match="nothing to go back to"):
        before_newest((FIRST,))


def test_an_instant_of_which_workers_hear_too_late_is_refused() -> None:
    check_instant(T0, T0)
    with pytest.raises(PromotionRefused, match=r"too early.*2010-12-01T08:26:00"):
        check_instant(T0 - 1, T0)


def test_what_changes_is_told() -> None:
    assert [change.path for change in changes(FIRST, SLOWER, "p.yaml")] == ["scores.recency.within"]
