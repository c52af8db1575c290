"""All customers' facts and a policy in, the history of cut points that it is simulated under out."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from agents.decisions.holdings import holdings
from agents.decisions.in_force import InForce
from app.runtime.errors import ExtraMissing
from app.simulate.spool import Spool
from schemas.cut_points import CutPoints
from schemas.facts import Fact
from schemas.policy import Policy


def history(
    policy: Policy,
    customers: Iterable[tuple[str, Sequence[Fact]]],
    as_of: int,
    scratch: Path,
    *,
    published: Sequence[CutPoints] | None = None,
    refreeze: bool = False,
) -> list[CutPoints]:
    """Obey a published history, or freeze where a deployment would; none for a policy without quantiles.

    `refreeze` adds a version frozen and in force at as-of. What would come into force only then or later gives way.
    """
    if not policy.has_quantiles:
        return []
    if published is not None and not refreeze:
        return list(published)
    try:
        from app.simulate.census import Census  # noqa: PLC0415  # numpy is of the extra `lab`
    except ImportError as error:
        raise ExtraMissing("a policy with quantiles", "numpy", "lab") from error
    census = Census(policy, as_of, Spool(scratch / "holdings"))
    in_force = InForce(policy)
    for customer_id, facts in customers:
        census.add(holdings(customer_id, facts, in_force, as_of))
    frozen, last = census.freeze(at_the_end=refreeze)
    versions = list(frozen if published is None else published)
    if last is None:
        return versions
    versions = [version for version in versions if version.effective_at < as_of]
    number = versions[-1].version + 1 if versions else 1
    return [*versions, CutPoints(number, as_of, as_of, *last)]
