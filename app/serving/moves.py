"""Records of segment-transitions in; the story of each customer, counts of each day and news out."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import msgspec
from rocksdict import Rdict

from app.serving import keys
from app.serving.draft import Draft, News
from app.serving.erasing import Erased
from app.serving.ranks import Ranks
from app.serving.rows import (
    RETRACTED,
    TRANSITIONED,
    MoveSeen,
    RetractionSeen,
    decode_move,
    decode_retraction,
    json_of,
)
from app.serving.stored import value
from schemas.instants import DAY_MS
from tables.scanning import scan

Told = tuple[Any, MoveSeen | RetractionSeen]
"""A record and what it says."""


def read_moves(records: list[Any], draft: Draft) -> list[Told]:
    """Read what tells of moves; announcements and changes of scores are passed over."""
    told: list[Told] = []
    for record in records:
        kind = ce_type(record) if record.key is not None else b""
        try:
            if kind == b"segment.transitioned":
                told.append((record, decode_move(record.value or b"")))
            elif kind == b"segment.retracted":
                told.append((record, decode_retraction(record.value or b"")))
        except msgspec.DecodeError:
            draft.unreadable += 1
    return told


def looks_back(said: MoveSeen | RetractionSeen) -> bool:
    """Tell whether what came before must be in the database: for a retraction, and when somebody is erased."""
    return isinstance(said, RetractionSeen) or said.cause.type == "erasure"


def pieces(told: list[Told], position: int) -> Iterator[tuple[list[Told], int]]:
    """Cut before whatever looks back; gives each piece with the offset behind it."""
    cuts = [number for number, (_, said) in enumerate(told) if number and looks_back(said)]
    for start, end in pairwise((0, *cuts, len(told))):
        if start < end:
            yield told[start:end], told[end][0].offset if end < len(told) else position


def take_moves(draft: Draft, db: Rdict, told: list[Told], ranks: Ranks, erased: Erased) -> None:
    """Take moves, of which only the first may look back."""
    for record, said in told:
        if isinstance(said, RetractionSeen):
            _count_back(draft, db, record.key, said)
            kind, name = RETRACTED, "segment.retracted"
        else:
            _count(draft, said)
            policy = said.policy.id, said.policy.version
            ranks.note(said.effective_at, policy, said.to, said.to_rank)
            ranks.note(said.effective_at, policy, said.from_segment, said.from_rank)
            if said.cause.type == "erasure":
                erased.erase(draft, db, record.key, said.effective_at)
            kind, name = TRANSITIONED, "segment.transitioned"
        if not erased.hides(record.key, said.effective_at):
            key = move_key(record.key, said.sequence)
            place = keys.place(record.partition, record.offset)
            draft.rows[key] = kind + place[1:] + record.value
            draft.news.append(News(record.partition, record.offset, name, key, record.value))


def move_key(customer: bytes, sequence: int) -> bytes:
    """Key of a published move."""
    return keys.under(keys.MOVE, customer) + keys.long(sequence)


def ce_type(record: Any) -> bytes:
    """Say what a record is; b"" if it does not tell."""
    for name, said in record.headers:
        if name == "ce_type":
            return bytes(said or b"")
    return b""


def story(db: Rdict, customer: bytes, before: int | None = None) -> Iterator[tuple[int, bytes]]:
    """Give sequence and event of a customer's moves and retractions, the newest first; `before`: below a sequence."""
    prefix = keys.under(keys.MOVE, customer)
    end = keys.behind(prefix) if before is None else prefix + keys.long(before)
    for key in scan(db, prefix, end, -1, backwards=True):
        yield keys.read_long(key, len(prefix)), value(db, key)


def standing_moves(events: Iterator[tuple[int, bytes]]) -> Iterator[MoveSeen]:
    """Leave out of a story, told backwards, what was taken back; a move may come again under its id."""
    taken_back: dict[str, int] = {}
    for _, event in events:
        if event[:1] == RETRACTED:
            gone = decode_retraction(json_of(event)).transition_id
            taken_back[gone] = taken_back.get(gone, 0) + 1
            continue
        move = decode_move(json_of(event))
        if taken_back.get(move.transition_id):
            taken_back[move.transition_id] -= 1
        else:
            yield move


def _count(draft: Draft, move: MoveSeen, by: int = 1) -> None:
    names = move.from_segment, move.to, move.direction, move.cause.type
    draft.count(keys.MOVES_OF_DAY, move.effective_at // DAY_MS, *names, by=by)


def _count_back(draft: Draft, db: Rdict, customer: bytes, gone: RetractionSeen) -> None:
    """Count a move no longer; one that retention or an erasure has taken stays counted."""
    for move in standing_moves(story(db, customer, gone.sequence)):
        if move.transition_id == gone.transition_id:
            _count(draft, move, by=-1)
            return
