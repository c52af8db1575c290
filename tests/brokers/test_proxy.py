"""A line through the proxy passes bytes on, and is cut, slow or dead when told so."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.brokers.apache import free_port
from tests.brokers.proxy import LOOPBACK, Proxy
from tests.kafka.waiting import wait_for

LIMIT_S = 10.0
SILENCE_S = 0.3
END_TXN = 26
REQUEST = b"\0\0\0\7" + END_TXN.to_bytes(2)


def answer(server: socket.socket) -> None:
    """Send back whatever comes, on every connection."""
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            threading.Thread(target=echo, args=(connection,), daemon=True).start()


def echo(connection: socket.socket) -> None:
    with connection, suppress(OSError):
        while told := connection.recv(1024):
            connection.sendall(told)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with socket.create_server((LOOPBACK, 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        with Proxy(free_port(), server.getsockname()[1]) as made:
            yield made


@pytest.fixture
def line(proxy: Proxy) -> Iterator[socket.socket]:
    with connect(proxy) as made:
        assert said(made, b"before") == b"before"
        yield made


def connect(proxy: Proxy) -> socket.socket:
    return socket.create_connection((LOOPBACK, proxy.port), LIMIT_S)


def said(line: socket.socket, what: bytes) -> bytes:
    line.sendall(what)
    return line.recv(1024)


def test_a_cut_line_is_reset_and_a_new_one_is_well(proxy: Proxy, line: socket.socket) -> None:
    proxy.cut()
    with suppress(ConnectionResetError):
        assert line.recv(1024) == b""
    with connect(proxy) as another:
        assert said(another, b"again") == b"again"


def test_a_slow_line_holds_back_in_both_directions(proxy: Proxy, line: socket.socket) -> None:
    proxy.slow_down(0.1)
    began = time.monotonic()
    assert said(line, b"slowly") == b"slowly"
    assert time.monotonic() - began >= 0.2


def test_a_dead_line_stays_and_says_nothing_while_a_new_one_is_well(proxy: Proxy, line: socket.socket) -> None:
    proxy.half_open()
    with connect(proxy) as another:
        assert said(another, b"again") == b"again"
    line.sendall(b"is anybody there?")
    line.settimeout(SILENCE_S)
    with pytest.raises(TimeoutError):
        line.recv(1024)


def test_a_line_that_one_end_has_left_is_forgotten(proxy: Proxy, line: socket.socket) -> None:
    line.close()
    wait_for(lambda: proxy.connections == 0, LIMIT_S, "no connections")


@pytest.mark.parametrize("answer", [False, True], ids=["the request", "the answer"])
def test_what_is_held_comes_through_when_it_is_released(proxy: Proxy, line: socket.socket, *, answer: bool) -> None:
    told: list[str] = []
    proxy.hold(END_TXN, b"hers", lambda: told.append("held"), answer=answer)
    assert said(line, REQUEST + b"his") == REQUEST + b"his"
    line.sendall(REQUEST + b"hers")
    wait_for(lambda: proxy.holds, LIMIT_S, "it is held")
    line.settimeout(SILENCE_S)
    with pytest.raises(TimeoutError):
        line.recv(1024)
    proxy.release()
    line.settimeout(LIMIT_S)
    assert (line.recv(1024), told) == (REQUEST + b"hers", ["held"])
    assert said(line, REQUEST + b"hers") == REQUEST + b"hers"
