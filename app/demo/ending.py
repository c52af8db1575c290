"""How fast it went, where the topics are and whose data it was: the last lines of the summary."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.demo.style import Style
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Speed:
    """What one worker took in how long."""

    events: int
    seconds: float
    """From the worker's first sign of life to its last transaction."""

    @property
    def per_second(self) -> float:
        """Events per second."""
        return self.events / self.seconds


def ending(speed: Speed, settings: Settings, kafka: str | None, style: Style, page: str | None = None) -> Iterator[str]:
    """Write the last lines; `page` is the address of a page that stays, and with it the broker."""
    yield from ("", style.heading("How fast"))
    yield f"  {speed.events:,} events in {speed.seconds:.1f} s: {speed.per_second:,.0f} events per second"
    yield "  (one worker; broker, reader and example share the machine with it; `make bench` measures properly)"
    yield from ("", style.heading("Where to read it"))
    if page is not None:
        yield f"  On the page: {page}"
    yield from _left(settings, kafka) if kafka is not None else _gone(settings, page)
    yield from (
        "",
        "Data: Chen, D. (2015). Online Retail. UCI Machine Learning Repository, doi:10.24432/C5BW33 (CC BY 4.0).",
    )


def _gone(settings: Settings, page: str | None) -> Iterator[str]:
    topics = settings.topics
    if page is None:
        yield "  Nowhere now: the topics were in the embedded broker, which has ended with this program. They were"
    else:
        yield "  As long as this program runs; the topics are in the embedded broker, which ends with it. They are"
    yield from (f"    {line}" for line in _described(settings))
    yield f"  (a deployment has them without {topics.prefix}). To keep them, use a Kafka of your own:"
    yield "    make demo KAFKA=host:port"


def _left(settings: Settings, kafka: str) -> Iterator[str]:
    topics = settings.topics
    yield f"  On {kafka}, until you delete them:"
    yield from (f"    {line}" for line in _described(settings))
    yield "  Read them with"
    yield f"    kafka-console-consumer.sh --bootstrap-server {kafka} --topic {topics.transitions} \\"
    yield "      --from-beginning --isolation-level read_committed"
    yield "  Delete them with"
    yield f"    kafka-topics.sh --bootstrap-server {kafka} --delete --topic '{settings.app_id}.*'"


def _described(settings: Settings) -> list[str]:
    topics = settings.topics
    rows = [
        (topics.orders, "the shop's orders and refunds"),
        (topics.engagement, "engagement, derived from the orders: made up"),
        (topics.customers, "a few profiles, derived too"),
        (topics.transitions, "every move of every customer"),
        (topics.rewards, "what they were given, and what a limit withheld"),
        (topics.messages, "what messaging systems are asked to send"),
        (topics.alerts, "what people in the shop should look at: nothing, seed has no journeys"),
    ]
    if settings.customer_segments:
        rows.append((topics.customer_segments, "where each customer stands"))
    rows += [(topics.dead_letters, "what could not be read"), (topics.changelog, "the worker's state")]
    rows += [
        (topics.control, "the policy, and the cut points of every week"),
        (topics.freezes, "what those are made of"),
    ]
    widest = max(len(name) for name, _ in rows)
    return [f"{name:<{widest}}  {what}" for name, what in rows]
