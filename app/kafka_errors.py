"""What a Kafka client raises in, one clear error that says what to do out."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiokafka.errors import KafkaError

from app.kafka_settings import KafkaSettings
from app.rights_check import refusal
from app.runtime.errors import SegueError


@contextmanager
def clear_kafka_errors(kafka: KafkaSettings, needed: str) -> Iterator[None]:
    """Turn what goes wrong at the brokers within the block into a SegueError; `needed`: what this user must be able
    to do, as the end of "check that this user ...".
    """
    try:
        yield
    except (KafkaError, OSError) as error:  # a TimeoutError is an OSError
        raise refusal(kafka, error) or SegueError(
            f"Kafka at {kafka.bootstrap_servers} did not do as asked: {type(error).__name__}. Operator action: check "
            f"the brokers, and that this user {needed}."
        ) from error
