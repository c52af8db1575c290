"""Moves in, the stories that are worth telling out."""

from app.demo.stories import pounds, stories
from tests.demo.moves import LABELS, measures, move

FADED = [
    move("ann", None, "loyal", "entry", after=measures(1, 290)),
    move("ann", "loyal", "champions", "up", day=1, after=measures(2, 123_456)),
    move("ann", "champions", "loyal", "down", "decay", day=91, after=measures(2, 123_456, 90)),
]
SENT_BACK = [
    move("bob", None, "champions", "entry"),
    move("bob", "champions", "loyal", "down", "refund", before=measures(1, 7_718_360), after=measures(1, 0)),
]
LOYAL = [move("cid", None, "loyal", "entry"), move("cid", "loyal", "champions", "up")]
ORDERS = {"ann": 2, "bob": 1, "cid": 20, "dee": 19}


def test_three_stories_are_told_in_plain_sentences() -> None:
    faded, sent_back, loyal = stories([*LOYAL, *SENT_BACK, *FADED], ORDERS, LABELS)
    assert (faded.customer_id, sent_back.customer_id, loyal.customer_id) == ("ann", "bob", "cid")
    assert faded.sentences == [
        "1 December 2010, 08:26: bought (1 order worth £2.90 so far) and entered as Loyal.",
        "2 December 2010, 08:26: bought (2 orders worth £1,234.56 so far) and rose from Loyal to Champions.",
        "2 March 2011, 08:26: had not bought for 90 days and fell from Champions to Loyal.",
        "At the end of the year, after 2 orders: Loyal.",
    ]
    assert (
        "got money back (spending went from £77,183.60 to £0.00) and fell from Champions to Loyal."
        in sent_back.sentences[1]
    )


def test_the_same_moves_pick_the_same_customers() -> None:
    twin = [move("dee", None, "loyal", "entry"), move("dee", "loyal", "champions", "up")]
    equal = ORDERS | {"dee": 20}
    assert [story.customer_id for story in stories([*twin, *LOYAL], equal, LABELS)] == ["cid"]
    assert [story.customer_id for story in stories([*LOYAL, *twin], equal, LABELS)] == ["cid"]


def test_what_nobody_lived_is_not_told() -> None:
    assert stories([], {}, LABELS) == []
    assert [story.customer_id for story in stories(FADED, ORDERS, LABELS)] == ["ann"]


def test_a_long_history_is_told_from_its_end() -> None:
    steps = [move("cid", None, "loyal", "entry"), *[move("cid", "loyal", "champions", "up", day=d) for d in range(30)]]
    (story,) = stories(steps, ORDERS, LABELS)
    assert len(story.sentences) == 9


def test_pounds() -> None:
    assert [pounds(minor) for minor in (0, 5, 290, 16_846_960)] == ["£0.00", "£0.05", "£2.90", "£168,469.60"]
