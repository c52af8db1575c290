"""What a process holds is seen, and what is too much of it is named."""

import os
import socket
from contextlib import ExitStack

from tests.faults.holdings import MOST_SOCKETS, Holdings, holdings


def test_sockets_that_a_process_opens_are_seen_until_it_closes_them() -> None:
    before = holdings("this", os.getpid())
    with ExitStack() as opened:
        for _ in range(3):
            opened.enter_context(socket.socket())
        meanwhile = holdings("this", os.getpid())
    assert meanwhile.sockets == before.sockets + 3
    assert meanwhile.descriptors == before.descriptors + 3
    assert holdings("this", os.getpid()).sockets == before.sockets
    assert before.peak_mib > 0


def test_only_what_is_more_than_a_worker_may_hold_is_named() -> None:
    quiet = Holdings("ann", sockets=MOST_SOCKETS, descriptors=50, peak_mib=140)
    assert quiet.too_much() == []
    leaking = quiet._replace(sockets=MOST_SOCKETS + 1)
    assert leaking.too_much() == [f"ann holds {MOST_SOCKETS + 1} sockets, more than {MOST_SOCKETS}"]
