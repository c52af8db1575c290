"""A directory in, an open RocksDB out, with one block cache and one write buffer for all partitions of a worker."""

from pathlib import Path
from typing import Final

from rocksdict import (
    AccessType,
    BlockBasedIndexType,
    BlockBasedOptions,
    Cache,
    DBCompressionType,
    Options,
    Rdict,
    WriteBufferManager,
)

MEBIBYTE: Final = 1024 * 1024


class RocksMemory:
    """What the databases of one worker share: with caches of their own, memory would grow with partitions."""

    def __init__(self, cache_mib: int = 128, write_buffers_mib: int = 128) -> None:
        """`cache_mib`: of blocks, filters and indexes; `write_buffers_mib`: of rows that are in no file yet."""
        self.cache = Cache(cache_mib * MEBIBYTE)
        buffers = write_buffers_mib * MEBIBYTE
        # Counted against a cache that holds nothing else: in that of blocks they would take the room of filters, and
        # each look-up of a new id would have to read one.
        self.write_buffers = WriteBufferManager.new_write_buffer_manager_with_cache(buffers, False, Cache(buffers))

    def options(self) -> Options:
        """Options measured for rows of about 250 bytes that are read by key, most often for new keys."""
        table = _table()
        table.set_block_cache(self.cache)
        table.set_cache_index_and_filter_blocks(True)
        table.set_pin_top_level_index_and_filter(True)
        options = _options(table)
        options.create_if_missing(True)
        options.set_write_buffer_manager(self.write_buffers)
        options.set_write_buffer_size(32 * MEBIBYTE)
        options.set_max_write_buffer_number(3)
        options.set_memtable_whole_key_filtering(True)
        options.set_memtable_prefix_bloom_ratio(0.1)
        options.set_max_background_jobs(2)
        options.set_keep_log_file_num(3)
        return options

    def open(self, path: Path) -> Rdict:
        """Open or create a database.

        The column family is named although it is the default one: without its name rocksdict opens an existing
        database without bloom filters, and every look-up of a new id reads a block (90 microseconds, not 1.5).
        """
        path.parent.mkdir(parents=True, exist_ok=True)
        options = self.options()
        return Rdict(str(path), options, column_families={"default": options})

    def open_to_read(self, path: Path) -> Rdict:
        """Open a database that nobody changes: compaction could take a file away before it is read."""
        options = self.options()
        return Rdict(str(path), options, column_families={"default": options}, access_type=AccessType.read_only(False))


def file_options() -> Options:
    """Options of a file of sorted rows that a database is to take over: laid out as its own files are."""
    table = _table()
    table.disable_cache()
    return _options(table)


def _table() -> BlockBasedOptions:
    table = BlockBasedOptions()
    table.set_block_size(4096)
    table.set_format_version(5)
    table.set_bloom_filter(10, False)
    table.set_index_type(BlockBasedIndexType.two_level_index_search())
    table.set_partition_filters(True)
    return table


def _options(table: BlockBasedOptions) -> Options:
    options = Options(raw_mode=True)
    options.set_block_based_table_factory(table)
    options.set_compression_type(DBCompressionType.lz4())
    return options
