"""All pages, in the order in which somebody would look at them."""

from typing import Final

from deploy.grafana.data_quality import DATA_QUALITY
from deploy.grafana.facts import Dashboard
from deploy.grafana.overview import OVERVIEW
from deploy.grafana.rewards import REWARDS
from deploy.grafana.segments import SEGMENTS
from deploy.grafana.state_and_recovery import STATE_AND_RECOVERY

PAGES: Final[tuple[Dashboard, ...]] = (OVERVIEW, SEGMENTS, REWARDS, STATE_AND_RECOVERY, DATA_QUALITY)
