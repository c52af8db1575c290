"""A view of a small shop, and a client of a server over it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from app.serving.level import End, Level
from app.serving.program import new_desk
from app.serving.server import application
from app.serving.view import View
from app.settings import ServingSettings
from tables.rocks import RocksMemory
from tests.serving.telling import TOPICS, Log

Client = TestClient[web.Request, web.Application]
Served = Callable[[ServingSettings], Awaitable[Client]]
AS_OF = 1_800_000_000_000


@pytest.fixture
def view(tmp_path: Path) -> Iterator[View]:
    opened = View(tmp_path / "view", TOPICS, RocksMemory(8, 8))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[View, View]]:
    """Two that every example of a law uses again."""
    memory, directory = RocksMemory(8, 8), tmp_path_factory.mktemp("views")
    one, other = View(directory / "one", TOPICS, memory), View(directory / "other", TOPICS, memory)
    yield one, other
    one.close()
    other.close()


@pytest.fixture
def log(view: View) -> Log:
    return Log(view)


def level_at(as_of: int) -> Level:
    """Say that everything up to an instant is read."""
    level = Level()
    level.assign([("t", 0)])
    level.ended(("t", 0), End(0, as_of))
    level.read_to(("t", 0), 0)
    return level


@pytest.fixture
async def served(view: View) -> AsyncIterator[Served]:
    """Start servers over the view; they end with the test."""
    clients: list[Client] = []

    async def start(settings: ServingSettings) -> Client:
        desk = new_desk(settings, view, level_at(AS_OF))
        desk.now = lambda: AS_OF
        client: Client = TestClient(TestServer(application(desk)))
        await client.start_server()
        clients.append(client)
        return client

    yield start
    for client in clients:
        await client.close()


@pytest.fixture
async def client(served: Served) -> Client:
    return await served(ServingSettings())
