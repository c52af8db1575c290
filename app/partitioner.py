"""A key in, the partition that Java's default partitioner chooses for it out."""

from aiokafka.partitioner import murmur2


def partition_of(key: bytes, partitions: int) -> int:
    """Choose as producers must that feed the inputs: murmur2 of the key, without its sign."""
    hashed: int = murmur2(key) & 0x7FFFFFFF
    return hashed % partitions
