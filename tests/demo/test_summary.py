"""Moves in, the numbers of the summary and its text out."""

from io import BytesIO, TextIOWrapper
from typing import get_args

import pytest

from app.demo.ending import Speed, ending
from app.demo.report import CAUSES, causes, matrix, standing
from app.demo.style import Style
from app.demo.summary import Way, summarize
from app.settings import Settings
from schemas.transitions import CauseType
from tests.demo.moves import LABELS, move

MOVES = [
    move("ann", None, "loyal", "entry"),
    move("bob", None, "loyal", "entry"),
    move("cid", None, "needs_attention", "entry"),
    move("ann", "loyal", "champions", "up"),
    move("cid", "needs_attention", "champions", "up"),
    move("bob", "loyal", "needs_attention", "down", "decay"),
    move("cid", "champions", "loyal", "down", "refund"),
    move("bob", "needs_attention", None, "exit", "cancellation"),
]
PLAIN = Style()


def test_every_customer_stands_somewhere() -> None:
    assert summarize(MOVES, customers=5).standing == {"champions": 1, "loyal": 1, None: 3}


def test_no_move_at_all() -> None:
    empty = summarize([], customers=0)
    assert (empty.moves, empty.standing.total(), empty.caused_by("decay")) == (0, 0, 0)
    assert list(standing(empty, LABELS, PLAIN))
    assert list(matrix(empty, LABELS, PLAIN))
    assert list(causes(empty, PLAIN))


def test_matrix_counts_each_way_with_its_direction() -> None:
    summary = summarize(MOVES, customers=3)
    assert summary.moves == len(MOVES)
    assert (summary.matrix[Way(None, "loyal")], summary.directions[Way(None, "loyal")]) == (2, "entry")
    assert (summary.matrix[Way("loyal", "champions")], summary.directions[Way("loyal", "champions")]) == (1, "up")
    assert summary.matrix[Way("champions", "needs_attention")] == 0


def test_causes_are_told_apart() -> None:
    summary = summarize(MOVES, customers=3)
    assert summary.causes == {
        ("order", "entry"): 3,
        ("order", "up"): 2,
        ("decay", "down"): 1,
        ("refund", "down"): 1,
        ("cancellation", "exit"): 1,
    }
    assert summary.caused_by("order") == 5


def test_no_cause_is_left_out() -> None:
    assert set(CAUSES) == set(get_args(CauseType))


def test_matrix_marks_up_and_down() -> None:
    assert list(matrix(summarize(MOVES, 3), LABELS, PLAIN))[1:] == [
        "Who went where, in 8 moves (rows: from, columns: to)",
        "                                         Needs",
        "                   Champions  Loyal  attention  (none)",
        "  (new)                    ·      2          1       ·",
        "  Champions                ·    ↓ 1          ·       ·",
        "  Loyal                  ↑ 1      ·        ↓ 1       ·",
        "  Needs attention        ↑ 1      ·          ·       1",
        "  ↑ to a better segment, ↓ to a worse one",
    ]


def test_bars_are_as_long_as_the_segments_are_large() -> None:
    lines = [line.rstrip("█") for line in standing(summarize(MOVES, 5), LABELS, PLAIN)]
    assert lines[:5] == [
        "Where 5 customers stand at the end of the year",
        "  Champions            1  20% ",
        "  Loyal                1  20% ",
        "  Needs attention      0   0%",
        "  (none)               3  60% ",
    ]


def test_decays_stand_beside_what_customers_did() -> None:
    text = list(causes(summarize(MOVES, 3), PLAIN))
    assert text[2:4] == [
        "                  entered       up     down     left   in all",
        "  an order              3        2        ·        ·        5",
    ]
    assert text[-2:] == [
        "  time alone            ·        ·        1        ·        1",
        "  1 of 8 moves (12%) came without any event: only time had passed.",
    ]


def test_colours_are_for_terminals_only() -> None:
    lines = "\n".join(matrix(summarize(MOVES, 3), LABELS, Style(color=True)))
    assert "\x1b[32m      ↑ 1\x1b[0m" in lines
    assert "\x1b" not in "\n".join(matrix(summarize(MOVES, 3), LABELS, PLAIN))


@pytest.mark.parametrize(("encoding", "written"), [("ascii", b"+ GBP 5 Caf?"), ("utf-8", "↑ £5 Café".encode())])
def test_what_a_terminal_cannot_write_is_left_out(encoding: str, written: bytes) -> None:
    stream = TextIOWrapper(BytesIO(), encoding)
    style = Style.of(stream)
    assert style.fit(f"{style.up} £5 Café", stream).encode(encoding) == written


def test_no_color_is_honoured(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = TextIOWrapper(BytesIO(), "utf-8")
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert Style.of(terminal).color
    monkeypatch.setenv("NO_COLOR", "1")
    assert not Style.of(terminal).color


def test_ending_says_where_the_topics_are() -> None:
    settings = Settings(app_id="demo-1", topic_prefix="demo-1.")
    speed = Speed(events=100, seconds=2.0)
    kept = "\n".join(ending(speed, settings, "broker:9092", PLAIN))
    assert "100 events in 2.0 s: 50 events per second" in kept
    assert "--topic demo-1.loyalty.segment-transitions.v1" in kept
    assert "--isolation-level read_committed" in kept
    gone = "\n".join(ending(speed, settings, None, PLAIN))
    assert "Nowhere now" in gone
    assert "make demo KAFKA=host:port" in gone
    assert "CC BY 4.0" in gone
    staying = "\n".join(ending(speed, settings, None, PLAIN, "http://127.0.0.1:1234/"))
    assert "On the page: http://127.0.0.1:1234/" in staying
    assert "Nowhere now" not in staying
