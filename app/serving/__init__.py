"""The read side: published topics in, a view of its own in RocksDB, answers over HTTP out."""
