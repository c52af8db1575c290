"""The shape of a policy document, version 1, and what the decisions read of it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from schemas.budget_document import BudgetDocument
from schemas.closed import Closed, Distinct, Kind, Name, SegmentId
from schemas.currencies import EXPONENTS, LONGEST_EXPONENT
from schemas.delivery_document import DeliveryDocument
from schemas.instants import DAY_MS
from schemas.journey_document import JourneyDocument
from schemas.limit_document import MESSAGE, CapDocument, caps_of
from schemas.personal_document import PersonalDocument
from schemas.policy import Policy
from schemas.references import References
from schemas.reward_document import RewardDocument
from schemas.score_document import Scores
from schemas.segment_document import SegmentDocument, compile_segments
from schemas.time_document import (
    CutPointsDocument,
    DwellDocument,
    LateDocument,
    Leads,
    Moment,
    QuietHoursDocument,
    Window,
    Zone,
    lifetime,
)


class OrdersDocument(Closed):
    """Which orders count."""

    zero_value: Literal["count", "ignore"] = "ignore"
    """Orders with a total of 0."""
    refunded: Literal["keep", "drop"] = "drop"
    """Orders that are refunded in full."""


class EngagementDocument(Closed):
    """Which engagement makes a customer known, and is remembered."""

    kinds: Annotated[list[Kind], Distinct] = Field([])
    """Kinds that make her known and that the measure `engaged` counts."""
    dedup_days: int = Field(30, strict=True, ge=1, le=366)
    """For so many days the id of an engagement is remembered."""


class PolicyDocument(Closed):
    """What the segments of a shop are, and what its customers get."""

    version: Literal[1]
    """Of this language."""
    id: Name
    """Names the policy in events; the identity of rewards and transitions hangs on it."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """ISO 4217; all money in the file is in its major units."""
    timezone: Zone | None = None
    """An IANA name, for calendar rules only (birthdays, quiet hours): ages are elapsed time. Etc/UTC unless given."""
    window: Window = lifetime()
    """Which orders count for frequency and monetary: lifetime, or the age up to which they do."""
    orders: OrdersDocument = OrdersDocument()
    scores: Scores = Scores()
    cut_points: CutPointsDocument = CutPointsDocument()
    segments: Annotated[list[SegmentDocument], Field(min_length=1, max_length=99)]
    """The first rule that matches places a customer; together they place everyone."""
    no_orders: SegmentId | None = None
    """The segment of known customers without a counted order; they have none unless given."""
    dwell: DwellDocument = DwellDocument()
    brink: Leads = Field([])
    """Lead times at which a move down that is ahead is announced."""
    late: LateDocument = LateDocument()
    silent_until: Moment | None = None
    """History before this instant moves nobody publicly and pays nothing."""
    engagement: EngagementDocument = EngagementDocument()
    quiet_hours: QuietHoursDocument | None = None
    """Messages are to wait until these are over."""
    personal: PersonalDocument = PersonalDocument()
    """What messages may name of a customer."""
    delivery: DeliveryDocument | None = None
    """What is done about messages that do not arrive; nothing unless given."""
    rewards: list[RewardDocument] = Field([])
    """What customers get, and on which occasions."""
    caps: list[CapDocument] = Field([], max_length=32)
    """How often a customer is given anything of several rules together."""
    budgets: list[BudgetDocument] = Field([])
    """What rewards may cost, and no more."""
    journeys: list[JourneyDocument] = Field([])
    """What happens to a customer one step after another."""

    def references(self) -> References:
        """Give what its parts may refer to in each other."""
        occasions = [rule.on for rule in self.rewards] + [journey.on for journey in self.journeys]
        engaged = {on.engaged for on in occasions if on is not None and on.engaged is not None}
        return References(
            exponent=EXPONENTS.get(self.currency, LONGEST_EXPONENT),
            ranks={segment.id: segment.rank for segment in compile_segments(self.segments)},
            scores=self.scores.widths(),
            leads=frozenset(self.brink),
            engaged=bool(self.engagement.kinds),
            kinds=frozenset(self.engagement.kinds) | engaged,
            budget_of={rule.id: rule.budget for rule in self.rewards},
            costs={budget.id: self._paid_by(budget) for budget in self.budgets},
            kinds_given={rule.id: rule.kinds or frozenset({MESSAGE}) for rule in self.rewards},
            journeys_say=any(map(JourneyDocument.says, self.journeys)),
            rewrites=self.late.horizon > 0,
            given_by_journeys=frozenset(rule for journey in self.journeys for rule in journey.rewards()),
        )

    def compile(self, fingerprint: str) -> Policy:
        """Build what the decisions read; there are no mistakes any more."""
        exponent, scores = EXPONENTS[self.currency], self.scores
        payers = {rule: budget for budget in self.budgets for rule in self._paid_by(budget)}
        return Policy(
            id=self.id,
            version=self.version,
            fingerprint=fingerprint,
            currency=self.currency,
            timezone=self.timezone,
            segments=tuple(compile_segments(self.segments)),
            rules=tuple(segment.compile(exponent) for segment in self.segments if segment.has_rule),
            window_ms=self.window,
            recency=scores.recency.compile() if scores.recency else None,
            frequency=scores.frequency.compile(0) if scores.frequency else None,
            monetary=scores.monetary.compile(exponent) if scores.monetary else None,
            refresh=self.cut_points.compile(),
            no_orders=self.no_orders,
            dwell=self.dwell.compile(),
            brink_ms=tuple(sorted(self.brink, reverse=True)),
            horizon_ms=self.late.horizon,
            grace_ms=self.late.grace,
            silent_until=self.silent_until,
            zero_value_counts=self.orders.zero_value == "count",
            refunded_drops=self.orders.refunded == "drop",
            engagement=frozenset(self.engagement.kinds),
            dedup_ms=self.engagement.dedup_days * DAY_MS,
            quiet=self.quiet_hours.compile() if self.quiet_hours else None,
            personal=self.personal.compile(),
            delivery=self.delivery.compile() if self.delivery else None,
            rewards=tuple(
                rule.compile(self.currency, exponent, self.caps, payers.get(rule.id)) for rule in self.rewards
            ),
            budgets=tuple(budget.compile(exponent) for budget in self.budgets),
            journeys=tuple(journey.compile(exponent) for journey in self.journeys),
            message_caps=caps_of(self.caps, None, [MESSAGE]) if any(map(JourneyDocument.says, self.journeys)) else (),
        )

    def _paid_by(self, budget: BudgetDocument) -> Mapping[str, Decimal | None]:
        """Give the rules for which a budget can pay, each with what one costs; None: it counts grants."""
        if budget.cost is not None:
            return budget.cost
        return {rule.id: None for rule in self.rewards if rule.budget == budget.id}
