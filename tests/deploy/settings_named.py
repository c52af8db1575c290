"""The names of all settings, as they stand in an environment."""

from app.command_line import _flat
from app.settings import Settings


def setting_names() -> set[str]:
    """Name every setting that a worker reads."""
    return {name for name, _ in _flat("SEGUE", Settings().model_dump(mode="json"))}
