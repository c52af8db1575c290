"""`segue policy test`: what customers do in scenarios, and whether a policy makes of it what is expected."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.clear_errors import clear_errors
from app.printing import print_object

if TYPE_CHECKING:
    from app.scenarios.playing import Played

DIFFERENCES = 3


def test_policy(
    scenarios: Annotated[Path, typer.Argument(metavar="SCENARIOS", help="A .yaml file of scenarios.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,  # noqa: PT028  # no test
) -> None:
    """Play every scenario of a file against its policy; exit code 3 if any ends otherwise than expected.

    All facts are known from the start, nothing comes late. Quantiles have the policy's initial cut points.
    deploy/examples/scenarios.yaml shows the language.
    """
    from app.scenarios.file import read_scenarios  # noqa: PLC0415  # keeps other commands quick to start
    from app.scenarios.playing import play  # noqa: PLC0415  # as above

    with clear_errors():
        file = read_scenarios(scenarios)
        played = [play(scenario, file) for scenario in file.scenarios]
    failed = sum(bool(one.differences) for one in played)
    if as_json:
        told: dict[str, object] = {"policy": file.policy.id, "ok": len(played) - failed, "failed": failed}
        told["scenarios"] = [_told(one) for one in played]
        print_object(told)
    else:
        _tell(played, failed)
    raise typer.Exit(DIFFERENCES if failed else 0)


def _tell(played: "list[Played]", failed: int) -> None:
    for one in played:
        sys.stdout.write(f"{'FAILED' if one.differences else 'ok    '}  {one.name}\n")
        for difference in one.differences:
            sys.stdout.write(f"        {difference.path}\n")
            sys.stdout.write(f"          expected {difference.expected}\n          got      {difference.got}\n")
    sys.stdout.write(f"{len(played)} scenarios: {len(played) - failed} ok, {failed} failed\n")


def _told(one: "Played") -> dict[str, object]:
    differences = [difference._asdict() for difference in one.differences]
    return {"name": one.name, "line": one.line, "ok": not differences, "differences": differences}
