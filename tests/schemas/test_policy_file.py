"""Policies with mistakes in, every mistake with its place out."""

from importlib import resources
from pathlib import Path

import pytest

from schemas.durations import parse_duration, write_duration
from schemas.policy import SegmentRule
from schemas.policy_file import LARGEST, PolicyError, load_policy, parse_document, parse_policy
from schemas.scales import RecencyScale, Scale, Thresholds
from tests.builders import DAY

SEED_TEXT = (resources.files("schemas") / "packs" / "seed.yaml").read_text("utf-8")
LAST = 'cells: ["111", "112", "113", "121"]'
SMALL = """\
version: 1
id: small
currency: GBP
scores: {recency: {within: [90d]}, frequency: {at_least: [2]}, monetary: {at_least: [100.00]}}
segments:
  - {id: good, cells: ["222"]}
  - {id: rest, otherwise: true}
"""


def seed(*changes: tuple[str, str]) -> str:
    """Take the seed pack and spoil it."""
    text = SEED_TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def mistakes(text: str) -> list[str]:
    with pytest.raises(PolicyError) as raised:
        parse_policy(text, "p.yaml")
    assert str(raised.value).splitlines() == raised.value.mistakes
    return raised.value.mistakes


def test_all_mistakes_of_fields_come_at_once_each_with_its_place() -> None:
    found = mistakes(seed(("id: seed", "id: Seed"), ("90d", "90x"), ("[33%, 67%]", "[33, 67%]"), ("label:", "lable:")))
    assert [line.split(": ")[0] + ": " + line.split(": ")[1] for line in sorted(found)] == [
        "p.yaml:10:21: segments.0.lable",
        "p.yaml:3:1: id",
        "p.yaml:6:24: scores.recency.within.0",
        "p.yaml:7:27: scores.frequency.quantiles.0",
    ]


MISTAKES: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {
    "unknown key": ((("id: seed", "id: seed\nbudget: 1"),), "p.yaml:4:1: budget: "),
    "unknown key within": ((("within:", "units: day, within:"),), "p.yaml:6:15: scores.recency.units: "),
    "not total": (((LAST, 'cells: ["111", "112"]'),), "no segment for 113, 121"),
    "overlapping": (((LAST, 'cells: ["333", "112", "113", "121"]'),), "cell 333 is in champions and in inactive"),
    "twice in one": ((('"332"', '"333"'),), "cell 333 is in champions and in champions"),
    "shadowed": (
        (("  - {id: inactive", "  - {id: never, otherwise: true}\n  - {id: inactive"),),
        "p.yaml:15:17: segments.5.otherwise: otherwise stands last",
    ),
    "never reached": ((("cells: " + LAST[7:] + "}", LAST + "}\n  - {id: never, otherwise: true}"),), "never can never"),
    "no such cell": ((('"333"', '"334"'),), "there is no cell '334'"),
    "descending ages": ((("90d, 150d", "150d, 90d"),), "p.yaml:6:3: scores.recency: values must ascend"),
    "equal ages": ((("90d, 150d", "90d, 2160h"),), "p.yaml:6:3: scores.recency: values must ascend"),
    "descending amounts": ((("100.00, 500.00", "500.00, 100.00"),), "p.yaml:8:3: scores.monetary: values must"),
    "descending quantiles": ((("33%, 67%", "67%, 33%"),), "p.yaml:7:3: scores.frequency: values must ascend"),
    "too many decimals": ((("100.00", "100.001"),), "an amount has at most 2 decimals"),
    "decimals of the yen": ((("GBP", "JPY"), ("100.00", "100.5")), "an amount has at most 0 decimals"),
    "half an order": ((("initial: [1, 2]", "initial: [1.5, 2]"),), "frequency has at most 0 decimals"),
    "unknown currency": ((("GBP", "GPB"),), "currency: no currency of ISO 4217"),
    "no currency": ((("currency: GBP\n", ""),), "currency: Field required"),
    "too few initial values": ((("initial: [1, 2]", "initial: [1]"),), "quantiles need as many initial"),
    "two ways to score": ((("initial: [1, 2]", "at_least: [1, 2]"),), "give either at_least or quantiles"),
    "an id twice": ((("id: loyal", "id: champions"),), "an id stands twice"),
    "rank of some": ((("id: loyal", "rank: 7, id: loyal"),), "give a rank to all or to none"),
    "cells and otherwise": (((LAST, LAST + ", otherwise: true"),), "give exactly one of cells, when, otherwise"),
    "cells and when": (((LAST, LAST + ", when: {r: {min: 1}}"),), "give exactly one of cells, when, otherwise"),
    "no rule": (((", " + LAST, ""),), "p.yaml:15:5: segments.5: give exactly one of cells, when, otherwise"),
    "two lasts": (
        ((LAST, "otherwise: true}\n  - {id: rest, otherwise: true"),),
        "segments.5.otherwise: otherwise stands last",
    ),
    "cells without quotes": ((('"333"', "333"),), "p.yaml:10:47: segments.0.cells.0: "),
    "float for a duration": ((("90d", "90.5"),), "p.yaml:6:24: scores.recency.within.0: a duration"),
    "another version": ((("version: 1", "version: 2"),), "p.yaml:2:1: version: "),
    "a key twice": ((("id: seed", "id: seed\nid: other"),), "p.yaml:4:1: found duplicate key"),
    "a kind twice": ((("[review_posted, ", "[site_visited, "),), ":16:14: engagement.kinds: site_visited stands twice"),
    "no kind": ((("[review_posted, ", "[Review, "),), "p.yaml:16:22: engagement.kinds.0: "),
    "ids for no time": ((("site_visited]", "site_visited], dedup_days: 0"),), "engagement.dedup_days: Input should be"),
    "ids for ever": ((("site_visited]", "site_visited], dedup_days: 367"),), "engagement.dedup_days: Input should be"),
    "days in text": ((("site_visited]", "site_visited], dedup_days: 30d"),), "engagement.dedup_days: Input should be"),
    "a tab": ((("id: seed", "id: seed\n\tx: 1"),), "p.yaml:4:1: "),
}


