"""The segments of a policy document in; what keeps their list from placing everyone in exactly one of them out."""

from collections.abc import Iterator, Sequence
from typing import Final

from schemas.closed import Mistake
from schemas.references import References
from schemas.segment_document import SegmentDocument

SHOWN: Final = 20
"""So many cells without a segment are named."""


def segment_mistakes(
    segments: Sequence[SegmentDocument], cells: Sequence[str], no_orders: str | None, names: References
) -> Iterator[Mistake]:
    """Tell what is wrong with the list; `cells` are those that the scores make."""
    yield from _ids_and_ranks(segments, no_orders)
    for index, segment in enumerate(segments):
        if segment.when is not None:
            for place, message in segment.when.mistakes(names):
                yield (index, "when", *place), message
    yield from _cells(segments, cells)
    yield from _totality(segments, cells)


def _ids_and_ranks(segments: Sequence[SegmentDocument], no_orders: str | None) -> Iterator[Mistake]:
    ids = set[str]()
    for index, segment in enumerate(segments):
        if segment.id in ids:
            yield (index, "id"), f"an id stands twice: {segment.id}"
        ids.add(segment.id)
        if not segment.has_rule and segment.id != no_orders:
            yield (index,), "give exactly one of cells, when, otherwise"
    if len({segment.rank is None for segment in segments}) > 1:
        yield (), "give a rank to all or to none"


def _cells(segments: Sequence[SegmentDocument], cells: Sequence[str]) -> Iterator[Mistake]:
    owners: dict[str, str] = {}
    for index, segment in enumerate(segments):
        for cell in segment.cells or ():
            if cell not in cells:
                yield (index, "cells"), f"there is no cell {cell!r}" if cells else "without scores there are no cells"
            elif cell in owners:
                yield (index, "cells"), f"cell {cell} is in {owners[cell]} and in {segment.id}"
            else:
                owners[cell] = segment.id


def _totality(segments: Sequence[SegmentDocument], cells: Sequence[str]) -> Iterator[Mistake]:
    """Tell who has no segment, and what stands behind the rule that takes whoever is left."""
    ruled = [index for index, segment in enumerate(segments) if segment.has_rule]
    ends = [index for index in ruled if segments[index].otherwise]
    for index in ends:
        if index != ruled[-1]:
            yield (index, "otherwise"), "otherwise stands last: no rule behind it is ever asked"
    if ends:
        return
    if not ruled or any(segments[index].when is not None for index in ruled):
        yield (), "not everyone has a segment: the last rule must be otherwise: true"
        return
    named = {cell for segment in segments for cell in segment.cells or ()}
    left = [cell for cell in cells if cell not in named]
    if left:
        more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
        yield (), f"no segment for {', '.join(left[:SHOWN])}{more}"
