"""Rows of state on disk: their bytes are a promise to every later version."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.customer_row import CustomerRow
from schemas.facts import CustomerErased, Engaged, Fact, MessageFailed, Money, OrderPlaced, ProfileChanged
from schemas.instant import Instant
from schemas.loyalty_rows import (
    Answer,
    FollowedMessage,
    LoyaltyRow,
    MessageContent,
    OccasionRow,
    Revocation,
    RunningJourney,
    TurnsRow,
    UnpaidGrant,
)
from schemas.newest_orders import pack
from schemas.remembered_moves import RememberedMove, pack_moves
from schemas.rewards import RewardCause
from schemas.rows import (
    AccountRow,
    BrinkRow,
    BudgetsRow,
    EngagedDayRow,
    EngagementRow,
    FreezeRow,
    IdentityRow,
    OrderRow,
    ProfileRow,
    ProgressRow,
    RefundRow,
    SweepRow,
    TombstoneRow,
    WaitingRow,
)
from schemas.transitions import Cause
from tables import codec
from tables.customer_codec import decode_customer, encode_customer
from tables.position import Position, decode_position, encode_position
from tests.builders import DAY, T0, customer_row, row_values

GOLDEN = Path(__file__).parent / "golden" / "rows.txt"
NEWEST = pack(T0, 13_912, b"536365", b"o-536365") + pack(T0 + DAY, 0, "é".encode(), b"e-2")
MOVES = pack_moves([RememberedMove(T0, None, "recent", True), RememberedMove(T0 + DAY, "recent", "loyal", False)])
VERSIONS: dict[type, int] = {OrderRow: 2, RefundRow: 2}
"""Every other row is still the first of its kind."""

ROWS: dict[str, Any] = {
    "customer": customer_row(
        "loyal", T0 + DAY, 2, T0, 3, 2, -500, 4, T0 - DAY, T0, T0 + 90 * DAY + 1, 1, 1, 1, NEWEST,
        T0 + 2 * DAY, T0 - 2 * DAY, {"review-points": [T0]}, T0 - 1, True, MOVES,
        Cause(type="refund", event_id="r-1"), BrinkRow(T0 + 90 * DAY + 1, "recent", "loyal"), T0 - 2 * DAY + 1, 3,
        T0 + DAY, T0 + 3 * DAY, True, -50, 3,
    ),
    "customer-new": CustomerRow(),
    "order": OrderRow(T0, 5_000, "EUR", 4_200, True, "o-1", 100),
    "order-cancelled": OrderRow(T0, 5_000, "USD", None, False, "o-1", 0, T0 + 5, "c-1", T0 + 6),
    "order-late": OrderRow(T0, 5_000, "GBP", 5_000, True, "o-1", acts_from=T0 + 91 * DAY),
    "refund": RefundRow(T0, "536365", 1_530, "EUR", 1_400, "GBP", "r-1"),
    "refund-free": RefundRow(T0, None, 1_530, "GBP", None, None, "r-1", T0 + 91 * DAY),
    "waiting": WaitingRow(["r-1", "r-2"], T0, "c-1"),
    "progress": ProgressRow({"commerce.orders.v1": 42}, T0, {"loyal": 3, "": 1}, 1),
    "identity": IdentityRow("segue", 3, 8, "0123456789abcdef", b"8 bytes.", 2),
    "freeze": FreezeRow(T0 + DAY, T0, b"ann", 3),
    "sweep": SweepRow(T0 + DAY, b"ann"),
    "engaged-day": EngagedDayRow([(T0, T0 - DAY, "e-1", "review_posted"), (T0 + 1, T0 + 1, "e-2", "site_visited")]),
    "engagement": EngagementRow({"review_posted": T0}, {T0 // DAY: b"eight of iddid"[:12]}),
    "profile": ProfileRow(
        T0, "p-1", "1980-02-29", "GB", "Europe/London", {"email": False}, "push", ["club"], ["tea"]
    ),
    "occasion": OccasionRow(T0, "welcome", True),
    "occasion-spent": OccasionRow(T0, "welcome", True, 100, T0 + 60 * DAY, 40, 10, True, 1, "spring"),
    "occasion-paid": OccasionRow(T0, "gift", True, budget="year", cost=1_250),
    "occasion-revocable": OccasionRow(T0, "big", True, 10, clawback=Revocation("full", "d400f3b8")),
    "occasion-kept": OccasionRow(T0, "big", True, 10, clawback=""),
    "budgets": BudgetsRow({"year": AccountRow(7, 2_500, 1_250, 1, 1_250, 1_250)}),
    "loyalty-unpaid": LoyaltyRow(unpaid=[
        UnpaidGrant("5f0c7d1a", "gift", T0, "year", 1_250, RewardCause(type="order", event_id="o-1"), T0 + 1_000, 1,
                    False, T0 + DAY, "d400f3b8", "recent", "loyal", "spring"),
    ]),
    "loyalty": LoyaltyRow([
        RunningJourney("back", "start", T0, "pause", T0, T0 + 5, RewardCause(type="engagement", event_id="e-1"), ["1"])
    ], [(T0 + 53 * DAY, "5f0c7d1a"), (T0 + 60 * DAY, "5f0c7d1a")],
        {"letters": TurnsRow(1, ["spring"])}, {"cap weekly": [T0], "move keep loyal at_risk": [T0 + 5]},
        [FollowedMessage(
            MessageContent("m-1", T0, "hello", {"points": 5, "interests": ["tea"]}, "welcome", "5f0c7d1a", None, None),
            ["email", "push"], 1, 2, T0 + 9, T0 + 609, {"m-1": Answer("failed", T0 + 9, "mailbox_full")},
        )], [], [(T0, "85123A"), (T0 - DAY, "22423")]),
    "loyalty-revocable": LoyaltyRow(revocable=[("big", ""), ("welcome", "first_order")], caused={"o-1": ["5f0c7d1a"]}),
    "tombstone": TombstoneRow(T0, T0 + 5, T0 + 5, 7, [b"sixteen bytes ok"]),
}  # fmt: skip
DECODERS: dict[type, Callable[[bytes], Any]] = {
    CustomerRow: decode_customer,
    OrderRow: codec.decode_order,
    RefundRow: codec.decode_refund,
    WaitingRow: codec.decode_waiting,
    ProgressRow: codec.decode_progress,
    IdentityRow: codec.decode_identity,
    FreezeRow: codec.decode_freeze,
    SweepRow: codec.decode_sweep,
    EngagedDayRow: codec.decode_engaged_day,
    EngagementRow: codec.decode_engagement,
    ProfileRow: codec.decode_profile,
    BudgetsRow: codec.decode_budgets,
    OccasionRow: codec.decode_occasion,
    LoyaltyRow: codec.decode_loyalty,
    TombstoneRow: codec.decode_tombstone,
}


def encode(row: Any) -> bytes:
    return encode_customer(row) if isinstance(row, CustomerRow) else codec.encode(row)


def told(row: Any) -> Any:
    """What can be compared of a row."""
    return row_values(row) if isinstance(row, CustomerRow) else row


def golden() -> dict[str, bytes]:
    lines = (line.split() for line in GOLDEN.read_text("utf-8").splitlines())
    return {name: bytes.fromhex(digits) for name, digits in lines}


@pytest.mark.parametrize("name", ROWS)
def test_a_row_has_the_bytes_of_the_golden_file(name: str) -> None:
    assert encode(ROWS[name]).hex() == golden()[name].hex()


@pytest.mark.parametrize("name", ROWS)
def test_the_bytes_of_the_golden_file_are_read(name: str) -> None:
    assert told(DECODERS[type(ROWS[name])](golden()[name])) == told(ROWS[name])


OLDER = {
    "progress": "940181b2636f6d6d657263652e6f72646572732e76312acf0000012ca109c1c082a56c6f79616c03a001",
    "occasion": "9a01cf0000012ca109c1c0a777656c636f6d65c300000000c200",
    "loyalty": "9301909192cf0000012db1facdc0a83566306337643161",
    "occasion-paid": "9d01cf0000012ca109c1c0a467696674c300000000c200a0a479656172cd04e2",
}
"""Rows as they were written before their newest fields."""


@pytest.mark.parametrize("name", OLDER)
def test_rows_that_an_earlier_version_wrote_are_read(name: str) -> None:
    whole = {
        "progress": ProgressRow({"commerce.orders.v1": 42}, T0, {"loyal": 3, "": 1}, 0),
        "occasion": ROWS["occasion"],
        "loyalty": LoyaltyRow([], [(T0 + 53 * DAY, "5f0c7d1a")]),
        "occasion-paid": ROWS["occasion-paid"],
    }[name]
    assert DECODERS[type(whole)](bytes.fromhex(OLDER[name])) == whole


ARRAYS = [name for name in ROWS if not name.startswith("customer")]


@pytest.mark.parametrize("name", ARRAYS)
def test_a_row_begins_with_its_version(name: str) -> None:
    assert msgspec.msgpack.decode(golden()[name])[0] == VERSIONS.get(type(ROWS[name]), 1)


def test_the_position_has_the_bytes_of_the_golden_file() -> None:
    position = Position(70_000, T0)
    assert encode_position(position).hex() == golden()["position"].hex()
    assert decode_position(golden()["position"]) == position


instants = st.integers(0, 2**53)
money = st.integers(-(2**60), 2**60)
texts = st.text(max_size=20)


counts = st.integers(0, 2**31 - 1)
causes = st.builds(
    Cause, type=st.just("refund"), event_id=st.none() | texts, due=st.none() | st.sampled_from(["recency", "dwell"])
)
customers = st.builds(
    customer_row, st.none() | texts.filter(bool), instants, counts, instants, counts, counts, money, counts,
    *[instants] * 3, *[counts] * 3, st.binary(max_size=480), instants, instants,
    st.dictionaries(texts, st.lists(instants, max_size=4), max_size=3), instants, st.booleans(), st.binary(max_size=99),
    st.none() | causes, st.none() | st.builds(BrinkRow, instants, texts, texts), instants,
)  # fmt: skip
orders = st.builds(
    OrderRow, instants, money, texts, st.none() | money, st.booleans(), texts, money, st.none() | instants, texts,
    instants, instants,
)  # fmt: skip
refunds = st.builds(
    RefundRow, instants, st.none() | texts, money, texts, st.none() | money, st.none() | texts, texts, instants
)
engaged = st.tuples(instants, instants, texts, texts)


@given(
    customers
    | orders
    | refunds
    | st.builds(EngagedDayRow, st.lists(engaged, max_size=3))
    | st.builds(EngagementRow, st.dictionaries(texts, instants), st.dictionaries(st.integers(0, 40_000), st.binary()))
    | st.builds(OccasionRow, instants, texts, st.booleans())
    | st.builds(TombstoneRow, instants, instants, instants, st.integers(0, 2**31), st.lists(st.binary(max_size=16)))
    | st.builds(WaitingRow, st.lists(texts, max_size=4), st.none() | instants, texts)
    | st.builds(
        ProgressRow, st.dictionaries(texts, instants), instants, st.dictionaries(texts, st.integers(-9, 9)), counts
    )
    | st.builds(IdentityRow, texts, st.integers(0, 99), st.integers(0, 99), texts)
)
def test_reading_what_was_written_gives_the_row_back(row: Any) -> None:
    assert told(DECODERS[type(row)](encode(row))) == told(row)


@pytest.mark.parametrize("name", ARRAYS)
def test_a_row_of_an_unknown_version_raises(name: str) -> None:
    known, *fields = msgspec.msgpack.decode(golden()[name])
    for version in (0, known - 1, known + 1, str(known), None):
        stranger = msgspec.msgpack.encode([version, *fields])
        with pytest.raises(msgspec.ValidationError):
            DECODERS[type(ROWS[name])](stranger)


@pytest.mark.parametrize("name", ROWS)
def test_a_torn_row_raises(name: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        DECODERS[type(ROWS[name])](golden()[name][:-1])


FACTS: dict[str, Fact] = {
    "ahead-order": OrderPlaced("e-1", "ann", Instant(T0), "1", Money(5, "EUR"), Money(4, "GBP")),
    "ahead-products": OrderPlaced("e-1", "ann", Instant(T0), "1", Money(5, "GBP"), products=("85123A",)),
    "ahead-engaged": Engaged("e-2", "ann", Instant(T0), "review_posted", rating=5),
    "ahead-profile": ProfileChanged("e-3", "ann", Instant(T0), consents={"email": True}, lists=["club"]),
    "ahead-erasure": CustomerErased("e-4", "ann", Instant(T0)),
    "ahead-receipt": MessageFailed("e-5", "ann", Instant(T0), "m-1", "mailbox_full", permanent=False),
}


@pytest.mark.parametrize("name", FACTS)
def test_a_fact_that_waits_is_read_from_the_bytes_of_the_golden_file(name: str) -> None:
    assert codec.encode_ahead(FACTS[name]).hex() == golden()[name].hex()
    assert codec.decode_ahead(golden()[name]) == FACTS[name]
    assert type(codec.decode_ahead(golden()[name]).occurred_at) is Instant


def test_a_row_written_before_its_last_fields_were_there_has_their_defaults() -> None:
    order, refund = [2, T0, 5, "GBP", 5, True, "o-1"], [2, T0, None, 5, "GBP", None, None, "r-1"]
    assert codec.decode_loyalty(msgspec.msgpack.encode([1, [], [[T0, "5f"]]])) == LoyaltyRow([], [(T0, "5f")])
    assert codec.decode_order(msgspec.msgpack.encode(order)) == OrderRow(T0, 5, "GBP", 5, True, "o-1")
    assert codec.decode_refund(msgspec.msgpack.encode(refund)) == RefundRow(T0, None, 5, "GBP", None, None, "r-1")
    assert codec.decode_occasion(msgspec.msgpack.encode([1, T0, "welcome", True])) == OccasionRow(T0, "welcome", True)
    assert codec.decode_loyalty(msgspec.msgpack.encode([1, [], []])) == LoyaltyRow()
