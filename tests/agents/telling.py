"""What a stage has published in, a short line for each out, so that a whole life is read at a glance."""

from collections.abc import Iterable
from typing import Any

from tests.agents.stage import Stage
from tests.oracle.compare import Record

Told = tuple[Any, ...]


def told(stage: Stage) -> list[Told]:
    """Give everything of the transitions topic in the order of the log."""
    return lines(stage.published())


def lines(published: Iterable[Record]) -> list[Told]:
    return [_line(kind.removeprefix("segment."), event) for kind, event in published]


def _line(kind: str, event: Any) -> Told:
    at, cause = event["effective_at"], event.get("cause")
    why = (cause.get("event_id") or cause["due"]) if cause else None
    match kind:
        case "transitioned":
            return "moved", at, event["from"], event["to"], why
        case "retracted":
            return kind, at, event["from"], event["to"], why
        case "brink":
            return kind, at, event["due_at"], event["to"], event["lead_ms"]
        case "brink_cleared":
            return kind, at, event["due_at"], event["to"], why
        case _:
            return kind, at, why
