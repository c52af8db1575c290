"""Memory: keys and versioned rows of one partition, over a RocksDB handle."""
