"""Whom the rules wake, and when: promtool's own unit tests, and that none is forgotten in them or in the runbook."""

import os
import re
import shutil
import subprocess
from typing import Any, Final

import pytest

from tests.deploy.asked import DEPLOY, RULES, read_yaml, rules

CASES: Final = sorted((DEPLOY / "prometheus" / "tests").glob("*.yaml"))
PROMTOOL: Final = shutil.which("promtool")
REQUIRED: Final = "SEGUE_REQUIRE_KAFKA" in os.environ
"""Where nothing may be skipped, promtool is there too."""


def alerts() -> list[dict[str, Any]]:
    return [rule for rule in rules() if "alert" in rule]


def cases() -> list[dict[str, Any]]:
    """Give every case of promtool's tests, whichever alert it is about."""
    return [case for path in CASES for test in read_yaml(path)["tests"] for case in test["alert_rule_test"]]


@pytest.mark.parametrize("arguments", [("check", "rules", *sorted(RULES.glob("*.yaml"))), ("test", "rules", *CASES)])
def test_promtool_finds_the_rules_well_formed_and_right(arguments: tuple[str, ...]) -> None:
    if PROMTOOL is None and not REQUIRED:
        pytest.skip("promtool is missing (Debian: prometheus)")
    assert PROMTOOL is not None
    done = subprocess.run([PROMTOOL, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_alert_and_severity_has_a_case_in_which_it_fires_and_one_in_which_it_does_not() -> None:
    fires = {
        (case["alertname"], expected["exp_labels"]["severity"]) for case in cases() for expected in case["exp_alerts"]
    }
    assert fires == {(alert["alert"], alert["labels"]["severity"]) for alert in alerts()}
    assert {case["alertname"] for case in cases() if not case["exp_alerts"]} == {alert["alert"] for alert in alerts()}


def test_every_alert_leads_to_a_heading_of_the_runbook_and_every_heading_of_an_alert_to_one() -> None:
    headings = re.findall(r"^## (Segue\w+)$", (DEPLOY / "runbook.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted({alert["alert"] for alert in alerts()})
    for alert in alerts():
        assert alert["annotations"]["runbook"] == f"deploy/runbook.md#{alert['alert'].lower()}"
