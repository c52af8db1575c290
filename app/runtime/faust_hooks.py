"""Where Faust's tables are bent: tasks recover themselves, and stores open our way. How records arrive is next door.

Each override says what stock does and why it cannot stay. `tests/runtime/test_pins.py` pins the source of everything
overridden or used privately, here and in app.runtime.run_consumer: an upgrade that changes it fails there first.
"""

import gc
import shutil
from pathlib import Path
from typing import Any, cast

import faust
import structlog
from faust.stores.rocksdb import Store
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery
from mode import Service
from rocksdict import Rdict

from app.runtime.state_checks import immovable
from tables.log_gap import is_behind
from tables.rocks import RocksMemory
from tables.unreadable import forget, is_unreadable, set_aside

log = structlog.get_logger("segue.store")


class TaskRecovery(Recovery):
    """Opens partition tasks after a rebalance instead of replaying changelogs record by record."""

    @Service.task
    async def _restart_recovery(self) -> None:
        # Stock replays 9,000 rows a second into RocksDB, swallows errors, and resumes partitions before it
        # seeks them. Each task restores itself when it opens, after the rebalance and not inside it.
        app = self.app
        while not self.should_stop:
            if await self.wait_for_stopped(self.signal_recovery_start):  # type: ignore[arg-type]  # as in stock
                break
            self.signal_recovery_start.clear()
            if app.consumer_generation_id != self._generation_id:
                continue
            await app.on_rebalance_complete.send()
            self.completed.set()
            app.flow_control.resume()
            app.consumer.resume_flow()
            await app._fetcher.maybe_start()  # type: ignore[attr-defined]  # AppT does not declare it
            self.tables.on_actives_ready()
            self.tables.on_standbys_ready()
            app.on_rebalance_end()
            await app.tasks.open_assigned()  # type: ignore[attr-defined]  # set by app.main

    @Service.task
    async def _slurp_changelogs(self) -> None:
        # Stock reads changelog records from a queue; there are none.
        await self.wait_for_stopped(self._stopped)


class TaskTableManager(TableManager):
    """Starts at once, and closes the tasks before Faust lets go of their stores."""

    @property
    def recovery(self) -> Recovery:
        if self._recovery is None:
            self._recovery = TaskRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery

    async def on_start(self) -> None:
        # Stock sleeps a second for tables that agents may still declare; ours has stood since the assembly.
        await self._update_channels()
        await self.recovery.start()

    async def on_stop(self) -> None:
        await self.app.tasks.close_all()  # type: ignore[attr-defined]  # set by app.main
        await super().on_stop()


class PartitionStore(Store):
    """Faust's RocksDB store with databases opened our way."""

    def _open_for_partition(self, partition: int) -> Rdict:
        # Stock gives each partition a block cache of its own (2 GiB unless set) and opens without naming the
        # column family, which leaves bloom filters unused after a restart. One that cannot be opened stops it.
        memory: RocksMemory = self.app.rocks_memory  # type: ignore[attr-defined]  # set by app.main
        path = self.partition_path(partition)
        if is_behind(path):
            self._move_aside(partition)
        try:
            return memory.open(path)
        except Exception as error:
            if not is_unreadable(error):
                raise
            self._move_aside(partition)
        return memory.open(path)

    async def assign_partitions(self, table: Any, tps: Any, generation_id: int = 0) -> None:
        # Stock opens every database here, inside the rebalance, where a full or failing disk ends the worker, and
        # each start after it. Each task opens its own, and opens it again until the disk takes it.
        pass

    def database(self, partition: int) -> Rdict:
        """Give the open database of a partition."""
        return cast(Rdict, self._db_for_partition(partition))

    def wipe(self, partition: int) -> Rdict:
        """Throw the local state of a partition away and begin an empty one; StateRefused where the old one stays."""
        self.release(partition)
        # Renamed first: deleted in part, by a kill or for want of rights, it would be opened again as what it was.
        shutil.rmtree(self._rename(partition), ignore_errors=True)
        return self.database(partition)

    def release(self, partition: int) -> None:
        """Close the database of a partition, of which nobody may hold anything any more."""
        self._dbs.pop(partition, None)
        gc.collect()  # the lock goes with the last reference

    def set_aside(self, partition: int) -> None:
        """Keep what cannot be read out of the way; the next database of the partition is empty."""
        self.release(partition)
        self._move_aside(partition)

    def forget(self, before_ms: int) -> list[str]:
        """Remove what was set aside before that instant (epoch ms), of any partition; gives the names."""
        return forget(self.partition_path(0).parent, before_ms)

    def _move_aside(self, partition: int) -> None:
        aside = self._rename(partition)
        log.warning("local state cannot be read: restoring from nothing", partition=partition, kept_as=aside.name)

    def _rename(self, partition: int) -> Path:
        path = self.partition_path(partition)
        try:
            return set_aside(path)
        except OSError as error:
            raise immovable(path, error) from error


class CustomersTable(faust.Table[bytes, bytes]):
    """The one table; its store is PartitionStore."""

    def _new_store_by_url(self, url: Any) -> Any:
        # Stock picks the store class by the scheme of the URL, from a registry that all apps share.
        return PartitionStore(
            url,
            self.app,
            self,
            table_name=self.name,
            key_type=self.key_type,
            key_serializer=self.key_serializer,
            value_serializer=self.value_serializer,
            value_type=self.value_type,
            loop=self.loop,
            options=self.options,
        )
