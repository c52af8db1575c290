"""Published records in, what the HTTP API says of them out."""

from tests.serving.conftest import AS_OF, Client
from tests.serving.telling import BEGIN, DAY, POLICY, Log, Next


async def test_a_customer_is_told_with_what_comes_next(client: Client, log: Log) -> None:
    log.move("17850", None, "recent", BEGIN)
    log.move("17850", "recent", "loyal", BEGIN + DAY, ahead=Next(BEGIN + 90 * DAY, "at_risk"))
    log.move("18000", "loyal", "at_risk", BEGIN + DAY)
    log.grant("17850", "welcome", BEGIN, 100)
    log.grant("17850", "review", BEGIN + 1, 50)
    log.flush()
    answer = await client.get("/v1/customers/17850")
    assert answer.status == 200
    told = await answer.json()
    assert next(iter(told)) == "as_of"
    assert told["as_of"] == AS_OF
    assert (told["segment"], told["rank"], told["since"], told["points"]) == ("loyal", 2, BEGIN + DAY, 150)
    assert told["next"] == {"at": BEGIN + 90 * DAY, "to": "at_risk", "to_rank": 5}
    assert told["scores"] == {"r": 3, "f": 2, "m": 3}
    assert told["policy"] == {"id": POLICY.id, "version": POLICY.version}
