"""The shape of what a policy document says about messages that do not arrive."""

from typing import Annotated

from pydantic import Field, model_validator

from schemas.closed import Closed, Stretch, lasting
from schemas.message_rules import Delivery


class DeliveryDocument(Closed):
    """How often a message is tried, and when; answers come by the topic of receipts."""

    attempts: Annotated[int, Field(strict=True, ge=1, le=10)] = 3
    """So often it is asked for on one channel before the next one is tried."""
    first_wait: Stretch = lasting("10m")
    """How long after a failure it is asked for again."""
    factor: Annotated[int, Field(strict=True, ge=1, le=10)] = 3
    """So many times longer is the wait after every further failure."""
    keep: Stretch = lasting("7d")
    """How long after a request its answer is waited for; what comes later is counted and ignored."""

    @model_validator(mode="after")
    def _kept_to_the_end(self) -> "DeliveryDocument":
        policy = self.compile()
        if self.attempts > 1 and policy.wait_ms(self.attempts - 1) >= self.keep:
            raise ValueError("the last wait is no shorter than keep: a message would be forgotten before it is tried")
        return self

    def compile(self) -> Delivery:
        """Build what the decisions read."""
        return Delivery(self.attempts, self.first_wait, self.factor, self.keep)
