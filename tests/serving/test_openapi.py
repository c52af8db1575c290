"""The routes in, a valid OpenAPI 3.1 document that what is served keeps to out."""

from typing import Any, Final

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from app.serving.openapi import EVENTS, openapi
from app.serving.rows import TYPES
from app.serving.server import ROUTES
from schemas.rewards import BudgetPart
from schemas.transitions import Next
from tests.serving.conftest import Client
from tests.serving.telling import BEGIN, DAY, Log

ASKED: Final = {
    "/v1/customers/{id}": "/v1/customers/a",
    "/v1/customers/{id}/transitions": "/v1/customers/a/transitions",
    "/v1/customers/{id}/rewards": "/v1/customers/a/rewards",
    "/v1/customers/{id}/lifts": "/v1/customers/a/lifts",
    "/v1/customers": "/v1/customers?prefix=a",
    "/v1/segments/{id}/customers": "/v1/segments/loyal/customers",
    "/v1/segments/{id}/leaving": f"/v1/segments/loyal/leaving?at={BEGIN}&within=30d",
}
"""What is asked for where a path has an id, or a parameter must be given."""


def test_the_document_is_valid() -> None:
    OpenAPIV31SpecValidator(openapi(ROUTES)).validate()


def tell(log: Log) -> None:
    """Publish one event of every kind."""
    gone = log.move("a", None, "recent", BEGIN)
    log.retract(gone)
    log.move("a", None, "loyal", BEGIN, ahead=Next(BEGIN + 20 * DAY, "at_risk"))
    log.grant("a", "welcome", BEGIN, 100)
    log.withhold("a", "welcome", BEGIN)
    log.remind("a", "welcome", BEGIN, 100)
    log.expire("a", "welcome", BEGIN, 60)
    log.revoke("a", "welcome", BEGIN, 40, BudgetPart("year", 1_250, 4_000, "minor"))
    log.flush()


@pytest.mark.parametrize("route", [one for one in ROUTES if one.answers is not None], ids=lambda route: str(route.path))
async def test_answers_are_as_described(client: Client, log: Log, route: Any) -> None:
    tell(log)
    described = await (await client.get("/openapi.json")).json()
    if route.method == "POST":
        answer = await client.post(route.path, json={"ids": ["a", "b"]})
    else:
        answer = await client.get(ASKED.get(route.path, route.path))
    operation = described["paths"][route.path][route.method.lower()]
    schema = operation["responses"][str(answer.status)]["content"]["application/json"]["schema"]
    told = await answer.json()
    jsonschema.Draft202012Validator({**schema, "components": described["components"]}).validate(told)
    members = described["components"]["schemas"][route.answers.__name__]["properties"]
    assert told.keys() == members.keys(), "a member that is not described would pass the schema"


async def test_every_kind_of_event_that_is_passed_on_was_among_the_answers(client: Client, log: Log) -> None:
    tell(log)
    told = [*(await asked(client, "transitions"))["transitions"], *(await asked(client, "rewards"))["rewards"]]
    assert {one["type"] for one in told} == set(TYPES.values())
    assert {kind for _, kinds in EVENTS.values() for kind in kinds} == set(TYPES.values())


async def asked(client: Client, what: str) -> Any:
    """Ask for something of the customer of `tell`."""
    return await (await client.get(f"/v1/customers/a/{what}")).json()


def test_what_has_no_member_for_it_is_described_with_the_header_as_of() -> None:
    described = openapi(ROUTES)
    stream = described["paths"]["/v1/transitions/stream"]["get"]["responses"]["200"]
    for told in (described["components"]["responses"]["Problem"], stream):
        assert told["headers"]["Segue-As-Of"]["schema"]["type"] == "integer"
