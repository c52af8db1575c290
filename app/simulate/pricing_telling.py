"""What rewards cost in, its table for the terminal and its section of the report out."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, Final

from app.demo.style import Style
from app.explaining.wording import money
from app.simulate.pricing import ENDS, Pricing
from app.simulate.report_tables import table

UNKNOWN: Final = "?"
HONESTY: Final = (
    "It prices what the events would have earned; what rewards make customers do shows in a hold-out alone: segue lift."
)
"""Said wherever costs are."""


def pricing_told(pricing: Pricing, style: Style) -> Iterator[str]:
    """Write it for people, line by line."""
    told = pricing.told()
    rows, heads = _rows(told)
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(map(len, column)) for column in columns]
    yield style.heading("What the rules would have given")
    for row in (heads, *rows):
        cells = [f"{row[0]:<{widths[0]}}"]
        cells += [f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  " + "  ".join(cells).rstrip()
    yield from (f"  {line}" for line in _sums(told))
    yield f"  {HONESTY}"


def compared_costs_told(differences: Mapping[str, Any], currency: str, style: Style) -> Iterator[str]:
    """Write how much more each rule costs under the other policy."""
    if not differences:
        return
    yield style.heading("Rewards, and under the other policy")
    widest = max(map(len, differences))
    for rule, one in differences.items():
        yield f"  {rule:<{widest}}  {_side(one['policy'], currency):>26}  {_side(one['other'], currency):>26}"


def pricing_section(pricing: Pricing) -> Iterator[str]:
    """Write the section of the report."""
    told = pricing.told()
    rows, heads = _rows(told)
    yield "<section>\n<h2>What the rules would have given</h2>"
    yield f"<p>{escape(HONESTY)}</p>"
    yield from (f"<p>{escape(line)}</p>" for line in _sums(told))
    yield table("Rewards by rule and variant", heads, [[row[0], *map(escape, row[1:])] for row in rows])
    kinds = [[kind, f"{one['granted']:,}", escape(_cost(one, told["currency"]))] for kind, one in told["kinds"].items()]
    yield table("Rewards by kind", ["kind", "granted", "cost"], kinds)
    yield "</section>"


def compared_costs_section(differences: Mapping[str, Any], currency: str, names: tuple[str, str]) -> Iterator[str]:
    """Write what each rule costs under both policies."""
    if differences:
        rows = [
            [rule, *(escape(_side(one[side], currency)) for side in ("policy", "other")), _more(one, currency)]
            for rule, one in differences.items()
        ]
        yield table("What rewards cost", ["rule", *names, "more"], rows)


def _rows(told: Mapping[str, Any]) -> tuple[list[list[str]], list[str]]:
    """Lay out rules and their variants; reasons have a column each."""
    reasons = sorted({reason for one in told["rules"].values() for reason in one["withheld"]} | {"limit"})
    heads = ["rule", "granted", "cost", *(f"withheld: {reason}" for reason in reasons), *ENDS]
    rows = []
    for rule, one in told["rules"].items():
        rows.append(_row(rule, one, reasons, told["currency"]))
        for name, variant in one.get("variants", {}).items():
            rows.append(_row(f"{rule} / {name or 'no variant'}", variant, reasons, told["currency"]))
    return rows, heads


def _row(name: str, one: Mapping[str, Any], reasons: list[str], currency: str) -> list[str]:
    withheld = [f"{one['withheld'].get(reason, 0):,}" for reason in reasons]
    ended = [f"{one[how]:,}" for how in ENDS]
    return [name, f"{one['granted']:,}", _cost(one, currency), *withheld, *ended]


def _cost(one: Mapping[str, Any], currency: str) -> str:
    """Write what is known of a cost; a question mark says that some of it is not."""
    if not one["unpriced"]:
        return money(one["cost_minor"], currency)
    return f"{money(one['cost_minor'], currency)} + {UNKNOWN}" if one["cost_minor"] else UNKNOWN


def _sums(told: Mapping[str, Any]) -> Iterator[str]:
    yield f"In all {_cost(told, told['currency'])}"
    if told["unpriced"]:
        yield f"Grants without a price: {told['unpriced']:,}; give.cost says what one costs"
    yield from (_budget(budget, one, told["currency"]) for budget, one in told["budgets"].items())
    points = told["points"]
    if points["granted"]:
        gone = ", ".join(f"{points[how]:,} {how}" for how in ENDS)
        yield f"Points: {points['granted']:,} granted, {gone}; {points['owed']:,} are owed in the end"


def _budget(budget: str, one: Mapping[str, Any], currency: str) -> str:
    """Write what a budget is asked for, and since when it could not pay."""

    def amount(count: int) -> str:
        return money(count, currency) if one["unit"] == "minor" else f"{count:,} grants"

    told = f"Budget {budget}: {amount(one['asked'])} asked for of {amount(one['limit'])}"
    return told if not one["short"] else f"{told}; spent on {one['spent_on']}, {amount(one['short'])} short"


def _side(one: Mapping[str, Any] | None, currency: str) -> str:
    return "no such rule" if one is None else f"{one['granted']:,} for {_cost(one, currency)}"


def _more(one: Mapping[str, Any], currency: str) -> str:
    """Write a difference; of what has no price on either side nothing is known."""
    if any(side is not None and side["unpriced"] for side in (one["policy"], one["other"])):
        return UNKNOWN
    more = one["more"]["cost_minor"]
    return escape(f"{'-' if more < 0 else '+'}{money(abs(more), currency)}")
