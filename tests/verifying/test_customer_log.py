"""Whatever fits into memory: every customer comes once, with everything of hers in the order of the logs."""

from pathlib import Path

from app.simulate.spool import Spool
from app.verifying.customer_log import CustomerLog, History
from app.verifying.entries import Entry, Taken, Told
from tests.builders import T0, fact_of
from tests.oracle.events import engaged, order


def entries() -> list[Entry]:
    """Ten customers' orders of one topic, then their engagement of another, stamped between them."""
    names = [f"c{number}" for number in range(10)]
    orders = [(n, name) for n in range(3) for name in names]
    placed = [Taken(T0 + 10 * n, False, fact_of(order(str(n), T0 + n, 1, customer_id=name))) for n, name in orders]
    told = [Told(name, "transitions", "segment.transitioned", str(n), b"{}") for n, name in orders]
    clicked = [Taken(T0 + 5, True, fact_of(engaged(name, T0 + 9, customer_id=name))) for name in names]
    return [*placed, *told, *clicked]


def gathered(directory: Path, limit: int) -> dict[str, History]:
    log = CustomerLog(Spool(directory / "log"), limit)
    for entry in entries():
        log.add([entry])
    found = dict(log.customers())
    log.close()
    assert not list(directory.iterdir())
    return found


def shown(found: dict[str, History]) -> dict[str, tuple[list[Taken], list[Told]]]:
    return {name: (history.taken, history.told) for name, history in found.items()}


def test_inputs_are_merged_by_the_time_of_their_records_and_outputs_stay_in_order(tmp_path: Path) -> None:
    found = gathered(tmp_path, 1_000)["c3"]
    assert [one.stamp for one in found.taken] == [T0, T0 + 5, T0 + 10, T0 + 20]
    assert [one.ce_id for one in found.told] == ["0", "1", "2"]


def test_what_goes_through_a_file_comes_back_the_same(tmp_path: Path) -> None:
    assert shown(gathered(tmp_path, 7)) == shown(gathered(tmp_path, 1_000))
