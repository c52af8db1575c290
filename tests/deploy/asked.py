"""What the committed dashboards and rules ask Prometheus for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import orjson
from ruamel.yaml import YAML

DEPLOY: Final = Path(__file__).resolve().parents[2] / "deploy"
DASHBOARDS: Final = DEPLOY / "grafana" / "dashboards"
RULES: Final = DEPLOY / "prometheus" / "rules"
METRIC: Final = re.compile(r"\bsegue_[a-z0-9_]+")


class Asked(NamedTuple):
    """A query, and whose it is."""

    whose: str
    expr: str


def panel_queries() -> list[Asked]:
    """Give every query of every panel."""
    pages = [orjson.loads(path.read_bytes()) for path in sorted(DASHBOARDS.glob("*.json"))]
    return [
        Asked(f"{page['title']} / {panel['title']} / {target['refId']}", target["expr"])
        for page in pages
        for panel in page["panels"]
        for target in panel["targets"]
    ]


def rules() -> Iterator[dict[str, Any]]:
    """Give every rule, recording and alerting."""
    for path in sorted(RULES.glob("*.yaml")):
        for group in read_yaml(path)["groups"]:
            yield from group["rules"]


def rule_queries() -> list[Asked]:
    """Give the query of every rule."""
    return [Asked(rule.get("record") or rule["alert"], rule["expr"]) for rule in rules()]


def metrics_of(queries: list[Asked]) -> set[str]:
    """Name the metrics of ours that are asked for, as they stand in queries."""
    return {name for query in queries for name in METRIC.findall(query.expr)}


def read_yaml(path: Path) -> Any:
    """Read one YAML document as plain values."""
    return YAML(typ="safe", pure=True).load(path)
