"""What was looked at in; a finding, how grave it is and what an operator does about it, out."""

from dataclasses import dataclass
from typing import Final, Literal

Check = Literal[
    "settings",
    "broker",
    "topics",
    "replication",
    "keys",
    "clock",
    "rights",
    "transactions",
    "workers",
    "policy",
    "changelog",
    "directory",
]
"""What is looked at, in the order in which it is told."""

Level = Literal["ok", "warning", "error"]

ACTION: Final = "Operator action: "


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `action` is empty where there is nothing to do."""

    check: Check
    level: Level
    told: str
    action: str = ""


def refused(check: Check, message: str) -> Finding:
    """Turn the message of a broken promise, which has its operator action in it, into an error."""
    told, _, action = message.partition(ACTION)
    return Finding(check, "error", told.strip(), action.strip())


def unseen(check: Check, what: str) -> Finding:
    """Say that this user may not look at something: a worker does without, so it is no error."""
    action = "give this user what `segue acls doctor` prints, if it is to be looked at: deploy/kafka/acls.md."
    return Finding(check, "warning", f"{what} could not be looked at: it needs DescribeConfigs", action)


def lines(findings: list[Finding]) -> list[str]:
    """Tell findings for people, what to do below each."""
    return [
        line
        for one in findings
        for line in (
            f"{one.level:8} {one.check:12} {one.told}",
            *([f"{'':21} {ACTION}{one.action}"] if one.action else []),
        )
    ]
