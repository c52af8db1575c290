"""Whatever was published, in whatever pieces and order of the topics it is read: the same view, and level indexes."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.serving import keys
from app.serving.rows import decode_row
from app.serving.view import View
from schemas.transitions import Next, SegmentTransitioned
from tables.scanning import scan
from tests.serving.telling import BEGIN, DAY, RANKS, Log

CUSTOMERS = ("a", "a~", "b")
DEEDS = st.lists(
    st.tuples(st.sampled_from(CUSTOMERS), st.sampled_from([*RANKS, "reward", "back", "erased"])), max_size=14
)
ROWS = (keys.CUSTOMER, keys.IN_SEGMENT, keys.DUE, keys.MOVE, keys.REWARD, keys.REWARDS_OF_DAY, keys.SIZE)


def publish(log: Log, deeds: list[tuple[str, str]]) -> None:
    """Let customers move, be rewarded, be taken back and be erased, a day apart."""
    stands: dict[str, str | None] = {}
    moves: dict[str, list[SegmentTransitioned]] = {}
    for number, (customer, deed) in enumerate(deeds):
        at = BEGIN + number * DAY
        if deed == "reward":
            log.grant(customer, "welcome", at, number + 1)
        elif deed == "back" and moves.get(customer):
            gone = moves[customer].pop()
            log.retract(gone)
            stands[customer] = gone.from_segment
            log.stand(customer, gone.from_segment, at)
        elif deed == "erased" and customer in stands:
            log.move(customer, stands.pop(customer), None, at, cause="erasure", stands=False)
            log.erase(customer, at)
            moves.pop(customer, None)
        elif deed in RANKS and stands.get(customer) != deed:
            ahead = Next(at + 30 * DAY, "inactive") if deed != "inactive" else None
            moves.setdefault(customer, []).append(log.move(customer, stands.get(customer), deed, at, ahead=ahead))
            stands[customer] = deed


def rows(view: View, families: tuple[bytes, ...]) -> dict[bytes, object]:
    """Read families of a view."""
    ends = [(family, keys.end(family)) for family in families]
    return {key: view.db.get(key) for start, end in ends for key in scan(view.db, start, end, -1)}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS, cuts=st.lists(st.tuples(st.sampled_from([0, 1, 2]), st.integers(1, 5)), max_size=30))
def test_pieces_and_order_of_reading_do_not_matter(
    views: tuple[View, View], deeds: list[tuple[str, str]], cuts: list[tuple[int, int]]
) -> None:
    whole, cut = views
    for view in views:
        view.forget()
    log = Log(whole)
    publish(log, deeds)
    logs = [[record for record in log.waiting if record.topic == topic] for topic in cut.sources]
    log.flush()
    for number, size in [*cuts, (0, 99), (1, 99), (2, 99)]:
        piece, logs[number] = logs[number][:size], logs[number][size:]
        if piece:
            cut.apply(piece[0].topic, 0, piece, piece[-1].offset + 1)
    erased = any(deed == "erased" for _, deed in deeds)
    # A move that was taken back of somebody erased stays counted where her tombstone was read before.
    families = ROWS if erased else (*ROWS, keys.MOVES_OF_DAY)
    assert rows(cut, families) == rows(whole, families)
    assert cut.sizes == whole.sizes
    _check_level(cut)


def _check_level(view: View) -> None:
    """Reckon sizes and indexes anew from the customers."""
    found = rows(view, (keys.CUSTOMER,))
    customers = {key[1:]: decode_row(row) for key, row in found.items() if isinstance(row, bytes)}
    standing = {
        keys.under(keys.IN_SEGMENT, row.segment.encode()) + key for key, row in customers.items() if row.segment
    }
    due = {
        keys.under(keys.DUE, row.segment.encode()) + keys.long(row.next_at) + key
        for key, row in customers.items()
        if row.segment and row.next_at is not None
    }
    assert rows(view, (keys.IN_SEGMENT,)).keys() == standing
    assert rows(view, (keys.DUE,)).keys() == due
    sizes = {segment: size for segment, size in view.sizes.items() if size}
    names = [row.segment or "" for row in customers.values()]
    assert sizes == {name: names.count(name) for name in names}
