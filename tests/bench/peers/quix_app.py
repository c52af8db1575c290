"""The job in Quix Streams: a stateful update of the key's state, its moves to a topic, defaults unless BENCH_QUICK."""

import os
from typing import Any

from quixstreams import Application  # type: ignore[import-not-found,unused-ignore]  # in its own environment

from tests.bench import rule

ENVIRONMENT = os.environ
QUICK = ENVIRONMENT["BENCH_QUICK"] == "yes"


def place(order: dict[str, Any], customer: Any) -> list[dict[str, Any]]:
    """Take an order; gives its moves."""
    state, moves = rule.order(customer.get("state"), order["occurred_at"], order["total"]["amount_minor"])
    customer.set("state", state)
    return [_told(order, move) for move in moves]


def _told(order: dict[str, Any], move: rule.Move) -> dict[str, Any]:
    return {
        "customer_id": order["customer_id"],
        "from": move.origin,
        "to": move.target,
        "direction": rule.direction(move),
        "cause": {"type": "order", "event_id": order["event_id"]},
        "effective_at": move.at,
    }


def main() -> None:
    """Run until SIGTERM."""
    quick: dict[str, Any] = {"commit_interval": 0.1, "producer_extra_config": {"linger.ms": 0}} if QUICK else {}
    app = Application(
        broker_address=ENVIRONMENT["BENCH_BOOTSTRAP"],
        consumer_group=ENVIRONMENT["BENCH_APP_ID"],
        auto_offset_reset="earliest",
        state_dir=ENVIRONMENT["BENCH_DIRECTORY"],
        processing_guarantee=ENVIRONMENT["BENCH_GUARANTEE"].replace(" ", "-"),
        **quick,
    )
    orders = app.topic(ENVIRONMENT["BENCH_ORDERS"], key_deserializer="str", value_deserializer="json")
    transitions = app.topic(ENVIRONMENT["BENCH_TRANSITIONS"], key_serializer="str", value_serializer="json")
    app.dataframe(orders).apply(place, stateful=True, expand=True).to_topic(transitions)
    app.run()


if __name__ == "__main__":
    main()
