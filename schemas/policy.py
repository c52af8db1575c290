"""The policy as the decisions read it: bounds in milliseconds and minor units, rules in the order of their matching."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.budgets import Budget
from schemas.facts import REDEEMED
from schemas.instants import DAY_MS
from schemas.journeys import ORDER_FACTS, Journey, Say
from schemas.limits import Cap
from schemas.message_rules import NOTHING_PERSONAL, Delivery, Personal, Quiet
from schemas.reward_rules import RewardRule
from schemas.rules_by_occasion import RulesByOccasion, sort_rules
from schemas.scales import QuantileSet, RecencyScale, Scale
from schemas.when import When


@dataclass(frozen=True, slots=True)
class Segment:
    """A named group of customers; rank 1 is the best."""

    id: str
    label: str
    rank: int


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """Who belongs to a segment: cells, or measures, or (both None) whoever is left."""

    segment: str
    cells: frozenset[str] | None = None
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Refresh:
    """When quantile cut points are frozen, and when a new version comes into force."""

    every_ms: int = DAY_MS
    apply_after_ms: int = 600_000
    min_customers: int = 100
    silent: bool = False
    """Whether the moves that new cut points cause stay unpublished."""


@dataclass(frozen=True, slots=True)
class Dwell:
    """Least stay in ms before a move up or down."""

    up_ms: int = 0
    down_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a marketer tunes; built by `schemas.policy_file`, which checks it."""

    id: str
    version: int
    fingerprint: str
    currency: str
    segments: tuple[Segment, ...]
    rules: tuple[SegmentRule, ...]
    """The first that matches places a customer; together they are total."""
    timezone: str | None = None
    window_ms: int | None = None
    """Age up to which an order counts for frequency and monetary; None = for ever."""
    recency: RecencyScale | None = None
    frequency: Scale | None = None
    monetary: Scale | None = None
    refresh: Refresh = Refresh()
    no_orders: str | None = None
    """Segment of known customers without a counted order; None = they have none."""
    dwell: Dwell = Dwell()
    brink_ms: tuple[int, ...] = ()
    """Lead times of announcements, the longest first."""
    horizon_ms: int = 90 * DAY_MS
    """How far back a late fact rewrites the timeline."""
    grace_ms: int = 200
    silent_until: int | None = None
    """Moves before this instant are not published and pay nothing."""
    zero_value_counts: bool = False
    refunded_drops: bool = True
    engagement: frozenset[str] = frozenset()
    """Kinds that make a customer known, and that count as her being engaged."""
    dedup_ms: int = 30 * DAY_MS
    """How long ids of engagement are remembered."""
    quiet: Quiet | None = None
    """Quiet hours on the customer's clock; None = there are none."""
    personal: Personal = NOTHING_PERSONAL
    delivery: Delivery | None = None
    """None: nobody waits for answers to messages."""
    rewards: tuple[RewardRule, ...] = ()
    """In the order of the file."""
    journeys: tuple[Journey, ...] = ()
    """In the order of the file."""
    message_caps: tuple[Cap, ...] = ()
    """Caps under which the messages of journeys stand, beside rules."""
    budgets: tuple[Budget, ...] = ()
    """What pays for rewards that name one."""
    named_kinds: frozenset[str] = field(init=False, repr=False, compare=False)
    """Kinds of engagement that the policy speaks of anywhere: their ids are remembered."""
    by_occasion: RulesByOccasion = field(init=False, repr=False, compare=False)
    """The reward rules by what they wait for."""
    keeps_account: bool = field(init=False, repr=False, compare=False)
    """Whether anything becomes of what its rules grant: redemptions are told from their repetitions then."""
    claws_back: bool = field(init=False, repr=False, compare=False)
    """Whether any rule takes back what it granted."""
    capped: bool = field(init=False, repr=False, compare=False)
    """Whether any rules share a cap: those due at one instant are decided by priority then."""
    attentive: bool = field(init=False, repr=False, compare=False)
    """Whether rewards ask for more than what has just happened: for appointments, or how she stands."""
    follows_messages: bool = field(init=False, repr=False, compare=False)
    """Whether anything may become of a message after it is decided: it waits for quiet hours to end, or is tried again.
    """
    products: int = field(init=False, repr=False, compare=False)
    """How many products of a customer's orders are remembered, for messages to name."""
    engagement_acts: bool = field(init=False, repr=False, compare=False)
    """Whether an engagement can change a segment."""
    journey_facts: frozenset[str] = field(init=False, repr=False, compare=False)
    """Facts that end journeys or that they wait for."""
    _journeys: Mapping[str, Journey] = field(init=False, repr=False, compare=False)
    _rewards: Mapping[str, RewardRule] = field(init=False, repr=False, compare=False)
    _by_id: Mapping[str, Segment] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {segment.id: segment for segment in self.segments})
        asked = any(rule.when and ("engaged" in rule.when.ranges or rule.when.never_engaged) for rule in self.rules)
        object.__setattr__(self, "engagement_acts", asked or self.no_orders is not None)
        awaited = frozenset(fact for journey in self.journeys for fact in journey.facts)
        on = sort_rules((*self.rewards, *(journey.start for journey in self.journeys)))
        object.__setattr__(self, "journey_facts", awaited)
        object.__setattr__(self, "_journeys", {journey.id: journey for journey in self.journeys})
        object.__setattr__(self, "_rewards", {rule.id: rule for rule in self.rewards})
        object.__setattr__(self, "by_occasion", on)
        object.__setattr__(self, "keeps_account", any(rule.keeps_account for rule in self.rewards))
        object.__setattr__(self, "claws_back", any(rule.clawback != "never" for rule in self.rewards))
        lasting = self.claws_back or any(rule.expires for rule in self.rewards)
        conditional = any(rule.conditions for rule in self.rewards)
        drawing = any(rule.draws for rule in self.rewards)
        object.__setattr__(self, "products", self.personal.products if self._says_anything() else 0)
        follows = (self.delivery is not None or self.quiet is not None) and self._says_anything()
        object.__setattr__(self, "follows_messages", follows)
        capped = any(rule.caps for rule in self.rewards)
        watched = capped or follows or self.products > 0
        attentive = lasting or on.by_time or conditional or drawing or bool(self.journeys) or watched
        object.__setattr__(self, "capped", capped)
        object.__setattr__(self, "attentive", attentive)
        redeemed = {REDEEMED} if self.keeps_account else set()
        object.__setattr__(self, "named_kinds", self.engagement.union(on.engaged, redeemed, awaited - ORDER_FACTS))

    def _says_anything(self) -> bool:
        said = any(isinstance(step.act, Say) for journey in self.journeys for step in journey.steps.values())
        return said or any(rule.message is not None for rule in self.rewards)

    @property
    def has_quantiles(self) -> bool:
        """Whether any score depends on cut points that are frozen."""
        return any(self.quantiles)

    @property
    def quantiles(self) -> QuantileSet:
        """The quantiles of each score; None where its bounds are fixed."""
        recency, frequency, monetary = self.recency, self.frequency, self.monetary
        return (
            recency.quantiles if recency else None,
            frequency.quantiles if frequency else None,
            monetary.quantiles if monetary else None,
        )

    def budget(self, budget_id: str) -> Budget | None:
        """Find a budget by its id; None when the policy has none such."""
        return next((budget for budget in self.budgets if budget.id == budget_id), None)

    def segment(self, segment_id: str) -> Segment:
        """Find a segment by its id; KeyError when the policy has none such."""
        return self._by_id[segment_id]

    def journey(self, journey_id: str) -> Journey | None:
        """Find a journey by its id; None when the policy has none such."""
        return self._journeys.get(journey_id)

    def reward(self, rule_id: str) -> RewardRule | None:
        """Find a reward rule by its id; None when the policy runs none such."""
        return self._rewards.get(rule_id)

    def rank(self, segment_id: str) -> int | None:
        """Give the rank of a segment; None for one that only a policy before this had."""
        segment = self._by_id.get(segment_id)
        return segment.rank if segment is not None else None
