"""Everything that is fuzzed."""

from typing import Final

from tests.fuzz.control import CONTROL
from tests.fuzz.lines import LINES, TABLE
from tests.fuzz.policy_text import POLICY
from tests.fuzz.record import RECORD
from tests.fuzz.target import Target

TARGETS: Final[dict[str, Target]] = {target.name: target for target in (RECORD, LINES, TABLE, CONTROL, POLICY)}
