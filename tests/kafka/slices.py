"""What was granted of budgets and what was told of that in, what partitions still hold of each out."""

from collections import Counter

from schemas.budgets import BudgetReport, decode_report
from schemas.control import BudgetRecord, decode_control
from tests.kafka.reading import read_all
from tests.kafka.shop import Shop


def outstanding(shop: Shop) -> Counter[str]:
    """Say how much of each budget is granted, neither spent nor returned."""
    records = [decode_control(read.key, read.value) for read in read_all(shop, shop.topics.control)]
    newest = {record.budget: record for record in records if isinstance(record, BudgetRecord)}
    held = Counter({budget: sum(record.granted) for budget, record in newest.items()})
    for report in reports(shop).values():
        held[report.budget] -= report.spent + report.returned
    return held


def reports(shop: Shop) -> dict[tuple[str, int], BudgetReport]:
    """Give the newest report of each budget and partition."""
    told = [decode_report(read.value or b"") for read in read_all(shop, shop.topics.budgets)]
    return {(report.budget, report.partition): report for report in told}


def all_back(shop: Shop) -> bool:
    """Tell whether partitions hold nothing of any budget, and need nothing."""
    needed = any(report.needed for report in reports(shop).values())
    return not needed and not any(outstanding(shop).values())
