"""Whether all is well, on one page."""

from deploy.grafana.facts import JOB, Dashboard, Panel, Query, highest, per_second, quantiles, total

OVERVIEW = Dashboard(
    "segue-overview",
    "Segue: overview",
    "Is everybody at work, is anything behind, and are moves published in time?",
    (
        Panel("Workers", "How many answer?", (Query(f"count(segue_build_info{JOB})"),), kind="number", width=4),
        Panel(
            "Open partitions",
            "How many partitions does somebody work on?",
            (Query(f"count(segue_partition_clock_seconds{JOB})"),),
            kind="number",
            width=4,
        ),
        Panel("Customers", "How many are known?", (total("segue_customers", legend="all"),), kind="number", width=4),
        Panel(
            "Records that wait",
            "How far are all of them behind?",
            (total("segue_lag_records"),),
            kind="number",
            width=4,
        ),
        Panel(
            "Policy in force",
            "Which one, and do all workers go by it? More than one name for long is SeguePolicyMismatch.",
            (Query(f"count by (policy, version) (segue_policy_info{JOB})", "{{policy}} version {{version}}"),),
            kind="number",
            width=8,
        ),
        Panel(
            "Late, in an hour",
            "Which share of transitions came later than 1 s after their input, of decays later than 2 s? 0.1 % may.",
            (highest("segue:late:ratio_rate1h", "objective"),),
            "percentunit",
        ),
        Panel(
            "Records that wait, by topic",
            "Who is behind, and does it grow?",
            (highest("segue:lag_records:sum", "topic"),),
        ),
        Panel("Accepted records", "What comes in?", (per_second("segue_events_read_total", "topic"),), "cps"),
        Panel("Moves", "What goes out?", (per_second("segue_transitions_total", "direction"),), "cps"),
        Panel(
            "From input to commit",
            "How long do transactions keep their oldest record waiting? Nothing is observed while a partition lags.",
            quantiles("segue_transition_latency_seconds"),
            "s",
        ),
        Panel(
            "From the instant of a decay to its commit",
            "How late are the moves that time alone brings about?",
            quantiles("segue_decay_delay_seconds"),
            "s",
        ),
    ),
)
