"""The files of the page in, as they were at start; served from memory with a strict policy out."""

import gzip
from collections.abc import Awaitable, Callable
from hashlib import blake2b
from pathlib import Path
from typing import Final

from aiohttp import web

from app.serving.problems import NOT_FOUND, response

PAGE: Final = Path(__file__).parent / "page"
INDEX: Final = "index.html"
TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
}
HEADERS: Final = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Accept-Encoding",
}


class StaticFile:
    """A file, packed too where that makes it smaller."""

    def __init__(self, path: Path) -> None:
        self.content = path.read_bytes()
        packed = gzip.compress(self.content, mtime=0)
        self.packed = packed if len(packed) < len(self.content) * 0.9 else None
        self.type = TYPES.get(path.suffix, "text/plain; charset=utf-8")
        self.tag = f'W/"{blake2b(self.content, digest_size=12).hexdigest()}"'

    async def serve(self, request: web.Request) -> web.Response:
        """Give it, or say that the client has it."""
        headers = {**HEADERS, "ETag": self.tag, "Content-Type": self.type}
        if self.tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        if self.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=self.packed, headers={**headers, "Content-Encoding": "gzip"})
        return web.Response(body=self.content, headers=headers)


def page_routes() -> dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]]:
    """Give paths and handlers; nothing but what is there at start is ever served."""
    routes: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {}
    for path in sorted(PAGE.rglob("*")):
        name = path.relative_to(PAGE).as_posix()
        if path.is_file() and not name.endswith(".py"):
            routes["/" if name == INDEX else f"/page/{name}"] = StaticFile(path).serve
    routes.setdefault("/", _no_page)
    return routes


async def _no_page(_: web.Request) -> web.Response:
    return response(NOT_FOUND)
