"""The names of all settings, as they stand in an environment."""

from app.config_command import flat, variable
from app.settings import Settings


def setting_names() -> set[str]:
    """Name every setting that a worker reads."""
    return {variable(path) for path, _ in flat((), Settings().model_dump(mode="json"))}
