"""Figures of rounds: medians, the table, what is a fault, and JSON there and back."""

from pathlib import Path

import pytest

from tests.bench.peers import conditions, rounds
from tests.bench.peers.judgement import faults, notes
from tests.bench.peers.options import options
from tests.bench.peers.spread import spread
from tests.bench.peers.table import table


def run(peer: str, number: int, per_cpu: float, *, missing: int = 0, surplus: int = 0) -> rounds.Throughput:
    return rounds.Throughput(
        peer=peer,
        round=number,
        orders=1_000,
        per_cpu_second=per_cpu,
        per_second=per_cpu / 2,
        whole_per_second=per_cpu / 4,
        core_share=0.9,
        waited_share=0.1,
        peak_rss=100 << 20,
        peak_tree=(110 + number) << 20,
        published=300,
        missing=missing,
        surplus=surplus,
        state_bytes=50_000,
        changelog_bytes=200_000,
    )


def latency(rate: int, p50: float, late: int = 0, paced: float | None = None) -> rounds.Latency:
    return rounds.Latency(
        peer="segue", round=0, rate=rate, paced=paced or rate, p50=p50, p99=2 * p50, produced=10 * rate, late=late
    )


def restart(kept: float, lost: float) -> rounds.Restart:
    return rounds.Restart(peer="segue", round=0, customers=1_000, rows=1_000_000, kept_s=kept, lost_s=lost)


def cells(text: str) -> dict[str, dict[str, str]]:
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
    return {f"{row[0]}, {row[1]}": dict(zip(head, row, strict=True)) for row in rows}


def test_a_spread_is_the_median_and_the_range() -> None:
    found = spread([3.0, None, 1.0, 10.0])
    assert found == (3.0, 1.0, 10.0, 3)
    assert found is not None
    assert found.told() == "3 (1-10)"
    assert found.told(1) == "3.0 (1.0-10.0)"
    assert spread([None]) is None
    one = spread([1234.0])
    assert one is not None
    assert one.told() == "1,234"


def test_every_figure_has_its_column() -> None:
    measured: list[rounds.Any] = [
        run("segue", n, cpu) for n, cpu in enumerate((30_000, 10_000, 20_000, 50_000, 40_000))
    ]
    measured += [run("faust", 0, 1_500), latency(1_000, 40.0), latency(10_000, 90.0), restart(2.0, 7.0)]
    row = cells(table(measured))["Segue, exactly once"]
    assert row["events per CPU-second"] == "30,000 (10,000-50,000)"
    assert row["x plain Faust"] == "20.0"
    assert row["events per second"] == "15,000 (5,000-25,000)"
    assert row["peak RSS / tree, MiB"] == "100 / 114"
    assert row["p50 / p99 ms at 1,000/s"] == "40 / 80"
    assert row["p50 / p99 ms at 10,000/s"] == "90 / 180"
    assert (row["restart, s"], row["without its disk, s"], row["recovery, rows/s"]) == ("2.0", "7.0", "200,000")
    assert (row["disk, bytes per event"], row["changelog, bytes per event"]) == ("50", "200")
    assert (row["moves"], row["missing"], row["too many"], row["out of order"]) == ("1,500", "0", "0", "0")


def test_what_was_not_measured_is_left_out() -> None:
    found = cells(table([run("quix", 0, 10_000)]))
    assert list(found) == ["Quix Streams, at least once"]
    row = found["Quix Streams, at least once"]
    assert {row[name] for name in ("x plain Faust", "restart, s", "recovery, rows/s", "p50 / p99 ms at 1,000/s")} == {
        "·"
    }


def test_a_worker_that_falls_behind_has_no_percentiles() -> None:
    row = cells(table([latency(10_000, 9_000.0, late=25_000)]))["Segue, exactly once"]
    assert row["p50 / p99 ms at 10,000/s"] == "behind: 25% late"


def test_a_recovery_as_quick_as_a_restart_is_a_bound() -> None:
    assert cells(table([restart(4.0, 4.1)]))["Segue, exactly once"]["recovery, rows/s"] == "over 2,000,000"


def test_missing_moves_and_failures_are_faults_of_anyone() -> None:
    assert list(faults([run("segue", 0, 1.0), run("faust", 0, 1.0)])) == []
    assert len(list(faults([run("faust", 0, 1.0, missing=1)]))) == 1
    assert len(list(faults([rounds.Failure(peer="quix", round=1, doing="latency", why="it ended")]))) == 1


@pytest.mark.parametrize(("peer", "broken"), [("kstreams-eos", 1), ("segue", 1), ("faust", 0), ("kstreams", 0)])
def test_too_many_moves_break_only_a_promise_that_was_made(peer: str, broken: int) -> None:
    measured = [run(peer, 0, 1.0, surplus=2)]
    assert len(list(faults(measured))) == broken
    assert len(list(notes(measured))) == 1 - broken


def test_readers_are_told_of_a_pace_that_was_not_kept() -> None:
    assert list(notes([latency(1_000, 5.0)])) == []
    assert len(list(notes([latency(10_000, 5.0, paced=8_000.0)]))) == 1


def test_figures_come_back_from_their_file(tmp_path: Path) -> None:
    of = conditions.conditions(options([]), compiled=False)
    failure = rounds.Failure(peer="quix", round=1, doing="latency", why="it ended")
    built = rounds.Build(peer="segue", round=0, customers=1, state_bytes=2)
    document = rounds.Document(of, [run("segue", 0, 1.5), latency(1_000, 5.0), built, restart(1.0, 2.0), failure])
    document.write(tmp_path / "rounds.json")
    assert rounds.read(tmp_path / "rounds.json") == document
    assert "500,000 orders" in conditions.told(of)


def test_a_command_line_names_peers_and_sections() -> None:
    asked = options(["--peers", "segue,quix-eos", "--sections", "restart,recovery", "--rounds", "1"])
    assert asked.peers == ("segue", "quix-eos")
    assert asked.sections == {"restart", "recovery"}
    assert options([]).rounds == 5
    for wrong in (["--peers", "flink"], ["--sections", "all"], ["--rounds", "0"]):
        with pytest.raises(SystemExit):
            options(wrong)
