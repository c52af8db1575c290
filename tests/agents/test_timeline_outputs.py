"""What else leaves for the topic of transitions: retractions, announcements, changes of score, each canonical."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.decisions.moves import Brink, BrinkCleared, Move, Publication, Retraction, ScoreChange, Standing
from agents.outgoing import Outgoing
from agents.publishing import Publisher
from schemas.checking import is_id
from schemas.digests import digest
from schemas.instants import LATEST
from schemas.measures import Measures
from schemas.transitions import Cause, Next
from tests.agents.conftest import Open
from tests.agents.golden_files import canonical, golden, told
from tests.agents.small_policies import LADDER, small
from tests.agents.stage import Stage, payload
from tests.builders import DAY, SEED, T0, TOPICS, customer_row
from tests.oracle.events import cancellation, order

ANNOUNCING = small(LADDER, "brink: [14d]\n")
DUE = T0 + 30 * DAY + 1
NAMES = ("brink", "brink_cleared", "retracted", "late", "scores_changed", "standing_held")


def outlet(stage: Stage, kind: str, topic: str = TOPICS.transitions) -> list[Outgoing]:
    sent = (out for out in stage.outgoing if out.topic == topic)
    return [out for out in sent if dict(out.headers)["ce_type"].decode() == kind]


@pytest.fixture
def records(opened: Open) -> dict[str, Outgoing]:
    """One record of each name out of the lives of a few customers."""
    found = {}
    announced = opened(ANNOUNCING)
    announced.absorb([order("1", T0, 13_912)])
    announced.pass_time(DUE - 14 * DAY)
    announced.absorb([order("2", DUE - 5 * DAY, 500)])
    for name in ("brink", "brink_cleared"):
        (found[name],) = outlet(announced, f"segment.{name}")
    late = opened(small(LADDER))
    late.absorb([order("1", T0, 13_912)])
    late.pass_time(DUE)
    late.absorb([order("3", T0 + 20 * DAY, 1)])
    late.absorb([order("2", T0 - 10 * DAY, 500)])
    found["retracted"] = outlet(late, "segment.retracted")[0]
    found["late"] = outlet(late, "segment.transitioned")[-1]
    scored = opened(SEED, scores=True)
    for number in (1, 2):
        scored.absorb([order(str(number), T0 + number * DAY, 13_912)])
    found["scores_changed"] = outlet(scored, "segment.scores_changed")[-1]
    held = opened(small(LADDER, "dwell: {down: 45d}\n"))
    held.absorb([order("1", T0, 13_912)])
    held.pass_time(DUE)
    found["standing_held"] = outlet(held, "customer.segment", TOPICS.customer_segments)[-1]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_record_is_that_of_its_golden_file_and_canonical(name: str, records: dict[str, Outgoing]) -> None:
    assert told(records[name]) == golden(name)
    assert records[name].value == canonical(golden(name)["value"])


def test_an_announcement_and_its_clearing_have_one_brink_id(records: dict[str, Outgoing]) -> None:
    expected = digest(f"ann\0brink\0small\0{DUE}\0fading")
    assert [payload(records[name])["brink_id"] for name in ("brink", "brink_cleared")] == [expected] * 2


def test_transitions_and_retractions_are_numbered_together(opened: Open) -> None:
    stage = opened(small(LADDER))
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(DUE)
    stage.absorb([order("2", T0 + DAY, 100)])
    sent = [*outlet(stage, "segment.transitioned"), *outlet(stage, "segment.retracted")]
    assert sorted(payload(out)["sequence"] for out in sent) == [1, 2, 3]
    for out in sent:
        assert dict(out.headers)["ce_id"].decode() == digest(f"ann\0{payload(out)['sequence']}")


def test_an_announcement_that_is_made_again_has_an_id_of_its_own(opened: Open) -> None:
    """A late order clears it, and the cancellation of that order brings it back, all at the instant reached."""
    stage = opened(ANNOUNCING)
    stage.absorb([order("1", T0, 100)])
    stage.pass_time(DUE - 14 * DAY)
    stage.absorb([order("2", T0 + 9 * DAY, 100)])
    stage.absorb([cancellation("2", T0 + 9 * DAY + 5)])
    stage.absorb([order("3", T0 + 9 * DAY, 100)])
    kinds = [dict(out.headers)["ce_type"].decode() for out in stage.outgoing if out.topic == TOPICS.transitions]
    assert kinds[1:] == ["segment.brink", "segment.brink_cleared"] * 2
    assert len({dict(out.headers)["ce_id"] for out in stage.outgoing}) == len(stage.outgoing)


def test_scores_that_change_twice_in_one_millisecond_are_told_under_two_ids(opened: Open) -> None:
    stage = opened(SEED, scores=True)
    for number in (1, 2):
        stage.absorb([order(str(number), T0, 100)])
    changes = outlet(stage, "segment.scores_changed")
    assert [payload(out)["after"]["f"] for out in changes] == [1, 2]
    assert len({dict(out.headers)["ce_id"] for out in changes}) == 2


def test_a_score_that_a_late_fact_changes_is_told(opened: Open) -> None:
    stage = opened(SEED, scores=True)
    stage.absorb([order("1", T0, 100)])
    stage.absorb([order("2", T0 - DAY, 100)])
    assert payload(outlet(stage, "segment.scores_changed")[-1])["after"]["f"] == 2
    standing = outlet(stage, "customer.segment", TOPICS.customer_segments)[-1]
    assert payload(standing)["measures"]["f"] == 2


ids = st.text(min_size=1, max_size=20).filter(is_id)
numbers = st.none() | st.integers(0, 2**53)
instants = st.integers(0, LATEST)
measures = st.builds(
    Measures, numbers, numbers, st.integers(0, 9), numbers, st.integers(0, 9), numbers, numbers, numbers
)
names = st.sampled_from([segment.id for segment in SEED.segments])
segments = st.none() | names
causes = st.just(Cause(type="order")) | st.builds(
    Cause, type=st.just("refund"), event_id=ids, due=st.none() | st.just("dwell")
)
aheads = st.none() | st.builds(Next, instants, names)
versions = st.integers(0, 99)
publications: st.SearchStrategy[Publication] = st.one_of(
    st.builds(
        Move, ids, versions, segments, segments, causes, measures, measures, instants, aheads, versions, st.booleans(),
        st.none() | ids, st.just(False),
    ),
    st.builds(Retraction, ids, versions, segments, segments, causes, instants),
    st.builds(Brink, ids, versions, instants, names, instants, names, instants, measures, versions),
    st.builds(BrinkCleared, ids, versions, instants, names, instants, names, causes, aheads),
    st.builds(ScoreChange, ids, versions, instants, segments, measures, measures, causes, versions),
)  # fmt: skip


@given(publications)
def test_all_that_is_told_is_canonical_for_every_customer(publication: Publication) -> None:
    out = Publisher(TOPICS, SEED).publish(publication, publication.customer_id.encode(), T0)
    assert out.value is not None
    assert out.value == canonical(orjson.loads(out.value))


@given(ids, st.builds(Standing, segments, measures, aheads, segments, numbers, versions), instants)
def test_every_standing_is_canonical(customer: str, stands: Standing, at: int) -> None:
    out = Publisher(TOPICS, SEED).standing(customer, customer.encode(), customer_row(at=at), b"row", stands)
    assert out.value is not None
    assert out.value == canonical(orjson.loads(out.value))
