"""The same job as a plain Faust agent, as its documentation teaches: one event at a time, a send on change."""

import os
from collections.abc import AsyncIterable
from typing import Any

import faust

from tests.bench import rule

ENVIRONMENT = os.environ
PARTITIONS = int(ENVIRONMENT.get("BENCH_PARTITIONS", "8"))


class Money(faust.Record):
    amount_minor: int
    currency: str


class OrderPlaced(faust.Record, serializer="json"):
    type: str
    event_id: str
    customer_id: str
    occurred_at: int
    order_id: str
    total: Money


app: Any = faust.App(
    ENVIRONMENT.get("BENCH_APP_ID", "plain"),
    broker=f"kafka://{ENVIRONMENT.get('BENCH_BOOTSTRAP', '127.0.0.1:9092')}",
    store="rocksdb://",
    datadir=ENVIRONMENT.get("BENCH_DIRECTORY", "plain-data"),
    topic_partitions=PARTITIONS,
    topic_replication_factor=1,
)
orders = app.topic(
    ENVIRONMENT.get("BENCH_ORDERS", "orders"), key_type=str, key_serializer="raw", value_type=OrderPlaced
)
transitions = app.topic(
    ENVIRONMENT.get("BENCH_TRANSITIONS", "transitions"), key_type=str, key_serializer="raw", value_serializer="json"
)
customers = app.Table("customers", partitions=PARTITIONS, key_type=str)


@app.agent(orders)  # type: ignore[untyped-decorator]  # Faust's apps are Any here
async def place(stream: AsyncIterable[OrderPlaced]) -> None:
    async for order in stream:
        customer = order.customer_id
        state, moves = rule.order(customers.get(customer), order.occurred_at, order.total.amount_minor)
        customers[customer] = state
        for move in moves:
            await transitions.send(
                key=customer,
                value={
                    "customer_id": customer,
                    "from": move.origin,
                    "to": move.target,
                    "direction": rule.direction(move),
                    "cause": {"type": "order", "event_id": order.event_id},
                    "effective_at": move.at,
                },
            )
