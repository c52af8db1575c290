"""What was read in, how much of it and what was wrong with it out."""

from collections import Counter
from dataclasses import dataclass, field

from schemas.rejections import RejectionCode


@dataclass(slots=True)
class Counts:
    """Records of the files, whatever became of them; `read` = accepted + rejected."""

    read: int = 0
    rejected: Counter[RejectionCode] = field(default_factory=Counter)

    @property
    def accepted(self) -> int:
        """How many are facts."""
        return self.read - self.rejected.total()
