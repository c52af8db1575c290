"""Threads that allocate in; how many heaps glibc has made for them out."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_info"), reason="the C library is not glibc")
ALLOCATING = """
import ctypes, sys, threading
from app.heap import keep_one_heap
if sys.argv[2] == "one": keep_one_heap()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.fopen.restype, libc.malloc_info.argtypes = ctypes.c_void_p, [ctypes.c_int, ctypes.c_void_p]
libc.fclose.argtypes = [ctypes.c_void_p]
meeting = threading.Barrier(3)
def allocate():
    meeting.wait()
    libc.malloc(100_000)
    meeting.wait()
threads = [threading.Thread(target=allocate) for _ in range(2)]
for thread in threads: thread.start()
meeting.wait(), meeting.wait()
told = libc.fopen(sys.argv[1].encode(), b"w")
libc.malloc_info(0, told)
libc.fclose(told)
"""


def heaps(told: Path, how_many: str) -> int:
    subprocess.run([sys.executable, "-c", ALLOCATING, str(told), how_many], check=True)
    return told.read_text().count("<heap nr=")


def test_threads_share_the_heap_of_a_process_that_keeps_one(tmp_path: Path) -> None:
    assert heaps(tmp_path / "as-it-is", "any") > 1
    assert heaps(tmp_path / "one", "one") == 1
