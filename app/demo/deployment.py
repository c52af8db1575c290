"""An operator's settings in, those of one demo run out, and what its worker finds in its environment."""

import json
import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr

from app.settings import Settings
from schemas.policy_file import policy_text

PREFIX = "SEGUE_"


def demo_settings(settings: Settings, bootstrap: str, directory: Path, run: str, *, embedded: bool) -> Settings:
    """Give a run topics, state and a consumer group of its own, and the shop's time.

    The log is what tells the port of the worker, so its form and level are not the operator's here. Without a policy of
    the operator's it goes by the pack `seed`, with cut points of every week: in the shop's time a day is soon over.
    """
    if settings.policy is None:
        policy = directory / "seed_by_the_week.yaml"
        directory.mkdir(parents=True, exist_ok=True)
        policy.write_text(f"{policy_text('seed')[0]}cut_points: {{refresh: 7d}}\n", "utf-8")
        settings = settings.model_copy(update={"policy": str(policy)})
    own_crcs = {"check_crcs": False} if embedded else {}
    return settings.model_copy(
        update={
            "app_id": run,
            "topic_prefix": f"{run}.",
            "clock": "stream",
            "log_level": "info",
            "log_format": "json",
            "kafka": settings.kafka.model_copy(update={"bootstrap_servers": bootstrap, **own_crcs}),
            "state": settings.state.model_copy(update={"directory": directory}),
            "http": settings.http.model_copy(update={"host": "127.0.0.1", "port": 0}),
            "serving": settings.serving.model_copy(
                update={"host": "127.0.0.1", "port": 0, "tokens": None, "directory": directory / "view"}
            ),
        }
    )


def environment(settings: Settings) -> dict[str, str]:
    """Write settings as environment: the worker reads back exactly these, whatever was set around the demo."""
    around = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
    return around | {PREFIX + name: value for name, value in _flat(settings)}


def _flat(part: BaseModel) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in part:
        if isinstance(value, BaseModel):
            pairs += [(f"{name.upper()}__{inner}", text) for inner, text in _flat(value)]
        elif value is not None:
            pairs.append((name.upper(), _text(value)))
    return pairs


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value) if isinstance(value, str | Path) else json.dumps(value)
