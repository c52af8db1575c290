"""What an operator is told of errors that do not pass by themselves."""

import pytest
from aiokafka.errors import (
    CorruptRecordException,
    InvalidTransactionTimeout,
    KafkaConnectionError,
    RequestTimedOutError,
)

from app.runtime.advice import advice
from app.runtime.experience import Attempt, Experience
from app.runtime.failures import Failures
from app.runtime.portion import Portion
from app.settings import Settings


def _told(error: Exception) -> str:
    return advice(Failures(3, Settings(), Experience(Portion(1))).answer(error, Attempt())).get("action", "")


@pytest.mark.parametrize(
    ("error", "action"),
    [
        (InvalidTransactionTimeout(), "SEGUE_TRANSACTIONS__TIMEOUT_MS"),
        (CorruptRecordException("Invalid CRC"), "let another copy lead it"),
    ],
)
def test_what_an_operator_must_end_is_said_with_what_to_do(error: Exception, action: str) -> None:
    with pytest.raises(type(error)) as raised:  # its name is told with the place where it was raised
        raise error
    told = _told(raised.value)
    assert told.startswith("Operator action: ")
    assert action in told


@pytest.mark.parametrize("error", [KafkaConnectionError(), RequestTimedOutError(), TimeoutError(), OSError("disk")])
def test_what_may_pass_is_said_without(error: Exception) -> None:
    assert _told(error) == ""
