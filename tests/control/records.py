"""Records of the control topic with everything filled in that a test does not care about."""

from pathlib import Path

from schemas.control import CutPointsRecord, PolicyRecord
from schemas.policy_file import parse_policy
from tests.builders import DAY

PACKS = Path(__file__).resolve().parents[2] / "schemas" / "packs"
SEED_TEXT = (PACKS / "seed.yaml").read_text("utf-8")


def policy(number: int, effective_at: int, *, document: str = SEED_TEXT, silent: bool = False) -> PolicyRecord:
    """Give the record of a policy."""
    read = parse_policy(document, "policy.yaml")
    return PolicyRecord(number, effective_at, silent, read.fingerprint, read.id, read.version, document)


def version(number: int, effective_at: int, *, policy: int = 1) -> CutPointsRecord:
    """Give the record of a version of cut points, frozen in time."""
    frozen_at = (effective_at - 1) // DAY * DAY
    return CutPointsRecord(number, frozen_at, effective_at, None, (1, 2), (10_000, 50_000), 100, policy)
