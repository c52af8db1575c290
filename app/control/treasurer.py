"""What partitions tell of budgets in, slices on the control topic and alerts out: the work of one worker at a time.

Whoever has partition 0 of the inputs does it. All it knows is in two compacted topics: what was granted on the control
topic, what became of that on the budgets topic. So the next one begins with both, and nothing is granted twice: a grant
is the whole of what a partition has had over all time.
"""

import time
from typing import Any, Final

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition

from app.control.allotting import allot, first_record
from app.control.books import Books
from app.control.budget_alerts import alerts
from app.control.documents import compiled
from app.control.duty import Duty
from app.control.publishing import Publisher
from app.control.reader import ControlReader, fetch_wait_ms
from app.control.view import ControlView
from app.runtime.clients import committed_reader
from app.runtime.sending import Wire
from app.settings import Settings
from app.transactional_ids import budgets_id
from schemas.budgets import decode_report
from schemas.control import BudgetRecord

log = structlog.get_logger("segue.treasurer")

FETCH_WAIT_MS: Final = 500


class Treasurer(Duty):
    """Grants slices of budgets to partitions; begins when a policy has any."""

    def __init__(self, settings: Settings, reader: ControlReader, partitions: int) -> None:
        super().__init__("budgets", settings.kafka.session_timeout_ms)
        self._settings = settings
        self._reader = reader
        self._tp = TopicPartition(settings.topics.budgets, 0)
        self.books = Books(settings.app_id, partitions, reader.view)

    async def work(self) -> None:
        """Fence whoever did it before, read all that was granted and told, and go on from there."""
        await self._reader.until(_has_budgets)
        publisher = Publisher(self._settings, budgets_id(self._settings.app_id))
        consumer = committed_reader(self._settings.kafka, fetch_wait_ms(self._settings.clock))
        try:
            await publisher.start()
            # What the one before had published is committed or void now: look once more.
            await self._reader.level(int(time.time() * 1000))
            await consumer.start()
            await self._grant(consumer, publisher)
        finally:
            self.books.reports.clear()  # metrics tell of budgets only where they are granted
            await publisher.stop()
            await consumer.stop()

    async def _grant(self, consumer: AIOKafkaConsumer, publisher: Publisher) -> None:
        tp = self._tp
        begin, end = (await consumer.beginning_offsets([tp]))[tp], (await consumer.end_offsets([tp]))[tp]
        consumer.assign([tp])
        consumer.seek(tp, begin)
        log.info("budgets are granted here", reports=end - begin)
        while True:
            fetched = (await consumer.getmany(timeout_ms=FETCH_WAIT_MS)).get(tp, ())
            for record in fetched:
                self._take(record)
            if await consumer.position(tp) >= end:
                await self._decide(publisher)
            self.succeeded()

    def _take(self, record: Any) -> None:
        """Keep a report. One that nobody can read is passed over: its partition waits until its next."""
        try:
            self.books.take(decode_report(record.value or b""))
        except msgspec.DecodeError as error:
            log.warning("a report on a budget cannot be used", offset=record.offset, error=str(error))

    async def _decide(self, publisher: Publisher) -> None:
        """Publish what follows of the reports, all of it or nothing."""
        records: list[BudgetRecord] = []
        told: list[Wire] = []
        for name, reports in self.books.reports.items():
            before = self.books.record(name) or first_record(self.books.app, name, self.books.partitions)
            policy, budget = self.books.policy(name)
            after = allot(before, budget, reports)
            if after is not before:
                records.append(after)
                told += alerts(before, after, compiled(policy), self._settings.topics, self.books.clock(name))
        if not records:
            return
        besides = {TopicPartition(self._settings.topics.alerts, 0): told} if told else {}
        await publisher.publish(records, besides=besides)
        for record in records:
            log.info("budget", budget=record.budget, spent=record.spent, limit=record.limit, broken=record.broken)
        await self._reader.until(lambda view: all(_knows(view, record) for record in records))


def _has_budgets(view: ControlView) -> bool:
    """Tell whether any policy has budgets, or had."""
    return bool(view.budgets) or any(budget.costs for record in view.policies for budget in compiled(record).budgets)


def _knows(view: ControlView, record: BudgetRecord) -> bool:
    known = view.budgets.get((record.app, record.budget))
    return known is not None and known.number >= record.number
