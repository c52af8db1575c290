"""Rows of orders and refunds in, written and restored as a partition does it; the steps they stand for out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import strategies as st

from schemas.history import Kind
from schemas.rows import OrderRow, RefundRow
from tables.codec import encode
from tables.derived import by_time_entries
from tables.draft import Draft
from tables.keys import ORDER, REFUND, nested_key
from tables.partition_table import PartitionTable
from tables.position import Position
from tables.restoring import put_restored
from tests.builders import MEMORY, T0

CUSTOMERS = [b"ann", b"bob", b"an"]
IDS = ["1", "2", "3", "11"]
LATER = 5
Named = tuple[bytes, str]

moments = st.integers(0, LATER).map(lambda ms: T0 + ms)
order_rows = st.builds(
    OrderRow,
    at=moments,
    total=st.just(100),
    currency=st.just("GBP"),
    base=st.just(100),
    counted=st.booleans(),
    event_id=st.just("e"),
    cancelled_at=st.none() | moments,
    cancel_acts_at=moments,
    acts_from=st.just(0) | moments,
)
refund_rows = st.builds(
    RefundRow,
    at=moments,
    order_id=st.none() | st.sampled_from(IDS),
    amount=st.just(5),
    currency=st.just("GBP"),
    base_amount=st.none(),
    base_currency=st.none(),
    event_id=st.just("e"),
    acts_at=st.just(0) | moments,
)


def put(draft: Draft, customer: bytes, name: str, row: OrderRow | RefundRow) -> None:
    """Write a row and its entries as `CustomerWriter` does."""
    family = ORDER if isinstance(row, OrderRow) else REFUND
    draft.rows[nested_key(family, customer, name)] = encode(row)
    draft.times.setdefault(customer, {}).update(by_time_entries(customer, name.encode(), row))


def order_at(at: int, *, counted: bool = True) -> OrderRow:
    return OrderRow(at, 100, "GBP", 100, counted, "e")


@dataclass
class Partition:
    """A table beside the rows that it should hold, with the changelog that it is restored from."""

    path: Path
    orders: dict[Named, OrderRow] = field(default_factory=dict)
    refunds: dict[Named, RefundRow] = field(default_factory=dict)
    changelog: list[tuple[bytes, bytes | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.number = 0
        self._open()

    def _open(self) -> None:
        self.db = MEMORY.open(self.path / str(self.number))
        self.table = PartitionTable(self.db)
        self.draft = self.table.begin()

    def put(self, customer: bytes, name: str, row: OrderRow | RefundRow) -> None:
        put(self.draft, customer, name, row)
        if isinstance(row, OrderRow):
            self.orders[customer, name] = row
        else:
            self.refunds[customer, name] = row

    def erase(self, customer: bytes) -> None:
        for family, rows in ((ORDER, self.orders), (REFUND, self.refunds)):
            for named in [named for named in rows if named[0] == customer]:
                self.draft.rows[nested_key(family, *named)] = None
                del rows[named]
        self.draft.forget_times(customer)

    def do(self, what: str) -> None:
        self.changelog += self.draft.rows.items()
        self.table.apply(self.draft, Position(1, T0))
        self.draft = self.table.begin()
        if what == "flush":
            self.table.flush()
        if what == "restore":
            self._restore()

    def _restore(self) -> None:
        """Lose the disk; the changelog tells every row again, those of erased customers too."""
        self.db.close()
        self.number += 1
        self._open()
        half = len(self.changelog) // 2
        for rows, file_rows in ((self.changelog[:half], 0), (self.changelog[half:], len(self.changelog) + 1)):
            put_restored(self.db, dict(rows), Position(1, T0), file_rows)

    def steps(self, customer: bytes) -> Iterator[tuple[Kind, int, str]]:
        """Say by hand what each row stands for."""
        for (whose, name), order in self.orders.items():
            if whose == customer:
                yield Kind.COUNTED if order.counted else Kind.UNCOUNTED, order.at, name
                if order.acts_from:
                    yield Kind.BEGINS, order.acts_from, name
                if order.cancelled_at is not None:
                    yield Kind.CANCELLED, order.cancel_acts_at, name
        for (whose, name), refund in self.refunds.items():
            if whose == customer and refund.acts_at:
                yield Kind.REFUND, refund.acts_at, name
                if refund.order_id is None:
                    yield Kind.FREE, refund.at, name
