"""`segue policy promote|rollback|history`: which policy a running deployment goes by, from which instant on."""

import asyncio
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.clear_errors import clear_errors, read_settings
from app.instant_option import instant_option
from app.printing import print_object
from schemas.instants import rfc3339

if TYPE_CHECKING:
    from app.control.view import ControlView
    from app.policies.rollout import Rollout
    from app.settings import Settings
    from schemas.control import PolicyRecord

At = Annotated[
    str | None,
    typer.Option(metavar="T", help="When it takes effect: RFC 3339 with an offset, or epoch ms. A minute from now."),
]
DryRun = Annotated[bool, typer.Option(help="Only say what would be promoted.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]


def promote(
    name: Annotated[str, typer.Argument(metavar="POLICY", help="A .yaml file, or the name of a pack: seed ...")],
    *,
    at: At = None,
    silent: Annotated[bool, typer.Option(help="Publish none of the moves that the change itself causes.")] = False,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """Let another policy take effect, at one instant for all customers of all workers.

    What the state is built by stays: currency, window, orders, engagement.kinds and late.horizon.
    """
    instant = instant_option("--at", at) if at is not None else None
    from app.policies.rollout import promote as promoted  # noqa: PLC0415  # keeps other commands quick to start

    with clear_errors():
        rollout = asyncio.run(promoted(_settings(), name, at=instant, silent=silent, dry_run=dry_run))
    _tell(rollout, dry_run=dry_run, as_json=as_json)


def rollback(*, at: At = None, dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Let the policy before the newest take effect anew."""
    instant = instant_option("--at", at) if at is not None else None
    from app.policies.rollout import rollback as rolled_back  # noqa: PLC0415  # as above

    with clear_errors():
        rollout = asyncio.run(rolled_back(_settings(), at=instant, dry_run=dry_run))
    _tell(rollout, dry_run=dry_run, as_json=as_json)


def history(*, as_json: AsJson = False) -> None:
    """Show every policy of the deployment and when it takes effect; as JSON with its text, and all cut points."""
    from app.policies.rollout import history as read  # noqa: PLC0415  # as above

    with clear_errors():
        view = asyncio.run(read(_settings()))
    if as_json:
        policies = [_record(one) | {"document": one.document} for one in view.policies]
        versions = [_plain(one) for one in view.cut_points]
        print_object({"policies": policies, "cut_points": versions})
    else:
        sys.stdout.writelines(f"{line}\n" for line in _history(view))


def _settings() -> "Settings":
    """Read the environment; what clients say of brokers, our one error says better."""
    from app.logs import configure_logging  # noqa: PLC0415  # as above

    settings = read_settings()
    configure_logging(settings.model_copy(update={"log_level": "error", "log_format": "text"}))
    return settings


def _tell(rollout: "Rollout", *, dry_run: bool, as_json: bool) -> None:
    from app.policies.wording import difference_in_words  # noqa: PLC0415  # as above

    record = rollout.record
    if as_json:
        told = _record(record) | {
            "dry_run": dry_run,
            "differences": [change._asdict() for change in rollout.differences],
        }
        print_object(told)
        return
    does = "would take" if dry_run else "takes"
    quietly = ", and none of the moves that it causes is published" if record.silent else ""
    sys.stdout.write(f"policy {record.number} ({record.id}) {does} effect at {_when(record)}{quietly}\n")
    sys.stdout.writelines(f"  {difference_in_words(change)}\n" for change in rollout.differences)


def _history(view: "ControlView") -> Iterator[str]:
    """Write a policy a line, and the newest cut points."""
    now = int(time.time() * 1000)
    reached = [one.number for one in view.policies if one.effective_at <= now]
    for one in view.policies:
        state = "ahead" if one.effective_at > now else "in force" if one.number == reached[-1] else "before"
        silent = "  silent" if one.silent else ""
        yield f"{one.number:>3}  {_when(one):24}  {state:8}  {one.fingerprint}  {one.id}{silent}"
    if not view.policies:
        yield "no policy yet: the first worker publishes one"
    if view.cut_points:
        newest = view.cut_points[-1]
        yield (
            f"cut points: version {newest.version}, frozen at {rfc3339(newest.frozen_at)} over {newest.customers:,} "
            f"customers, in force from {rfc3339(newest.effective_at)} on"
        )


def _when(record: "PolicyRecord") -> str:
    return rfc3339(record.effective_at) if record.effective_at else "from the beginning"


def _record(record: "PolicyRecord") -> dict[str, Any]:
    return {name: value for name, value in _plain(record).items() if name != "document"}


def _plain(record: Any) -> dict[str, Any]:
    import msgspec  # noqa: PLC0415  # as above

    return {name: value for name, value in msgspec.to_builtins(record).items() if name != "kind"}
