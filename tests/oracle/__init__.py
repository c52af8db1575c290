"""Events in, timelines and rewards out: a fold of design sections 6 and 8 that imports nothing of ours."""

from .compare import COMPARED, IDENTITY, compare
from .compare_rewards import REWARDED, compare_rewards
from .policy import DAY_MS, SEED, Policy, Thresholds, at_least, cuts
from .profiles import profiles
from .reward_rules import Limit, Message, OnEngaged, OnFirstOrder, OnTransition, RewardRule
from .rewards import Reward, rewards
from .timeline import CustomerTimeline, State, timeline
from .transitions import Transition

__all__ = [
    "COMPARED",
    "DAY_MS",
    "IDENTITY",
    "REWARDED",
    "SEED",
    "CustomerTimeline",
    "Limit",
    "Message",
    "OnEngaged",
    "OnFirstOrder",
    "OnTransition",
    "Policy",
    "Reward",
    "RewardRule",
    "State",
    "Thresholds",
    "Transition",
    "at_least",
    "compare",
    "compare_rewards",
    "cuts",
    "profiles",
    "rewards",
    "timeline",
]
