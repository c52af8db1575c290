"""What is known about a customer at one instant, as it is published."""

from msgspec import Struct


class Measures(Struct, frozen=True, gc=False):
    """Ages in ms, money in minor units, scores from 1; what is undefined is None. Fields in wire order."""

    average_order_minor: int | None
    f: int | None
    frequency: int
    m: int | None
    monetary_minor: int
    r: int | None
    recency_ms: int | None
    tenure_ms: int | None
