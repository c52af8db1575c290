"""A view's database in, whether what is written to it outlives the process out."""

from rocksdict import Rdict, WriteOptions


def log_writes(db: Rdict, *, logged: bool) -> None:
    """Log what is written or not; what is not logged is not compacted soon either.

    Many files stand beside each other until then, and RocksDB would hold up whoever writes: here, all who ask.
    """
    how = WriteOptions()
    how.disable_wal = not logged  # type: ignore[method-assign,assignment]  # its stubs take it for a method
    db.set_write_options(how)
    db.set_options(
        {
            "level0_file_num_compaction_trigger": "4" if logged else "64",
            "level0_slowdown_writes_trigger": "1000",
            "level0_stop_writes_trigger": "1000",
        }
    )
