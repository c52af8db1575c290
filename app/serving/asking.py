"""What handlers are given: the view, the checked request, the time; and what they may give."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Literal

from aiohttp import web
from msgspec import Struct

from app.control.view import ControlView
from app.serving.answers import Problem
from app.serving.hub import Hub
from app.serving.keyring import Keyring
from app.serving.level import Level
from app.serving.limits import Buckets
from app.serving.metrics import ServingMetrics
from app.serving.parameters import Parameter
from app.serving.tokens import Scope
from app.serving.view import View
from app.serving.workers import Workers
from app.settings import ServingSettings
from schemas.policy import Policy


def wall_ms() -> int:
    """Give the instant (epoch ms)."""
    return int(time.time() * 1000)


@dataclass(slots=True)
class Desk:
    """What all requests share."""

    settings: ServingSettings
    view: View
    level: Level
    hub: Hub
    metrics: ServingMetrics
    keyring: Keyring | None
    """None: nobody needs a token."""
    buckets: Buckets
    policy: Policy | None = None
    """What SEGUE_POLICY names."""
    control: ControlView = field(default_factory=ControlView)
    """Policies and cut points, as far as the control topic has been read."""
    workers: Workers | None = None
    """None: the health of workers is not looked at."""
    workers_ended_at: int | None = None
    """Since this instant (epoch ms) there are none to ask: what they told last stays."""
    now: Callable[[], int] = wall_ms
    asked: int = 0
    """Requests that are being answered."""


@dataclass(slots=True)
class Ask:
    """One request that may be answered."""

    desk: Desk
    request: web.Request
    values: dict[str, Any]
    """What the query asks for, every parameter with a value."""
    key: bytes = b""
    """The id in the path."""

    @property
    def view(self) -> View:
        """The view to answer from."""
        return self.desk.view


Given = Struct | Problem | web.StreamResponse
"""An answer, a refusal, or a response that is written already."""


@dataclass(frozen=True, slots=True)
class Route:
    """A path, who may ask it for what, and how it is answered; `/openapi.json` is made of routes."""

    path: str
    scope: Scope
    says: str
    answers: type[Struct] | None
    """None: a stream of events."""
    handler: Callable[[Ask], Awaitable[Given]]
    parameters: tuple[Parameter, ...] = ()
    method: Literal["GET", "POST"] = "GET"
    refusals: tuple[int, ...] = ()
    """Statuses beyond those that every route has."""
    names: Literal["customer", "segment"] | None = field(default=None)
    """Whose id the path has."""
