"""`python -m tests.kafka.forking SOCKET`: arguments and environments in, `segue` processes out, forked and not new.

Importing takes most of a worker's start, three seconds of a core, and tests start hundreds. This process has imported
what a worker does, and no more has happened: no thread runs in it, no setting has been read.
"""

import gc
import os
import socket
import sys
import time
import traceback
from typing import Any, Final

import faust.cli.faust
import faust.stores.rocksdb
import msgspec
import uvloop
from aiokafka.conn import AIOKafkaConnection

import app.assembly
import app.command_line
from tests.kafka.forked import Request

IMPORTED: Final = faust.cli.faust, faust.stores.rocksdb, uvloop, app.assembly
"""By a worker, once it knows its settings."""
MAKERS: Final = 12
"""Calls above a connection that are remembered of it."""
REQUEST: Final = 1 << 20
"""Bytes of the largest request: an environment."""


def main() -> None:
    """Fork until nobody asks any more; a child leaves as `segue` does."""
    gc.collect()
    gc.freeze()  # how often it looks is a worker's to say: other commands leave that as it is
    _remember_who_connects()
    with socket.socket(fileno=int(sys.argv[1])) as asked:
        while not _become_one(asked):
            pass


def _remember_who_connects() -> None:
    """Let a connection that nobody has closed tell who made it, as it does where asyncio debugs."""
    made = AIOKafkaConnection.__init__

    def make(self: Any, *args: Any, **options: Any) -> None:
        made(self, *args, **options)
        self._source_traceback = traceback.extract_stack(sys._getframe(1), limit=MAKERS)

    AIOKafkaConnection.__init__ = make


def _become_one(asked: socket.socket) -> bool:
    """Answer one request with a process id; true where there is none, and in the child, once it has run."""
    request, sinks, _, _ = socket.recv_fds(asked, REQUEST, 2)
    if not request:
        return True
    reading, writing = os.pipe()
    between = os.fork()
    if between == 0:
        child = os.fork()
        if child:
            # Whoever asked is the nearest that reaps orphans: it waits for the child as if it were its own.
            os.write(writing, b"%d" % child)
            os._exit(0)
        asked.detach()  # closed below, with all that is not the child's
        _run(request, *sinks)
        return True
    os.waitpid(between, 0)
    asked.send(os.read(reading, 32))
    for fd in (reading, writing, *sinks):
        os.close(fd)
    return False


def _run(request: bytes, out: int, err: int) -> None:
    """Become a process of its own, as one that is begun from a command line, and run the command."""
    asked = msgspec.json.decode(request, type=Request)
    os.setsid()
    os.chdir(asked.directory)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for fd, number in ((nothing, 0), (out, 1), (err, 2)):
        os.dup2(fd, number)
    os.closerange(3, 1024)
    os.environ.clear()
    os.environ.update(asked.environment)
    time.tzset()
    sys.argv = [str(app.command_line.__file__), *asked.arguments]
    app.command_line.main()


if __name__ == "__main__":
    main()
