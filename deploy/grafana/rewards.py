"""What customers are given."""

from deploy.grafana.facts import JOB, Dashboard, Panel, Query, in_range, per_second

WITHHELD = 'sum(increase(segue_rewards_total{job="$job", outcome!="granted"}[$__range]))'

FAILED = 'sum by (channel) (increase(segue_messages_total{job="$job", outcome=~"failed|lost"}[1h]))'
ANSWERED = 'sum by (channel) (increase(segue_messages_total{job="$job", outcome=~"failed|lost|delivered"}[1h]))'

REWARDS = Dashboard(
    "segue-rewards",
    "Segue: rewards",
    "Which rules give, how much, and what is withheld?",
    (
        Panel(
            "Granted and withheld",
            "What has each rule decided, in the time that this page shows?",
            (in_range("segue_rewards_total", "rule", "outcome"),),
            kind="bars",
        ),
        Panel(
            "Withheld",
            "Which share of all occasions was withheld, by limits, budgets or hold-outs?",
            (Query(f"{WITHHELD} / sum(increase(segue_rewards_total{JOB}[$__range]))"),),
            "percentunit",
            kind="number",
        ),
        Panel("Rules", "Which rules are at work?", (per_second("segue_rewards_total", "rule"),), "cps"),
        Panel(
            "Budgets",
            "How much of each budget is spent?",
            (Query('max by (budget) (segue_budget_spent_ratio{job="$job"})', "{{budget}}"),),
            "percentunit",
        ),
        Panel(
            "Owed",
            "What would rewards cost if all that can still be redeemed were? Minor units, or grants.",
            (Query('max by (budget) (segue_budget_liability{job="$job"})', "{{budget}}"),),
        ),
        Panel(
            "Messages",
            "What do messaging systems tell of the messages that they were asked to send?",
            (per_second("segue_messages_total", "channel", "outcome"),),
            "cps",
        ),
        Panel(
            "Not arrived",
            "Which share of the answers says that a message has not arrived, by channel?",
            (Query(f"{FAILED} / {ANSWERED}", "{{channel}}"),),
            "percentunit",
        ),
        Panel("Outcomes", "Are they granted?", (per_second("segue_rewards_total", "outcome"),), "cps"),
    ),
)
