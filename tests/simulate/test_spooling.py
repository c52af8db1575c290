"""Facts and lines that do not fit into memory: the same out as if they did."""

from io import BytesIO
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.simulate.fact_log import FactLog
from app.simulate.judging import judge_line
from app.simulate.sorting import BLOCK, LineSorter
from app.simulate.spool import Spool
from schemas.facts import Fact
from schemas.instants import DAY_MS
from schemas.rejections import Rejected
from tests.builders import T0, new_directory
from tests.oracle.events import engaged, order, profile, refund
from tests.simulate.files import ndjson


def filled(log: FactLog, lines: list[bytes], batch: int) -> dict[str, list[Fact]]:
    """Add in batches, and go through all customers twice."""
    for first in range(0, len(lines), batch):
        entries = [judge_line(line) for line in lines[first : first + batch]]
        log.add([entry for entry in entries if not isinstance(entry, Rejected)])
    assert log.facts == len(lines)
    found, again = list(log.customers()), list(log.customers())
    assert found == again
    assert len(dict(found)) == len(found)
    return dict(found)


@settings(max_examples=60)
@given(st.data(), st.integers(1, 20), st.booleans())
def test_a_spooled_log_is_that_of_the_memory(data: st.DataObject, limit: int, stamped: bool) -> None:  # noqa: FBT001
    events = []
    for number in range(data.draw(st.integers(1, 60))):
        customer = data.draw(st.sampled_from(["ann", "bob", "cid", "é,\"x'"]))
        more = {"recorded_at": T0 + data.draw(st.integers(0, 5))} if stamped and data.draw(st.booleans()) else {}
        event = data.draw(
            st.sampled_from(
                [
                    order(str(number), T0 + number, number, base_total={"amount_minor": 1, "currency": "EUR"}),
                    order(str(number), T0 + number, number),
                    refund(f"r{number}", None, T0 + number, number),
                    refund(f"r{number}", str(number), T0 + number, number),
                    engaged(f"e{number}", T0 + number, "review_posted", 5, answer="\n"),
                    profile(f"p{number}", T0 + number, "email", email=False),
                ]
            )
        )
        events.append({**event, "customer_id": customer, **more})
    lines = ndjson(events).splitlines()
    with new_directory() as directory:
        spooled = FactLog(Spool(directory / "spool"), limit)
        held = filled(FactLog(Spool(directory / "none")), lines, 7)
        assert filled(spooled, lines, 7) == held
        spooled.close()
        assert list(directory.iterdir()) == []
    for customer, facts in held.items():
        hers = [event for event in events if event["customer_id"] == customer]
        if any("recorded_at" in event for event in events):
            hers.sort(key=lambda event: event.get("recorded_at", event["occurred_at"]))
        assert [fact.event_id for fact in facts] == [event["event_id"] for event in hers]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(-3, 9), st.text(max_size=2)), unique=True),
    st.sampled_from([1, DAY_MS // 3]),
    st.integers(1, 7),
)
def test_spilled_lines_come_out_sorted(drawn: list[tuple[int, str]], apart: int, limit: int) -> None:
    keys = [(number * apart, text) for number, text in drawn]
    with new_directory() as directory:
        sorter, file = LineSorter(Spool(directory / "spool"), limit), BytesIO()
        for number, (at, text) in enumerate(keys):
            sorter.add((at, text, number, f"{at}{text!r}".encode()))
        sorter.write(file)
        assert list(directory.iterdir()) == []
    assert file.getvalue() == b"".join(f"{at}{text!r}\n".encode() for at, text in sorted(keys))


def test_runs_longer_than_a_block_are_merged(tmp_path: Path) -> None:
    sorter, file = LineSorter(Spool(tmp_path / "spool"), 2 * BLOCK + 1), BytesIO()
    numbers = [(n * 7919) % 30_011 for n in range(30_011)]
    for number in numbers:
        sorter.add((f"{number:05}", f"{number:05}".encode()))
    sorter.write(file)
    assert file.getvalue().split() == [f"{number:05}".encode() for number in range(30_011)]


def test_frames_come_back_by_number_while_others_are_added(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool")
    assert not spool
    spool.add(1, b"a")
    spool.add(0, b"b")
    frames = spool.frames(1)
    spool.add(1, b"")
    spool.add(0, b"cc")
    assert (list(frames), list(spool.frames(0)), spool.numbers()) == ([b"a", b""], [b"b", b"cc"], [0, 1])
    assert list(spool.frames(7)) == []
