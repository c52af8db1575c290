"""Complete freezes: what follows of each, its number and its date."""

from array import array
from collections.abc import Mapping, Sequence

from app.control.collecting import Values
from app.control.versions import Decided, dated, decide, version_at
from app.control.view import ControlView
from schemas.control import ControlRecord
from tests.builders import DAY
from tests.control.records import SEED_TEXT, policy, version

T1, T2 = 14_000 * DAY, 14_001 * DAY
TEN_MINUTES = 600_000
SMALL = SEED_TEXT.replace("id: seed", "id: small\ncut_points: {min_customers: 3, apply_after: 1h}", 1)
FIXED = SEED_TEXT.replace("quantiles: [33%, 67%], initial:", "at_least:")
THIRDS = SEED_TEXT.replace("33%", "34%")


def view(*records: ControlRecord) -> ControlView:
    known = ControlView()
    for record in records or (policy(1, 0),):
        known.take(record)
    return known


def people(count: int) -> list[Values]:
    return [Values(None, array("H", range(1, count + 1)), array("I", range(0, 1000 * count, 1000)))]


def decided(known: ControlView, told: Mapping[int, Sequence[Values]], earliest: int | None = None) -> list[Decided]:
    return dated(known, decide(known, told), earliest)


def test_a_freeze_leads_to_the_next_version_ten_minutes_after_it() -> None:
    known = view(policy(1, 0), version(1, T1 - DAY))
    (one,) = decided(known, {T1: people(300)}, T1 + 1)
    assert one.reason == "published"
    assert one.version is not None
    assert (one.version.version, one.version.policy, one.version.customers) == (2, 1, 300)
    assert (one.version.frozen_at, one.version.effective_at) == (T1, T1 + TEN_MINUTES)
    assert (one.version.recency, one.version.frequency, one.version.monetary) == (None, (99, 201), (98_000, 200_000))


def test_too_few_customers_and_a_policy_without_quantiles_lead_to_none() -> None:
    assert [one.reason for one in decided(view(), {T1: people(99), T2: people(100)})] == [
        "too few customers",
        "published",
    ]
    assert [one.reason for one in decided(view(policy(1, 0, document=FIXED)), {T1: people(300)})] == ["no quantiles"]
    assert [one.reason for one in decided(view(), {T1: []})] == ["too few customers"]


def test_chunks_that_do_not_tell_what_the_policy_asks_for_lead_to_none() -> None:
    (one,) = decided(view(), {T1: [Values(None, array("H", [1] * 200), None)]})
    assert (one.version, one.reason) == (None, "chunks do not fit the policy")


def test_the_policy_at_the_instant_of_the_freeze_decides() -> None:
    known = view(policy(1, 0), policy(2, T2, document=SMALL))
    first, second = decided(known, {T1: people(3), T2: people(3)})
    assert first.reason == "too few customers"
    assert second.version is not None
    assert (second.version.policy, second.version.effective_at) == (2, T2 + 3_600_000)


def test_a_version_that_comes_too_late_is_re_dated_by_the_wall_clock_only() -> None:
    late = T1 + DAY
    (stream,), (wall,) = decided(view(), {T1: people(300)}), decided(view(), {T1: people(300)}, late)
    assert stream.version is not None
    assert wall.version is not None
    assert (stream.version.effective_at, wall.version.effective_at) == (T1 + TEN_MINUTES, late)


def test_of_two_that_would_take_effect_at_once_the_later_remains() -> None:
    first, second = decided(view(), {T1: people(300), T2: people(400)}, T2 + DAY)
    assert (first.version, first.reason) == (None, "superseded")
    assert second.version is not None
    assert (second.version.version, second.version.effective_at) == (1, T2 + DAY)
    early, later = decided(view(), {T1: people(300), T2: people(400)}, T2 + 1)
    assert early.version is not None
    assert later.version is not None
    assert (early.version.effective_at, later.version.effective_at) == (T2 + 1, T2 + TEN_MINUTES)


def test_a_version_takes_effect_after_the_one_before_whatever_policies_say() -> None:
    known = view(policy(1, 0), version(1, T1 + 2 * DAY))
    (one,) = decided(known, {T1: people(300)})
    assert one.version is not None
    assert one.version.effective_at == T1 + 2 * DAY + 1


def test_cut_points_are_in_force_from_their_instant_on_for_policies_with_their_quantiles() -> None:
    known = view(policy(1, 0), version(1, T1), policy(2, T1 + 10, document=SMALL), policy(3, T2, document=THIRDS))
    assert version_at(known, T1 - 1) is None
    assert version_at(known, T1) == known.cut_points[0]
    assert version_at(known, T1 + 10) == known.cut_points[0]
    assert version_at(known, T2) is None
