"""How partitions work, what their stores hold, and how they come back."""

from deploy.grafana.facts import JOB, Dashboard, Panel, Query, highest, mean, per_second, quantiles, total

STATE_AND_RECOVERY = Dashboard(
    "segue-state-and-recovery",
    "Segue: state and recovery",
    "Does every partition get on, is its state in order, and how does it recover?",
    (
        Panel(
            "Clocks behind the wall",
            "How far is the slowest partition of each worker behind? It waits for what has not been worked.",
            (Query(f"max by (instance) (time() - segue_partition_clock_seconds{JOB})", "{{instance}}"),),
            "s",
        ),
        Panel(
            "Clocks held",
            "Does an open transaction of another producer hold a clock?",
            (highest("segue_clock_held_seconds", "instance"),),
            "s",
        ),
        Panel(
            "Standstill",
            "Who has committed nothing for how long, though records wait?",
            (highest("segue_standstill_seconds", "instance", "partition"),),
            "s",
        ),
        Panel(
            "To restore",
            "How many changelog records are still to be read before a partition works again?",
            (total("segue_recovery_remaining_records", "instance"),),
        ),
        Panel(
            "Openings",
            "Why do partitions open? All but `assigned` are failures that opening has cured.",
            (per_second("segue_task_opens_total", "reason"),),
            "cps",
        ),
        Panel("Transactions", "How do they end?", (per_second("segue_transactions_total", "outcome"),), "cps"),
        Panel(
            "Transaction", "How long do brokers take from begin to commit?", quantiles("segue_transaction_seconds"), "s"
        ),
        Panel("Stages", "Where does the time of a transaction go?", (mean("segue_stage_seconds", "stage"),), "s"),
        Panel("Records of a run", "How much does one fetch bring?", (mean("segue_run_records"),)),
        Panel(
            "Due",
            "How many partitions are working off more customers at once than a transaction moves?",
            (total("segue_due_overdue", "instance"),),
        ),
        Panel(
            "Next due",
            "In how many seconds may the next customer be due? Partitions without anybody are left out.",
            (Query(f"min by (instance) (segue_due_next_seconds{JOB} > 0) - time()", "{{instance}}"),),
            "s",
        ),
        Panel("Stores", "How large are they?", (total("segue_store_bytes", "instance"),), "bytes"),
        Panel(
            "Disk",
            "How much is free where the stores are?",
            (highest("segue:disk_free:ratio", "instance"),),
            "percentunit",
        ),
        Panel(
            "Rows not written back",
            "How much is committed and stands in memory only? A kill would restore it from the changelog.",
            (total("segue_unwritten_rows", "instance"),),
        ),
        Panel(
            "Wall clock",
            "How often was a machine's clock set, or did the machine sleep, in the time that this page shows?",
            (Query(f"sum by (instance) (increase(segue_wall_clock_jumps_total{JOB}[$__range]))", "{{instance}}"),),
        ),
    ),
)
