"""The command as it is typed in, what it said and how it ended out; and whether anything was sent."""

from typing import Final

import typer
from typer.testing import CliRunner, Result

from app.backfill_command import backfill
from tests.builders import TOPICS
from tests.kafka.shop import Shop

SEGUE = typer.Typer()
SEGUE.command()(backfill)
PARTITIONS: Final = 4
"""The embedded broker's."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(SEGUE, ["--ignore-retention", *arguments])


def assert_empty(shop: Shop) -> None:
    assert {feed: sum(shop.ends(feed).values()) for feed in TOPICS.feeds.values()} == dict.fromkeys(
        TOPICS.feeds.values(), 0
    )
