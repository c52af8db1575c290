"""The worker's answers to its supervisor while its partitions open: alive, and not ready."""

import asyncio
from collections.abc import Iterator

import aiohttp
import pytest
from prometheus_client import CollectorRegistry

from app.http_server import HttpServer
from app.settings import HttpSettings

Answer = tuple[int, str | None]
"""Status, and after how many seconds to ask again."""


async def asked(ready: Iterator[bool], path: str, times: int) -> list[Answer]:
    """Ask a worker that is ready or not, one time after another."""
    server = HttpServer(HttpSettings(port=0), CollectorRegistry(), lambda: next(ready))
    port = await server.start()
    try:
        async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as http:
            answers = [await http.get(path) for _ in range(times)]
            return [(answer.status, answer.headers.get("Retry-After")) for answer in answers]
    finally:
        assert server._runner is not None
        await server._runner.cleanup()  # a worker leaves that to its end


@pytest.mark.parametrize(
    ("path", "told"), [("/readyz", [(503, "1"), (200, None), (503, "1")]), ("/healthz", [(200, None)] * 3)]
)
def test_a_worker_is_ready_as_long_as_all_its_partitions_are_open_and_alive_all_the_time(
    path: str, told: list[Answer]
) -> None:
    assert asyncio.run(asked(iter([False, True, False]), path, len(told))) == told
