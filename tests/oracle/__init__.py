"""Events in, timelines and rewards out: a fold of design sections 6, 7 and 8 that imports nothing of ours."""

from .brinks import brinks
from .compare import COMPARED, IDENTITY, compare
from .compare_rewards import REWARDED, compare_rewards
from .cut_points import CutPoints
from .freezes import freezes
from .policy import Policy
from .profiles import profiles
from .reward_rules import (
    Limit,
    Message,
    OnAnniversary,
    OnCadence,
    OnEngaged,
    OnFirstOrder,
    OnNthOrder,
    OnOrderValue,
    OnStay,
    OnTransition,
    RewardRule,
)
from .rewards import Reward, rewards
from .scales import DAY_MS, Quantiles, Thresholds, at_least, cuts
from .score_changes import ScoreChange, score_changes
from .seed import SEED
from .segment_rules import Rule, When
from .timeline import CustomerTimeline, State, timeline
from .transitions import Transition

__all__ = [
    "COMPARED",
    "DAY_MS",
    "IDENTITY",
    "REWARDED",
    "SEED",
    "CustomerTimeline",
    "CutPoints",
    "Limit",
    "Message",
    "OnAnniversary",
    "OnCadence",
    "OnEngaged",
    "OnFirstOrder",
    "OnNthOrder",
    "OnOrderValue",
    "OnStay",
    "OnTransition",
    "Policy",
    "Quantiles",
    "Reward",
    "RewardRule",
    "Rule",
    "ScoreChange",
    "State",
    "Thresholds",
    "Transition",
    "When",
    "at_least",
    "brinks",
    "compare",
    "compare_rewards",
    "cuts",
    "freezes",
    "profiles",
    "rewards",
    "score_changes",
    "timeline",
]
