"""What the view has counted of budgets in, how each stands out."""

from typing import Any, Final

import msgspec

from app.serving import keys
from app.serving.day_answers import BudgetLine, BudgetList
from app.serving.draft import counted
from app.serving.granted import GRANTS, SPENT, WITHHELD_BY
from app.serving.view import View
from schemas.budgets import Unit
from tables.scanning import scan_rows

MOST: Final = 1_000
_limit: Any = msgspec.msgpack.Decoder(tuple[int, Unit]).decode


def budgets(view: View) -> BudgetList:
    """Say how budgets stand, in the order of their names."""
    rows = scan_rows(view.db, keys.BUDGET_LIMIT, keys.BUDGET_LIMIT + keys.BEHIND, MOST)
    return BudgetList([_line(view, key[1:], *_limit(row)) for key, row in rows])


def _line(view: View, name: bytes, limit: int, unit: Unit) -> BudgetLine:
    under = keys.under(keys.BUDGET, name)
    spent, grants, withheld = (counted(view.db.get(under + what)) for what in (SPENT, GRANTS, WITHHELD_BY))
    return BudgetLine(name.decode(), limit, unit, spent, grants, withheld)
