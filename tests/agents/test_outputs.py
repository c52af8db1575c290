"""Transitions, standings, rewards and messages leave as their golden files have them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from agents.outgoing import Outgoing
from schemas.digests import digest
from tests.agents.golden_files import canonical, golden, told
from tests.agents.stage import Stage
from tests.builders import DAY, T0, TOPICS, Rec
from tests.oracle.events import cancellation, engaged, erasure, order
from tests.oracle.orders import Event

LIFE: dict[str, Callable[[Stage], None]] = {
    "entry": lambda stage: stage.absorb([order("1", T0, 13_912)]),
    "up": lambda stage: stage.absorb([order("2", T0 + DAY, 500)]),
    "down": lambda stage: stage.pass_time(T0 + 100 * DAY),
    "exit": lambda stage: stage.absorb([cancellation(n, T0 + 101 * DAY) for n in ("1", "2")]),
}
"""What makes each move of one customer's life."""


REWARDED: dict[str, list[Event]] = {
    "granted_points": [order("1", T0, 13_912)],
    "granted_gift": [order(str(n), T0 + n * DAY, 20_000) for n in range(2, 4)],
    "withheld": [engaged(f"e{n}", T0 + n * DAY, rating=5) for n in range(4, 9)],
}
"""What makes the last reward of each name."""


@pytest.fixture
def rewards(tmp_path: Path) -> dict[str, Outgoing]:
    """One record of each kind that leaves for the topics of rewards and messages, and the end of a standing."""
    stage = Stage(tmp_path / "db", standings=True)
    found: dict[str, Outgoing] = {}
    for name, events in REWARDED.items():
        stage.absorb(events)
        found[name] = [out for out in stage.outgoing if out.topic == TOPICS.rewards][-1]
    found["message"] = next(out for out in stage.outgoing if out.topic == TOPICS.messages)
    stage.absorb([erasure("x", T0 + 9 * DAY)])
    found["exit_erased"] = [out for out in stage.outgoing if out.topic == TOPICS.transitions][-1]
    stage.close()
    return found


@pytest.mark.parametrize("name", [*REWARDED, "message", "exit_erased"])
def test_a_reward_is_that_of_its_golden_file_and_canonical(name: str, rewards: dict[str, Outgoing]) -> None:
    assert told(rewards[name]) == golden(name)
    assert rewards[name].value == canonical(golden(name)["value"])


def test_the_standing_of_an_erased_customer_has_no_value(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db", standings=True)
    stage.absorb([order("1", T0, 100), erasure("x", T0 + 1)])
    stage.close()
    (*_, last) = (out for out in stage.outgoing if out.topic == TOPICS.customer_segments)
    assert (last.key, last.value, dict(last.headers)["ce_type"]) == (b"ann", None, b"customer.segment")


@pytest.fixture
def life(tmp_path: Path) -> dict[str, Outgoing]:
    """One customer's moves by name, and her standing after the first."""
    stage = Stage(tmp_path / "db", standings=True)
    for live in LIFE.values():
        live(stage)
    stage.close()
    moves = [out for out in stage.outgoing if out.topic == TOPICS.transitions]
    standing = next(out for out in stage.outgoing if out.topic == TOPICS.customer_segments)
    return dict(zip(LIFE, moves, strict=True)) | {"standing": standing}


@pytest.mark.parametrize("name", [*LIFE, "standing"])
def test_a_record_is_that_of_its_golden_file(name: str, life: dict[str, Outgoing]) -> None:
    assert told(life[name]) == golden(name)
    headers = [header for header, _ in life[name].headers]
    assert len(headers) == len(set(headers))


@pytest.mark.parametrize("name", LIFE)
def test_a_transition_is_canonical(name: str, life: dict[str, Outgoing]) -> None:
    assert life[name].value == canonical(golden(name)["value"])


def test_a_standing_is_canonical(life: dict[str, Outgoing]) -> None:
    assert life["standing"].value == canonical(golden("standing")["value"])


def test_a_rejected_record_is_that_of_its_golden_file(tmp_path: Path) -> None:
    stage = Stage(tmp_path / "db")
    value = canonical(order("1", "2010-12-01T08:26:00", 1))
    stage.absorb_records([Rec(value, offset=42, headers=[("trace", b"1"), ("trace", b"2")])])
    stage.close()
    (letter,) = stage.outgoing
    assert told(letter) | {"headers": [[name, text.decode()] for name, text in letter.headers]} == golden("dead_letter")


def test_the_same_customer_and_sequence_have_the_same_event_id_on_every_replay(
    life: dict[str, Outgoing], tmp_path: Path
) -> None:
    again = Stage(tmp_path / "again")
    LIFE["entry"](again)
    again.close()
    (entry,) = (out for out in again.outgoing if out.topic == TOPICS.transitions)
    assert (entry.value, entry.headers) == (life["entry"].value, life["entry"].headers)
    assert len({dict(out.headers)["ce_id"] for out in life.values()}) == len(life)
    assert dict(entry.headers)["ce_id"].decode() == digest("ann\x001")
