"""The policy `seed` in the oracle's words."""

from fractions import Fraction

from .policy import Policy
from .reward_rules import Limit, Message, OnEngaged, OnFirstOrder, OnTransition, RewardRule
from .scales import DAY_MS, Quantiles, cuts

_THIRDS = Quantiles((Fraction(33, 100), Fraction(67, 100)))

SEED = Policy(
    id="seed",
    version=1,
    currency="GBP",
    segments=(
        ("champions", ("333", "332", "323")),
        ("loyal", ("321", "322", "331", "232", "233")),
        ("recent", ("312", "313", "311", "222", "223")),
        ("needs_attention", ("213", "221", "123", "132", "133")),
        ("at_risk", ("231", "212", "122", "131", "211")),
        ("inactive", ("111", "112", "113", "121")),
    ),
    within_ms=(90 * DAY_MS, 150 * DAY_MS),
    frequency=cuts(1, 2),
    monetary_minor=cuts(10_000, 50_000),
    frequency_quantiles=_THIRDS,
    monetary_quantiles=_THIRDS,
    engagement_kinds=("review_posted", "link_clicked", "site_visited"),
    rewards=(
        RewardRule("welcome", OnFirstOrder(), give={"kind": "points", "points": 100}),
        RewardRule(
            "review-points",
            OnEngaged("review_posted", rating_min=1),
            give={"kind": "points", "points": 50},
            limit=Limit(4, 30 * DAY_MS),
        ),
        RewardRule(
            "champion-gift",
            OnTransition(to=("champions",), direction="up", causes=("order",)),
            give={"kind": "gift", "sku": "THANKS-1"},
            expires_ms=60 * DAY_MS,
            limit=Limit(1, 365 * DAY_MS),
            message=Message("champion-thanks", ("email", "push")),
        ),
    ),
)
