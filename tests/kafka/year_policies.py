"""Two policies with fixed thresholds, one plain and one with everything, each in the file's and the oracle's words."""

from dataclasses import dataclass
from typing import Final

from tests import oracle
from tests.oracle import DAY_MS, Rule, When, at_least

HORIZON_MS: Final = 300 * DAY_MS


@dataclass(frozen=True, slots=True)
class Both:
    """One policy in both spellings."""

    text: str
    theirs: oracle.Policy


CELLS: Final = """\
segments:
  - {id: champions, cells: ["333", "332", "323"]}
  - {id: loyal, cells: ["321", "322", "331", "232", "233"]}
  - {id: recent, cells: ["312", "313", "311", "222", "223"]}
  - {id: needs_attention, cells: ["213", "221", "123", "132", "133"]}
  - {id: at_risk, cells: ["231", "212", "122", "131", "211"]}
  - {id: inactive, otherwise: true}
"""

PLAIN: Final = Both(
    text="""\
version: 1
id: plain
currency: GBP
scores:
  recency: {within: [60d, 120d]}
  frequency: {at_least: [2, 4]}
  monetary: {at_least: [300.00, 1000.00]}
"""
    + CELLS,
    theirs=oracle.Policy(
        id="plain",
        version=1,
        currency="GBP",
        within_ms=(60 * DAY_MS, 120 * DAY_MS),
        frequency=at_least(2, 4),
        monetary_minor=at_least(30_000, 100_000),
        segments=oracle.SEED.segments[:-1],
        otherwise="inactive",
    ),
)

DRIFTING: Final = (
    """\
version: 1
id: drifting
currency: GBP
scores:
  recency: {within: [60d, 120d]}
  frequency: {quantiles: [33%, 67%], initial: [1, 2]}
  monetary: {quantiles: [33%, 67%], initial: [100.00, 500.00]}
cut_points: {refresh: 14d, apply_after: 10m, min_customers: 500}
brink: [14d]
"""
    + CELLS
)
"""With cut points that are frozen every two weeks."""

FULL: Final = Both(
    text="""\
version: 1
id: full
currency: GBP
window: 365d
scores:
  recency: {within: [45d, 120d], unit: day}
  frequency: {at_least: [2, 5]}
  monetary: {at_least: [300.00, 1000.00]}
dwell: {up: 3d, down: 30d}
brink: [14d, 3d]
late: {horizon: 300d}
engagement: {kinds: [review_posted, link_clicked, site_visited], dedup_days: 366}
no_orders: prospects
segments:
  - {id: champions, when: {r: {min: 3}, f: {min: 3}, m: {min: 3}}}
  - {id: fond, when: {engaged: {max: 21d}, f: {min: 2}}}
  - {id: fresh, when: {tenure: {max: 60d}, average_order_value: {min: 200.00}}}
  - {id: steady, when: {recency: {max: 90d}, frequency: {min: 2}}}
  - {id: quiet, when: {recency: {max: 180d}}}
  - {id: gone, otherwise: true}
  - {id: prospects}
""",
    theirs=oracle.Policy(
        id="full",
        version=1,
        currency="GBP",
        window_ms=365 * DAY_MS,
        within_ms=(45 * DAY_MS, 120 * DAY_MS),
        whole_days=True,
        frequency=at_least(2, 5),
        monetary_minor=at_least(30_000, 100_000),
        dwell_up_ms=3 * DAY_MS,
        dwell_down_ms=30 * DAY_MS,
        brink_ms=(14 * DAY_MS, 3 * DAY_MS),
        engagement_kinds=("review_posted", "link_clicked", "site_visited"),
        no_orders="prospects",
        rules=(
            Rule("champions", when=When(r=(3, None), f=(3, None), m=(3, None))),
            Rule("fond", when=When(engaged=(None, 21 * DAY_MS), f=(2, None))),
            Rule("fresh", when=When(tenure=(None, 60 * DAY_MS), average_order_value=(20_000, None))),
            Rule("steady", when=When(recency=(None, 90 * DAY_MS), frequency=(2, None))),
            Rule("quiet", when=When(recency=(None, 180 * DAY_MS))),
            Rule("gone"),
        ),
        ranks={
            name: rank
            for rank, name in enumerate(("champions", "fond", "fresh", "steady", "quiet", "gone", "prospects"), 1)
        },
    ),
)
