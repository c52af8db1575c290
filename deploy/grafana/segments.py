"""Who is where, and who went where."""

from deploy.grafana.facts import Dashboard, Panel, highest, in_range, per_second, total

SEGMENTS = Dashboard(
    "segue-segments",
    "Segue: segments",
    "How large are the segments, who moves, and why?",
    (
        Panel("Customers now", "How large is each segment?", (total("segue_customers", "segment"),), kind="bars"),
        Panel("Customers", "How have the segments grown?", (total("segue_customers", "segment"),)),
        Panel(
            "Who went where",
            "Which moves were there, in the time that this page shows?",
            (in_range("segue_transitions_total", "from", "to"),),
            kind="bars",
        ),
        Panel(
            "Lost in a day",
            "Which share of a segment left in a day and was not replaced? Below nothing: it grew.",
            (highest("segue:segment_outflow:ratio1d", "segment"),),
            "percentunit",
        ),
        Panel(
            "Up and down", "Which way do customers move?", (per_second("segue_transitions_total", "direction"),), "cps"
        ),
        Panel("Causes", "What moves them?", (per_second("segue_transitions_total", "cause"),), "cps"),
        Panel(
            "Announcements",
            "How many moves down are announced ahead, and how many of these customers are saved?",
            (per_second("segue_brinks_total", "outcome"),),
            "cps",
        ),
        Panel(
            "Cut points in force",
            "Which version scores customers? 0: the initial values of the policy.",
            (highest("segue_cut_points_version"),),
            kind="number",
            width=4,
        ),
        Panel(
            "Since their freeze",
            "How old are the cut points? Much older than `refresh`: freezes are skipped, look at lag.",
            (highest("segue_cut_points_age_seconds"),),
            "s",
            kind="number",
            width=4,
        ),
        Panel(
            "Initial values",
            "1: scores depend on quantiles, and there has been no freeze yet.",
            (highest("segue_cut_points_initial"),),
            kind="number",
            width=4,
        ),
    ),
)
