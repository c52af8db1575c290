"""The routes in, an OpenAPI 3.1 document out: what is served and what is described cannot differ."""

import re
from http import HTTPStatus
from importlib.metadata import version
from typing import Any, Final

import msgspec

from app.serving import answers
from app.serving.asking import Route
from app.serving.tokens import SCOPES
from schemas.rewards import RewardExpired, RewardGranted, RewardReminder, RewardRevoked, RewardWithheld
from schemas.transitions import SegmentRetracted, SegmentTransitioned

REF: Final = "#/components/schemas/{name}"
EVENTS: Final = {
    "Story": ("transitions", {"segment.transitioned": SegmentTransitioned, "segment.retracted": SegmentRetracted}),
    "Rewards": (
        "rewards",
        {
            "reward.granted": RewardGranted,
            "reward.withheld": RewardWithheld,
            "reward.reminder": RewardReminder,
            "reward.expired": RewardExpired,
            "reward.revoked": RewardRevoked,
        },
    ),
}
"""Answers that pass published events on, each with its type beside its members."""
REFUSALS: Final = (400, 421, 429, 503)
AS_OF: Final = {"type": "integer", "description": "epoch ms: everything published up to then has been read"}
CSV: Final = (
    "One line per customer. Text that a spreadsheet would take for a formula, ids too, has an apostrophe before it: "
    "what begins with =, +, -, @, a tab or a carriage return."
)


def openapi(routes: tuple[Route, ...]) -> dict[str, Any]:
    """Describe the API."""
    paths: dict[str, Any] = {}
    for route in routes:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Segue: segments of customers",
            "version": version("segue"),
            "description": "Instants are epoch ms, money is minor units, days are UTC.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": _schemas(routes),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": f"scopes: {', '.join(SCOPES)}"}
            },
            "responses": {
                "Problem": {
                    **_content("What was refused, and why.", "application/problem+json", "Problem"),
                    "headers": _headers("not there before everything was read once"),
                }
            },
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    unknown = (404,) if route.names is not None else ()
    refused = sorted({*REFUSALS, *route.refusals, *unknown, 401, 403})
    told: dict[str, Any] = {
        "summary": route.says,
        "operationId": "_".join(re.findall(r"\w+", route.path)[1:]),
        "security": [{"token": [route.scope]}],
        "parameters": [*_path_parameters(route), *_query_parameters(route)],
        "responses": {
            "200": _success(route),
            **({"304": NOT_MODIFIED} if route.answers and route.method == "GET" else {}),
            **{str(status): {"$ref": "#/components/responses/Problem"} for status in refused},
        },
    }
    if route.method == "POST":
        body = {
            "type": "object",
            "required": ["ids"],
            "additionalProperties": False,
            "properties": {"ids": {"type": "array", "items": {"type": "string"}, "maxItems": 500}},
        }
        told["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    return told


def _success(route: Route) -> dict[str, Any]:
    if route.answers is None:
        stream = {"text/event-stream": {"schema": {"type": "string"}}}
        says = "Events: id, event (a published type) and data (its JSON)."
        return {"description": says, "content": stream, "headers": _headers("when the stream began")}
    told = _content("As asked.", "application/json", route.answers.__name__)
    if route.answers is answers.Members:
        told["content"]["text/csv"] = {"schema": {"type": "string", "description": CSV}}
    told["headers"] = {**_headers(), "ETag": {"schema": {"type": "string"}}}
    return told


def _headers(says: str = "as the member as_of") -> dict[str, Any]:
    return {"Segue-As-Of": {"description": says, "schema": AS_OF}}


NOT_MODIFIED: Final = {"description": HTTPStatus(304).phrase, "headers": _headers()}


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    if route.names is None:
        return []
    schema = {"type": "string", "minLength": 1, "maxLength": 128}
    return [{"name": "id", "in": "path", "required": True, "description": f"a {route.names}", "schema": schema}]


def _query_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "in": "query", "required": one.required, "description": one.describes, "schema": one.schema}
        for one in route.parameters
    ]


def _content(describes: str, kind: str, name: str) -> dict[str, Any]:
    return {"description": describes, "content": {kind: {"schema": {"$ref": REF.format(name=name)}}}}


def _schemas(routes: tuple[Route, ...]) -> dict[str, Any]:
    """Describe what handlers give, and `as_of` with it."""
    told = [route.answers for route in routes if route.answers is not None]
    events = [event for _, kinds in EVENTS.values() for event in kinds.values()]
    _, schemas = msgspec.json.schema_components([*told, *events, answers.Problem], ref_template=REF)
    for answer in told:
        schema = schemas[answer.__name__]
        if answer is not answers.Customer:
            schema["properties"] = {"as_of": AS_OF, **schema["properties"]}
            schema["required"] = ["as_of", *schema["required"]]
    customer = schemas["Customer"]
    customer["properties"]["as_of"] = AS_OF  # required only where a customer is the whole answer, not in a batch
    for name, (member, kinds) in EVENTS.items():
        schemas[name]["properties"][member]["items"] = {"oneOf": [_event(*one) for one in kinds.items()]}
    return schemas


def _event(kind: str, event: type) -> dict[str, Any]:
    named = {"type": "object", "required": ["type"], "properties": {"type": {"const": kind}}}
    return {"allOf": [named, {"$ref": REF.format(name=event.__name__)}]}
