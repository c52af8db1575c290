"""What a customer's life says of messages and alerts in, what metrics want to know of it out."""

from agents.decisions.entries import Rewarded
from agents.decisions.occasions import Decided
from agents.decisions.steps_taken import Alerted, Answered, GivenUp, Requested, Said, StepTaken, Unsaid
from agents.work import Tally


def count_message(tally: Tally, decided: Rewarded) -> None:
    """Count the message that was asked for with what a rule decided, if it was."""
    if isinstance(decided, Decided) and decided.message is not None:
        tally.messages[decided.message.channels[0], "asked"] += 1


def count_step(tally: Tally, taken: StepTaken) -> None:
    """Count an alert, or what has become of a message."""
    match taken:
        case Said():
            tally.messages[taken.message.channels[0], "asked"] += 1
        case Requested():
            tally.messages[taken.channels[0], "asked_again" if taken.again else "asked"] += 1
            if not taken.again and taken.content.journey is not None:
                tally.stepped[taken.content.journey, "message"] += 1
        case Answered():
            tally.messages[taken.channel, taken.answer.kind] += 1
        case GivenUp():
            tally.messages[taken.last.channels[0], "refused" if taken.reason is None else "given_up"] += 1
        case Unsaid():
            if taken.content.journey is not None:
                tally.stepped[taken.content.journey, "withheld"] += 1
            else:
                tally.messages[taken.channel, taken.reason] += 1
        case Alerted():
            tally.stepped[taken.journey, "alert"] += 1
