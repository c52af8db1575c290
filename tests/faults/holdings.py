"""A running worker in; the descriptors and the memory that it holds out, with what is more than faults may leave."""

import re
from pathlib import Path
from typing import Final, NamedTuple

MOST_SOCKETS: Final = 40
"""Each of three workers on eight partitions has 10 to 14, one alone some ten more."""
MOST_DESCRIPTORS: Final = 150
"""Each of three has 40 to 55."""
MOST_MEMORY_MIB: Final = 400
"""At its highest: each of three had 110 to 140 after a small load, 320 after hundreds of thousands of records."""
KIBIBYTES_EACH: Final = 1024


class Holdings(NamedTuple):
    """What the system says that a process holds."""

    name: str
    sockets: int
    descriptors: int
    peak_mib: int

    def too_much(self) -> list[str]:
        """Name what it holds more of than it may."""
        held = (
            ("sockets", self.sockets, MOST_SOCKETS),
            ("descriptors", self.descriptors, MOST_DESCRIPTORS),
            ("MiB at its highest", self.peak_mib, MOST_MEMORY_MIB),
        )
        return [f"{self.name} holds {has} {what}, more than {most}" for what, has, most in held if has > most]


def holdings(name: str, pid: int) -> Holdings:
    """Look at a process; void where no /proc says it."""
    links = [_target(link) for link in Path(f"/proc/{pid}/fd").iterdir()]
    peak = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert peak is not None, "the system does not say how much memory a process had"
    return Holdings(name, sum(one.startswith("socket:") for one in links), len(links), int(peak[1]) // KIBIBYTES_EACH)


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except FileNotFoundError:  # it was closed meanwhile
        return ""
