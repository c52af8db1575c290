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
