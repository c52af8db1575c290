"""What is wrong with what comes in."""

from deploy.grafana.facts import Dashboard, Panel, highest, in_range, per_second

DATA_QUALITY = Dashboard(
    "segue-data-quality",
    "Segue: data quality",
    "What is rejected, repeated, contradictory or late?",
    (
        Panel(
            "Rejected share",
            "Which share of what comes in goes to the dead letters?",
            (highest("segue:dead_letters:ratio_rate10m"),),
            "percentunit",
        ),
        Panel(
            "Rejected, by code",
            "What is wrong with them? `segue dlq list` shows them.",
            (per_second("segue_dlq_records_total", "code"),),
            "cps",
        ),
        Panel(
            "Rejected, by topic",
            "Whose are they, in the time that this page shows?",
            (in_range("segue_events_rejected_total", "topic", "code"),),
            kind="bars",
        ),
        Panel(
            "What became of accepted records",
            "How do they end?",
            (in_range("segue_events_ended_total", "ending"),),
            kind="bars",
        ),
        Panel(
            "Repeated and contradictory",
            "Does a producer send again what it has sent, and is it the same?",
            (
                per_second("segue_events_duplicate_total", legend="repeated"),
                per_second("segue_events_conflicting_total", legend="contradictory"),
            ),
            "cps",
        ),
        Panel(
            "Late",
            "How many facts come after what their customer had reached, and how many too late to rewrite it?",
            (
                per_second("segue_events_late_total", legend="late"),
                per_second("segue_events_beyond_horizon_total", legend="beyond the horizon"),
            ),
            "cps",
        ),
        Panel(
            "Retractions",
            "How many published moves are taken back, because of late facts?",
            (per_second("segue_retractions_total", legend="retracted"),),
            "cps",
        ),
        Panel("Accepted, by type", "What comes in?", (per_second("segue_events_read_total", "type"),), "cps"),
    ),
)
