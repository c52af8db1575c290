"""Facts and an instant in, what the definitions of design section 6 say in so many words out: slow, and no shortcut."""

from .facts import Facts
from .history import Standing
from .policy import Policy


def by_definition(known: Facts, policy: Policy, t: int) -> Standing:
    def inside(at: int) -> bool:
        return at <= t and (policy.window_ms is None or t - at <= policy.window_ms)

    counted = [placed for placed in known.ledger.orders if placed.counts_at(t, policy)]
    summed = [placed for placed in counted if inside(placed.ordered_at)]
    nets = [net for placed in summed if (net := placed.net_at(t)) is not None]
    lowered = sum(minor for at, minor in known.ledger.free_refunds if inside(at))
    instants = [placed.ordered_at for placed in counted]
    return Standing(
        at=t,
        newest=max(instants, default=None),
        oldest=min(instants, default=None),
        frequency=len(summed),
        signed_sum_minor=sum(nets) - lowered,
        known_orders=len(nets),
        engaged=max((at for at in known.engaged if at <= t), default=None),
        acted=any(fact.acts_at <= t for fact in known.acting),
    )
