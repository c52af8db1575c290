"""A process in; the same with one heap that stays flat, and a collector that spares what lives as long, out."""

import ctypes
import gc
from typing import Final

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
"""Of glibc's `malloc.h`."""
LARGE: Final = 128 * 1024
"""Bytes from which on a block is mapped by itself, and goes back whole: where glibc begins, and would not stay."""
FREE_AT_END: Final = 64 * 1024 * 1024
"""So much the end of the heap may hold free: with LARGE fixed it would be 128 KiB, and move with every transaction."""


def keep_one_heap() -> None:
    """Let all threads allocate from one arena; to be called before there are others.

    glibc gives each thread an arena of its own, up to eight per core, and hands back only what is free at the end of
    one; and with every large block that is freed it takes larger ones into them, up to 32 MiB. So memory grows for
    hours (deploy/performance.md, Memory). Where another allocator is in the place of glibc's, this has no effect.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(M_ARENA_MAX, 1)
        mallopt(M_MMAP_THRESHOLD, LARGE)
        mallopt(M_TRIM_THRESHOLD, FREE_AT_END)


def allocator() -> str:
    """Name what gives this process its memory: `jemalloc` where that has been loaded before all else, or `libc`."""
    return "jemalloc" if hasattr(ctypes.CDLL(None), "mallctl") else "libc"


def spare_collector() -> None:
    """Let the collector look less often, and not at what lives as long as the process.

    That is all that has been imported; records come and go without cycles.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
