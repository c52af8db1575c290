"""Published rewards and messages in, the numbers of the summary and their text out."""

import orjson

from app.demo.reader import Published
from app.demo.rewarded import count_rewards, message_ids, messages_told, rewards_told
from app.demo.style import Style
from app.demo.webhook import Delivery

REWARDS = [
    *[Published("reward.granted", orjson.dumps({"rule": "welcome"}))] * 1_200,
    Published("reward.granted", orjson.dumps({"rule": "gift"})),
    Published("reward.withheld", orjson.dumps({"rule": "gift", "reason": "limit"})),
    Published("reward.withheld", orjson.dumps({"rule": "gift", "reason": "limit"})),
]
MESSAGES = [
    Published("message.requested", orjson.dumps({"channel": channel, "message_id": f"m-{n}"}))
    for n, channel in enumerate(["push", "email", "email"])
]
PLAIN = Style()


def test_every_rule_shows_what_it_gave_and_what_its_limit_withheld() -> None:
    text = list(rewards_told(count_rewards(REWARDS, MESSAGES), ["welcome", "gift", "never"], PLAIN))
    assert text[1:6] == [
        "What they were given",
        "             granted  withheld by limit",
        "  welcome      1,200                  ·",
        "  gift             1                  2",
        "  never            ·                  ·",
    ]
    assert "made up for the demo" in text[-1]


def test_a_policy_without_rewards_gives_nothing() -> None:
    assert list(rewards_told(count_rewards([], []), [], PLAIN))[2:] == ["  Nothing: the policy has no rewards."]


def test_messages_are_told_by_channel_with_what_became_of_them() -> None:
    assert list(messages_told(count_rewards(REWARDS, MESSAGES), Delivery(3, 3, 0), PLAIN))[1:] == [
        "What was to be said to them",
        "  email       2 messages requested",
        "  push        1 messages requested",
        "  deploy/examples/messages_to_webhook.py has called an endpoint of this demo with each:",
        "    3 of 3 arrived, none came twice.",
    ]
    assert message_ids(MESSAGES) == {"m-0", "m-1", "m-2"}


def test_an_example_in_trouble_is_told_as_it_is() -> None:
    text = list(messages_told(count_rewards([], MESSAGES), Delivery(3, 2, 1, "it ended by itself: bye"), PLAIN))
    assert text[-2:] == [
        "  deploy/examples/messages_to_webhook.py has not delivered all: it ended by itself: bye.",
        "    2 of 3 arrived, 1 of them more than once.",
    ]
