"""What the policy of a fleet has beyond the seed's, journeys, a limit and a budget, in; what differs from its laws out.

Whom a budget pays depends on all customers and on who asks first, so of that only laws are known. Journeys, and which
occasions there are, follow from a customer's own facts: every fourth customer is lived in full knowledge.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from agents.decisions.in_force import InForce
from agents.decisions.occasions import Decided
from app.control.documents import compiled
from app.control.first_policy import first_record
from tests.kafka.audit import DECIDED
from tests.kafka.deeds import Deed, deeds_of, lived, published_deeds
from tests.kafka.reading import Read, read_all
from tests.kafka.shop import Shop
from tests.kafka.shop_load import Event
from tests.kafka.slices import outstanding, reports

POLICY: Final = Path(__file__).with_name("policy.yaml")
PAID: Final = "large-order"
OF_JOURNEYS: Final = frozenset({"come-back"})
BEYOND: Final = OF_JOURNEYS | {PAID}
TIMES: Final = 2
"""So often a customer may be given what the budget pays, in each of her lives: an erasure ends one."""
ONE_IN: Final = 4


@dataclass(frozen=True)
class Beyond:
    """What is known of the customers who are lived."""

    deeds: list[Deed]
    occasions: Mapping[str, str]
    """The reward ids that the budget decides, with whose they are; nobody among them who was ever erased."""
    erased: Mapping[str, int]
    """How often who was."""


def is_lived(customer: str) -> bool:
    """Tell whether a customer is among those who are lived."""
    name, _, number = customer.partition("-")
    return name == "customer" and int(number) % ONE_IN == 0


def live_sample(events: Iterable[Event], as_of: Callable[[str], int]) -> Beyond:
    """Live them; what waits for a budget when a customer is erased is never decided."""
    hers: dict[str, list[Event]] = defaultdict(list)
    erased = Counter[str]()
    for event in events:
        erased[event["customer_id"]] += event["type"] == "customer_erased"
        if is_lived(event["customer_id"]):
            hers[event["customer_id"]].append(event)
    in_force = InForce(compiled(first_record(str(POLICY))))
    deeds: list[Deed] = []
    occasions: dict[str, str] = {}
    for customer, told in hers.items():
        life = lived(customer, told, in_force, as_of(customer))
        deeds += deeds_of(customer, life, OF_JOURNEYS)
        if not erased[customer]:
            decided = [one for one in life.rewards if isinstance(one, Decided) and one.rule.id == PAID]
            occasions |= dict.fromkeys((one.reward_id for one in decided), customer)
    return Beyond(deeds, occasions, erased)


def journey_faults(shop: Shop, rewards: Iterable[Read], messages: Iterable[Read], beyond: Beyond) -> list[str]:
    """Every step is taken once, as in full knowledge."""
    found = list(published_deeds(messages, read_all(shop, shop.topics.alerts), rewards, OF_JOURNEYS))
    ids = Counter(deed.id for deed in found)
    is_, wanted = Counter(deed for deed in found if is_lived(deed.customer)), Counter(beyond.deeds)
    assert wanted, "the load has lost its point"
    return [
        *(f"{name} stands {count} times" for name, count in ids.items() if count > 1),
        *(f"missing {deed}" for deed in (wanted - is_).elements()),
        *(f"not expected {deed}" for deed in (is_ - wanted).elements()),
    ]


def budget_faults(shop: Shop, rewards: Iterable[Read], beyond: Beyond) -> list[str]:
    """Nothing is overspent or paid twice, limits hold, slices are back, nothing is withheld while there is enough."""
    decided = [read for read in rewards if read.payload["rule"] == PAID and read.header("ce_type") in DECIDED]
    return [*_of_money(shop, decided), *_of_occasions(decided, beyond)]


def _of_money(shop: Shop, decided: Sequence[Read]) -> Iterator[str]:
    (budget,) = compiled(first_record(str(POLICY))).budgets
    costs = [read.payload["paid_by"]["cost"] for read in decided if read.header("ce_type") == "reward.granted"]
    paid, spent = sum(costs), sum(report.spent for report in reports(shop).values())
    assert costs, "void: nothing was paid"
    assert budget.until is not None, "it ends"
    if paid > budget.limit:
        yield f"overspent: {paid} of {budget.limit}"
    if paid != spent:
        yield f"rewards for {paid} were published, {spent} are spent"
    if held := outstanding(shop)[budget.id]:
        yield f"{held} are not back"
    for told in (read.payload for read in decided if read.header("ce_type") == "reward.withheld"):
        if told["reason"] == "budget" and told["effective_at"] <= budget.until and paid + max(costs) <= budget.limit:
            yield f"withheld though there was enough: {told}"


def _of_occasions(decided: Collection[Read], beyond: Beyond) -> Iterator[str]:
    """Each is decided once; those that a sampled customer had are those of full knowledge."""
    wanted = beyond.occasions
    ids = Counter(read.payload["reward_id"] for read in decided)
    yield from (f"{name} is decided {count} times" for name, count in ids.items() if count > 1)
    given = Counter(read.payload["customer_id"] for read in decided if read.header("ce_type") == "reward.granted")
    most = {customer: TIMES * (1 + beyond.erased.get(customer, 0)) for customer in given}
    yield from (f"{customer} was given it {count} times" for customer, count in given.items() if count > most[customer])
    yield from (f"{name} of {customer} is not decided" for name, customer in wanted.items() if name not in ids)
    known = set(wanted.values())
    for told in (read.payload for read in decided):
        if told["customer_id"] in known and told["reward_id"] not in wanted:
            yield f"decided, but no occasion: {told}"
