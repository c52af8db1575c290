"""The shape of what a reward rule says with what it gives."""

from typing import Annotated

from pydantic import Field

from schemas.closed import Closed, Distinct, Name, Text
from schemas.reward_rules import Message


class MessageDocument(Closed):
    """What is said with it."""

    template: Text
    channels: Annotated[list[Name], Field(min_length=1), Distinct]
    """In the order of preference."""

    def compile(self) -> Message:
        """Build what the decisions read."""
        return Message(self.template, tuple(self.channels))
