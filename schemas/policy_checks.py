"""A policy document in, whose parts are each well-formed; what is wrong between them out."""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final, Literal, NamedTuple

from schemas.closed import Mistake
from schemas.currencies import EXPONENTS
from schemas.policy_document import PolicyDocument
from schemas.segment_list import segment_mistakes
from schemas.segment_space import Space


def mistakes(document: PolicyDocument, unread: AbstractSet[str] = frozenset()) -> Iterator[Mistake]:
    """Tell what is wrong with a document as a whole; what hangs on an unread part is not looked at."""
    wrong = set(unread)
    for check in _CHECKS:
        if not check.reads & unread:
            for place, message in check.find(document):
                wrong.add(check.place[0])
                yield (*check.place, *place), message
    if not wrong & _PLACING:
        for segment in Space(document.compile("")).unreached():
            index = next(i for i, rule in enumerate(document.segments) if rule.id == segment)
            yield ("segments", index), f"{segment} can never be reached"


class _Check(NamedTuple):
    """Something that must hold between parts of a document."""

    place: tuple[str, ...]
    reads: frozenset[str]
    find: Callable[[PolicyDocument], Iterator[Mistake]]


def _currency(document: PolicyDocument) -> Iterator[Mistake]:
    if document.currency not in EXPONENTS:
        yield (), "no currency of ISO 4217"


def _scores(document: PolicyDocument) -> Iterator[Mistake]:
    yield from document.scores.mistakes(document.references().exponent)


def _segments(document: PolicyDocument) -> Iterator[Mistake]:
    names = document.references()
    yield from segment_mistakes(document.segments, document.scores.cells(), document.no_orders, names)


def _no_orders(document: PolicyDocument) -> Iterator[Mistake]:
    if document.no_orders is not None and document.no_orders not in document.references().ranks:
        yield (), f"there is no segment {document.no_orders}"


def _items(part: Literal["rewards", "caps", "budgets", "journeys"]) -> Callable[[PolicyDocument], Iterator[Mistake]]:
    def find(document: PolicyDocument) -> Iterator[Mistake]:
        ids, names = set[str](), document.references()
        for index, item in enumerate(getattr(document, part)):
            if item.id in ids:
                yield (index, "id"), f"an id stands twice: {item.id}"
            ids.add(item.id)
            for place, message in item.mistakes(names):
                yield (index, *place), message

    return find


_PLACING: Final = frozenset({"currency", "window", "scores", "segments", "no_orders", "engagement"})
"""What decides who is placed where."""
_WHERE: Final = frozenset({"currency", "scores", "segments", "brink"})
_CHECKS: Final = (
    _Check(("currency",), frozenset({"currency"}), _currency),
    _Check(("scores",), frozenset({"currency", "scores"}), _scores),
    _Check(("segments",), frozenset({"currency", "scores", "segments", "no_orders", "engagement"}), _segments),
    _Check(("no_orders",), frozenset({"segments", "no_orders"}), _no_orders),
    _Check(("rewards",), _WHERE | {"rewards", "budgets", "journeys"}, _items("rewards")),
    _Check(("caps",), frozenset({"rewards", "caps"}), _items("caps")),
    _Check(("budgets",), frozenset({"currency", "rewards", "budgets"}), _items("budgets")),
    _Check(("journeys",), _WHERE | {"rewards", "journeys", "engagement"}, _items("journeys")),
)
