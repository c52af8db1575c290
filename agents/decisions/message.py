"""What is decided of a message: where it may be said, when, and what it may say of a customer."""

from msgspec import Struct


class Message(Struct, frozen=True, gc=False):
    """A message to be asked for: its channels are none that she has refused, the one she prefers first."""

    template: str
    channels: tuple[str, ...]
    not_before: int
    segment: str | None
    interests: tuple[str, ...]
    products: tuple[str, ...]
    """What she ordered last, the newest first."""
