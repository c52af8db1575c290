"""What is led past the router is answered as the router would have it answered."""

import asyncio

import pytest

from app.serving.program import new_desk
from app.serving.server import listen
from app.serving.view import View
from app.settings import ServingSettings
from tests.serving.conftest import AS_OF, Client, level_at
from tests.serving.telling import BEGIN, Log

PATHS = (
    "/v1/customers/a",
    "/v1/customers/a?",
    "/v1/customers/a?limit=3",
    "/v1/customers/%61",
    "/v1/customers/a%2Fb",
    "/v1/customers/a/",
    "/v1/customers/a//",
    "/v1/customers/a/transitions",
    "/v1/customers/",
    "/v1/customers//",
    "/v1/customers",
    "/v1/customers:batch",
    "/v1/customers/:batch",
    "/v1/customers/..",
    "/v1/customers/../segments",
    "/v1/customers/%2e%2e",
    "/v1/customers/%00",
    "/v1/customers/%0A",
    "/v1/customers/%ff",
    "/v1/customers/%zz",
    "/v1/customers/%",
    "/v1/customers/a;b",
    "/v1/customers/a+b",
    "/v1/customers/" + "x" * 129,
    "/v1/Customers/a",
    "//v1/customers/a",
    "http://elsewhere/v1/customers/a",
)
HERE = b"Host: localhost\r\n"
HEADS = (
    HERE,
    HERE + b"Expect: 100-continue\r\n",
    HERE + b"Expect: nonsense\r\n",
    HERE + b'If-None-Match: W/"0"\r\n',
    b"Host: elsewhere\r\n",
)


async def answer(port: int, method: bytes, path: str, head: bytes) -> list[bytes]:
    """Ask once; gives the lines of the answer without its date."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"%b %b HTTP/1.1\r\n%bConnection: close\r\n\r\n" % (method, path.encode(), head))
    async with asyncio.timeout(20):
        told = await reader.read()
    writer.close()
    return [line for line in told.split(b"\r\n") if not line.startswith(b"Date:")]


@pytest.mark.parametrize("method", [b"GET", b"HEAD", b"POST", b"OPTIONS"])
async def test_past_the_router_everything_is_answered_as_through_it(
    view: View, log: Log, client: Client, method: bytes
) -> None:
    log.move("a", None, "loyal", BEGIN)
    log.move("a/b", None, "recent", BEGIN)
    log.flush()
    assert client.port is not None
    listener, port = await listen(new_desk(ServingSettings(port=0), view, level_at(AS_OF)))
    try:
        for path in PATHS:
            for head in HEADS:
                straight, routed = await answer(port, method, path, head), await answer(client.port, method, path, head)
                assert (path, head, straight) == (path, head, routed)
    finally:
        await listener.close()
