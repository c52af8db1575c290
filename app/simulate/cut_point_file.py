"""A history of cut points as a file in, its versions out, checked against the policy; and back."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from app.runtime.errors import SegueError
from schemas.cut_points import CutPoints
from schemas.policy import Policy
from schemas.rejections import UNREADABLE
from schemas.scales import Quantiles

_encode: Final = msgspec.json.Encoder().encode


def read_history(path: Path, policy: Policy) -> list[CutPoints]:
    """Read what `simulate` or a deployment has published; SegueError names the file and the version that is wrong."""
    try:
        versions = msgspec.json.decode(path.read_bytes(), type=list[CutPoints])
    except OSError as error:
        raise SegueError(f"{path}: cannot be read: {error.strerror}") from error
    except UNREADABLE as error:
        raise SegueError(f"{path}: no history of cut points: {error}") from error
    mistake = next(_mistakes(versions, policy), None)
    if mistake is not None:
        raise SegueError(f"{path}: {mistake}")
    return versions


def write_history(versions: Sequence[CutPoints]) -> bytes:
    """Write a version a line."""
    lines = b",\n".join(b"  " + _encode(version) for version in versions)
    return b"[\n" + lines + b"\n]\n" if versions else b"[]\n"


def _mistakes(versions: list[CutPoints], policy: Policy) -> Iterator[str]:
    if not policy.has_quantiles:
        yield f"the policy {policy.id} has no quantiles"
    for number, version in enumerate(versions):
        name = f"version {version.version}"
        before = versions[number - 1] if number else None
        if version.version < 1:
            yield f"{name}: versions begin with 1"
        if before is not None and version.version <= before.version:
            yield f"{name}: comes after version {before.version}"
        if before is not None and version.effective_at <= before.effective_at:
            yield f"{name}: comes into force no later than version {before.version}"
        if version.effective_at < version.frozen_at:
            yield f"{name}: comes into force before it is frozen"
        for measure, quantiles, values in _scores(version, policy):
            yield from (f"{name}: {measure}: {mistake}" for mistake in _misfits(quantiles, values))


def _scores(version: CutPoints, policy: Policy) -> Iterator[tuple[str, Quantiles | None, tuple[int, ...] | None]]:
    recency, frequency, monetary = policy.recency, policy.frequency, policy.monetary
    yield "recency", recency.quantiles if recency else None, version.recency
    yield "frequency", frequency.quantiles if frequency else None, version.frequency
    yield "monetary", monetary.quantiles if monetary else None, version.monetary


def _misfits(quantiles: Quantiles | None, values: tuple[int, ...] | None) -> Iterator[str]:
    if quantiles is None:
        if values is not None:
            yield "the policy has no quantiles of it"
        return
    wanted, found = len(quantiles.shares), len(values or ())
    if values is None or wanted != found:
        yield f"the policy wants {wanted} cut points, here are {found}"
    elif list(values) != sorted(values) or values[0] < 0:
        yield "cut points ascend from 0 or more"
