"""Why a request was refused in, a problem of RFC 9457 out. No problem repeats what was sent."""

from typing import Final

import msgspec
from aiohttp import web

from app.serving.answers import Problem

UNKNOWN_CUSTOMER: Final = Problem(404, "Not Found", "unknown_customer", "There is no such customer.")
UNKNOWN_SEGMENT: Final = Problem(404, "Not Found", "unknown_segment", "There is no such segment.")
NOT_FOUND: Final = Problem(404, "Not Found", "not_found", "There is nothing here; /openapi.json says what there is.")
UNREADABLE: Final = Problem(
    400, "Bad Request", "unreadable", "This is no request that HTTP allows, or a line of its head is too long."
)
BAD_ID: Final = Problem(
    400, "Bad Request", "bad_id", "An id is 1 to 128 bytes of UTF-8 without control characters, percent-encoded."
)
TOO_MANY_IDS: Final = Problem(400, "Bad Request", "too_many_ids", "At most 500 ids at a time.")
BAD_BODY: Final = Problem(400, "Bad Request", "bad_body", 'The body is JSON: {"ids": ["17850", ...]}.')
TOO_LARGE: Final = Problem(413, "Content Too Large", "too_large", "The body is larger than 256 KiB.")
TOO_SLOW: Final = Problem(408, "Request Timeout", "too_slow", "The body did not come within 10 s.")
UNAUTHORIZED: Final = Problem(401, "Unauthorized", "unauthorized", "A valid bearer token is needed.")
TOO_MANY_REQUESTS: Final = Problem(
    429, "Too Many Requests", "too_many_requests", "This token has asked for more than it may; try again later."
)
CATCHING_UP: Final = Problem(
    503, "Service Unavailable", "catching_up", "This copy has not read everything published yet; try again later."
)
BUSY: Final = Problem(503, "Service Unavailable", "busy", "Too much is being asked at once; try again later.")
MISDIRECTED: Final = Problem(
    421, "Misdirected Request", "misdirected", "Without tokens only localhost, 127.0.0.1 and [::1] are answered."
)
NOT_ALLOWED: Final = Problem(405, "Method Not Allowed", "method_not_allowed", "See the header Allow.")
FAILED: Final = Problem(500, "Internal Server Error", "internal_error", "This is a defect; the log says where.")

HEADERS: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def forbidden(scope: str) -> Problem:
    """Refuse a token that lacks a scope."""
    return Problem(403, "Forbidden", "forbidden", f"The token lacks the scope {scope}.")


def bad_parameter(detail: str) -> Problem:
    """Refuse a query."""
    return Problem(400, "Bad Request", "bad_parameter", detail)


def response(problem: Problem, headers: dict[str, str] | None = None) -> web.Response:
    """Write a problem."""
    told = {**HEADERS, **(headers or {})}
    if problem.status in {429, 503}:
        told.setdefault("Retry-After", "1")
    if problem.status == 401:
        told["WWW-Authenticate"] = "Bearer"
    return web.Response(
        status=problem.status,
        body=msgspec.json.encode(problem),
        headers=told,
        content_type="application/problem+json",
    )
