"""A few words in, a published move out, for tests of what the demo tells."""

from schemas.measures import Measures
from schemas.transitions import Cause, CauseType, Direction, PolicyRef, SegmentTransitioned

LABELS = {"champions": "Champions", "loyal": "Loyal", "needs_attention": "Needs attention"}
DAY_MS = 86_400_000
T0 = 1_291_191_960_000  # 2010-12-01T08:26:00Z


def measures(frequency: int, minor: int, age_days: int = 0) -> Measures:
    return Measures(
        average_order_minor=None,
        f=1,
        frequency=frequency,
        m=1,
        monetary_minor=minor,
        r=1,
        recency_ms=age_days * DAY_MS,
        tenure_ms=0,
    )


def move(
    customer: str,
    origin: str | None,
    target: str | None,
    direction: Direction,
    cause: CauseType = "order",
    *,
    day: int = 0,
    before: Measures | None = None,
    after: Measures | None = None,
) -> SegmentTransitioned:
    return SegmentTransitioned(
        after=after or measures(1, 1000),
        before=before or measures(0, 0),
        cause=Cause(type=cause),
        customer_id=customer,
        cut_points_version=0,
        detected_at=0,
        direction=direction,
        effective_at=T0 + day * DAY_MS,
        from_segment=origin,
        from_rank=None,
        late=False,
        next=None,
        policy=PolicyRef("seed", 1),
        sequence=1,
        supersedes=None,
        to=target,
        to_rank=None,
        transition_id="",
    )
