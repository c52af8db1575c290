"""A topic of the plan and its settings on the brokers in; what differs, and whether setting it loses records, out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from schemas.topics import TopicPlan

CLEANUP: Final = "cleanup.policy"
FOREVER: Final = (("retention.ms", "-1"), ("retention.bytes", "-1"))
_KEEPING: Final = ("retention.ms", "retention.bytes", "delete.retention.ms")


@dataclass(frozen=True, slots=True)
class Change:
    """A setting that is not as it should be."""

    setting: str
    found: str | None
    wanted: str

    @property
    def loses_nothing(self) -> bool:
        """Whether brokers keep every record that they would have kept without it.

        A topic that is to be compacted loses superseded rows only, which is what it is for.
        """
        if self.setting == CLEANUP:
            return self.wanted == "compact"
        if self.setting in _KEEPING:
            return self.wanted == "-1" or (self.found != "-1" and int(self.found or 0) <= int(self.wanted))
        return True

    def __str__(self) -> str:
        return f"{self.setting} is {self.found}, expected {self.wanted}"


def wanted_settings(plan: TopicPlan, *, keep_forever: bool) -> dict[str, str]:
    """Say how a topic is to be set; `keep_forever` is for histories, whose records would fall to retention at once."""
    forever = FOREVER if keep_forever and plan.cleanup == "delete" else ()
    return dict([(CLEANUP, plan.cleanup), *forever, *plan.settings])


def changes(wanted: Mapping[str, str], found: Mapping[str, str]) -> Iterator[Change]:
    """Compare what is wanted with what there is."""
    for setting, value in wanted.items():
        if found.get(setting) != value:
            yield Change(setting, found.get(setting), value)