@pytest.mark.parametrize(("changes", "told"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told(changes: tuple[tuple[str, str], ...], told: str) -> None:
    found = mistakes(seed(*changes))
    line = next((line for line in found if told in line), "")
    assert line, found
    file, row, column, _ = line.split(":", 3)
    assert file == "p.yaml"
    assert int(row) >= 1
    assert int(column) >= 1


@pytest.mark.parametrize("text", ["", "- a", "seed", "{", "a: b: c", "\0", "%YAML 9"])
def test_what_is_no_policy_at_all_is_one_mistake(text: str) -> None:
    (line,) = mistakes(text)
    assert line.startswith("p.yaml:")


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan", "1e99999999999"])
def test_a_number_that_is_no_amount_is_a_mistake(number: str) -> None:
    assert mistakes(seed(("500.00", number)))


def test_brackets_within_brackets_end_somewhere() -> None:
    assert mistakes(SMALL + "brink: " + "[" * 101) == ["p.yaml:8:108: nested deeper than 100 brackets"]
    assert "nested" not in mistakes(SMALL + "brink: " + "[" * 100 + "]" * 100)[0]


@pytest.mark.parametrize("key", ["[a]", "{a: b}", "{? " * 20 + "a" + "}" * 20])
def test_a_key_is_a_scalar(key: str) -> None:
    assert mistakes(SMALL + f"orders: {{{key}: ignore}}") == ["p.yaml:8:10: a key is no list and no mapping"]


def test_all_mistakes_of_the_segments_come_at_once() -> None:
    found = mistakes(seed(('"333"', '"334"'), (LAST, 'cells: ["111", "112", "232"]'), ("100.00", "100.001")))
    assert len(found) >= 3


def test_a_part_that_cannot_be_read_does_not_hide_mistakes_elsewhere() -> None:
    found = mistakes(seed(("points: 100", "points: many"), ('"333"', '"334"'), ("id: seed", "id: Seed")))
    assert [line.split(": ")[1] for line in found] == ["id", "rewards.0.give.points", "segments.0.cells", "segments"]


def test_a_segment_out_of_reach_is_told_beside_mistakes_elsewhere() -> None:
    rewards = "rewards: [{id: a, on: {transition: {to: best}}, give: {kind: points, points: 1}}]\n"
    text = SMALL.replace('cells: ["222"]', "when: {frequency: {max: 0}}") + rewards
    assert [line.split(": ")[1] for line in mistakes(text)] == ["rewards.0.on.transition.to.0", "segments.0"]


def test_what_hangs_on_a_part_that_cannot_be_read_is_not_guessed_at() -> None:
    (line,) = mistakes(seed(("90d", "90x")))
    assert line.split(": ")[1] == "scores.recency.within.0"
    (line,) = mistakes(seed(("label: Champions", "name: Champions")))
    assert line.split(": ")[1] == "segments.0.name"


def test_thresholds_ranks_and_rules_are_compiled() -> None:
    policy = parse_policy(SMALL, "p.yaml")
    assert policy.rules == (SegmentRule("good", cells=frozenset({"222"})), SegmentRule("rest"))
    assert policy.monetary == Scale(Thresholds((10_000,), at_least=True))
    assert policy.recency == RecencyScale((90 * DAY,))
    assert [(segment.label, segment.rank) for segment in policy.segments] == [("good", 1), ("rest", 2)]
    ranked = parse_policy(SMALL.replace("id: good", "id: good, rank: 5").replace("id: rest", "id: rest, rank: 5"), "p")
    assert [segment.rank for segment in ranked.segments] == [5, 5]
    kept = parse_policy(SMALL + "orders: {zero_value: count, refunded: keep}\nlate: {grace: 1s}\n", "p")
    assert (kept.zero_value_counts, kept.refunded_drops, kept.grace_ms) == (True, False, 1000)


def test_a_document_knows_every_default_and_writes_itself_as_one_would() -> None:
    written = parse_document(SMALL, "p.yaml").model_dump(mode="json", exclude_none=True)
    assert written["late"] == {"horizon": "90d", "grace": "200ms"}
    assert written["cut_points"] == {"refresh": "1d", "apply_after": "10m", "min_customers": 100, "drift": "emit"}
    assert written["scores"]["monetary"] == {"at_least": ["100"], "method": "nearest_rank"}


def test_engagement_is_compiled_and_none_is_named_unless_the_policy_does() -> None:
    silent = parse_policy(SMALL, "p.yaml")
    assert (silent.engagement, silent.dedup_ms, silent.rewards) == (frozenset(), 30 * DAY, ())
    policy = parse_policy(SMALL + "engagement: {kinds: [site_visited, yodelled], dedup_days: 7}\n", "p.yaml")
    assert (policy.engagement, policy.dedup_ms) == (frozenset({"site_visited", "yodelled"}), 7 * DAY)


def test_money_goes_into_the_minor_units_of_its_currency() -> None:
    for currency, amount, minor in (
        ("GBP", "0.29", 29),
        ("JPY", "29", 29),
        ("BHD", "0.029", 29),
        ("GBP", '"1.15"', 115),
    ):
        text = SMALL.replace("GBP", currency).replace("100.00", amount)
        monetary = parse_policy(text, "p.yaml").monetary
        assert monetary is not None
        assert monetary.thresholds.values == (minor,)


def test_another_text_has_another_fingerprint() -> None:
    prints = {parse_policy(text, "p.yaml").fingerprint for text in (SMALL, SMALL + "\n", SMALL.replace("90d", "91d"))}
    assert len(prints) == 3
    assert parse_policy(SMALL, "other.yaml").fingerprint in prints


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "p.yaml"
    with pytest.raises(PolicyError, match=r"p\.yaml: cannot be read: No such file"):
        load_policy(str(file))
    file.write_bytes(b"id: \xff")
    with pytest.raises(PolicyError, match=r"p\.yaml: cannot be read: no text in UTF-8"):
        load_policy(str(file))
    file.write_text(SMALL)
    assert load_policy(str(file)).id == "small"


def test_durations_are_written_with_units() -> None:
    assert [parse_duration(text) for text in ("365d1ms", "1d12h", "30m", "45s", "200ms", "0s")] == [
        365 * DAY + 1, DAY + DAY // 2, 1_800_000, 45_000, 200, 0,
    ]  # fmt: skip
    for text in ("365d1ms", "1d12h", "1m30s", "0s", "1h1ms"):
        assert write_duration(parse_duration(text)) == text
    for wrong in ("", "90", "d", "90 d", "-1d", "1.5d", "1w", "1d ", 90, None, "\u0661d", "36601d"):
        with pytest.raises(ValueError, match="a duration is"):
            parse_duration(wrong)


def test_a_policy_has_a_largest_size_in_bytes_and_a_larger_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    assert parse_policy(SMALL + "#" * (LARGEST - len(SMALL)), "p.yaml").id == "small"
    assert mistakes(SMALL + "#" + "é" * (LARGEST // 2)) == ["p.yaml:1:1: larger than 256 KiB"]
    path = tmp_path / "p.yaml"
    path.write_text(SMALL + "#" * LARGEST + "\n{")
    with pytest.raises(PolicyError, match=r"p\.yaml:1:1: larger than 256 KiB$"):
        load_policy(str(path))
