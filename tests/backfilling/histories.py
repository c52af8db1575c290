"""Event files in, the history that is read from them out."""

import io
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from app.backfilling import record_sorter
from app.backfilling.history import History
from app.backfilling.reading import read_history
from app.simulate.counts import Counts
from app.simulate.progress import Progress
from tests.builders import DAY, T0
from tests.oracle.events import cancellation, engaged, erasure, order, profile, refund

NOW: Final = T0 + 400 * DAY
EVERYTHING: Final = [
    order("1", T0, 1_000, lines=[{"sku": "85123A", "quantity": 6}]),
    order("2", T0 + DAY, 2_000, customer_id="bob"),
    refund("r-1", "1", T0 + 2 * DAY, 500),
    cancellation("2", T0 + 3 * DAY, customer_id="bob"),
    engaged("e-1", T0 + 4 * DAY, context={"page": "/thanks"}),
    profile("p-1", T0 + 5 * DAY, "email", email=True),
    erasure("x-1", T0 + 6 * DAY, customer_id="bob"),
]
"""One of each."""


@contextmanager
def read(scratch: Path, *files: Path, latest: int = NOW, limit: int = record_sorter.LIMIT) -> Iterator[History]:
    """Read files; the history is there as long as the `with` block."""
    with counted(scratch, *files, latest=latest, limit=limit) as (history, _):
        yield history


@contextmanager
def counted(
    scratch: Path, *files: Path, latest: int = NOW, limit: int = record_sorter.LIMIT
) -> Iterator[tuple[History, Counts]]:
    """The same, with what was counted."""
    with closing(History(scratch, limit)) as history:
        yield history, read_history(files, "GBP", latest, history, Progress(io.StringIO()))
