"""What a reward rule may give for, and what it has decided."""

from msgspec import Struct

from agents.decisions.message import Message
from agents.decisions.moves import Move
from schemas.reward_rules import Draw, RewardRule
from schemas.rewards import Refusal, RewardCause


class Occasion(Struct, frozen=True, gc=False):
    """What a rule may give for: its identity among the occasions of that rule, and when and why it is one."""

    identity: str
    at: int
    cause: RewardCause
    move: Move | None = None
    way: tuple[str | None, str | None] | None = None
    """The segments from and to which a move leads, or would that is announced; None: it is another occasion."""


class Waited(Struct, frozen=True, gc=False):
    """What is kept of a transition while its reward waits for a budget."""

    transition_id: str
    from_segment: str | None
    to_segment: str | None


class Decided(Struct, frozen=True, gc=False):
    """What a rule decided on an occasion."""

    customer_id: str
    rule: RewardRule
    reward_id: str
    at: int
    cause: RewardCause
    withheld: Refusal | None
    """None: it is granted."""
    message: Message | None
    """What is said; None: the rule has no message, or the customer wants none of its channels."""
    move: Move | None
    """The transition that is the occasion."""
    waited: Waited | None = None
    """The transition that was the occasion of what has waited for its budget; `move` is None then."""
    draw: Draw | None = None
    """What has paid for it, or could not."""

    @property
    def granted(self) -> bool:
        """Whether it is hers."""
        return self.withheld is None

    @property
    def told(self) -> bool:
        """Whether it is published among the rewards: a rule that only asks for a message has nothing to grant."""
        return self.withheld != "none" if self.withheld is not None else self.rule.give is not None
