"""Events in, the timeline of every customer out: a fold of design section 6 that imports nothing of ours."""

from .compare import COMPARED, IDENTITY, compare
from .policy import DAY_MS, SEED, Policy, Thresholds, at_least, cuts
from .timeline import CustomerTimeline, State, Transition, timeline

__all__ = [
    "COMPARED",
    "DAY_MS",
    "IDENTITY",
    "SEED",
    "CustomerTimeline",
    "Policy",
    "State",
    "Thresholds",
    "Transition",
    "at_least",
    "compare",
    "cuts",
    "timeline",
]
