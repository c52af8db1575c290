"""What a fault may lay hands on, and how a stretch of time in which nothing is done passes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from tests.brokers.apache import ApacheKafka
from tests.brokers.cluster import Member
from tests.brokers.proxy import Proxy
from tests.faults.fleet import Fleet


@dataclass(frozen=True)
class Ground:
    """A deployment at work."""

    running: Fleet
    broker: ApacheKafka
    proxy: Proxy
    """Between the workers and the broker, in the trials that ask for it."""
    cluster: Sequence[Member] = ()
    """The brokers, where there are several."""


def last(seconds: float) -> None:
    """Let a fault last: it is there to be longer than somebody's timeout, which nothing but time brings about."""
    time.sleep(seconds)
