"""What Prometheus is told of the control topic: what is in force now, not what was when the worker started."""

from prometheus_client import CollectorRegistry

from app.control.metrics import ControlCollector
from app.control.view import ControlView
from app.metrics import Metrics
from tests.builders import DAY, SEED, T0
from tests.control.records import SEED_TEXT, policy, version

FIXED = SEED_TEXT.replace("id: seed", "id: fixed").replace("quantiles: [33%, 67%], initial:", "at_least:")
NAMES = ("version", "initial", "age_seconds")


def told(registry: CollectorRegistry) -> tuple[float | None, ...]:
    return tuple(registry.get_sample_value(f"segue_cut_points_{name}") for name in NAMES)


def test_cut_points_and_policy_are_those_in_force_at_the_moment() -> None:
    view, registry, now = ControlView(), CollectorRegistry(), [T0]
    registry.register(ControlCollector(view, lambda: now[0]))
    assert told(registry) == (None, None, None)
    view.take(policy(1, 0))
    assert told(registry) == (0, 1, None)
    one = version(1, T0 + 1)
    view.take(one)
    assert told(registry) == (0, 1, None)
    now[0] = T0 + 1
    assert told(registry) == (1, 0, (T0 + 1 - one.frozen_at) / 1000)
    assert registry.get_sample_value("segue_policy_info", {"policy": "seed", "version": "1"}) == 1
    view.take(policy(2, T0 + DAY, document=FIXED))
    now[0] = T0 + DAY
    assert told(registry) == (0, 0, None)
    assert registry.get_sample_value("segue_policy_info", {"policy": "fixed", "version": "1"}) == 1


def test_under_the_clock_of_the_stream_it_is_as_late_as_the_furthest_partition() -> None:
    view, metrics = ControlView(), Metrics(CollectorRegistry(), SEED)
    metrics.watch_control(view, "stream")
    view.take(policy(1, 0))
    view.take(version(1, T0))
    assert told(metrics.registry)[0] == 0
    metrics.partitions.clock.labels("0").set(T0 / 1000 - 1)
    metrics.partitions.clock.labels("1").set(T0 / 1000)
    assert told(metrics.registry)[0] == 1
