"""Texts of policies: a policy, or every mistake with its place, however the YAML is bent."""

import itertools
import re
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from random import Random
from typing import Final

from schemas.policy import Policy
from schemas.policy_file import PolicyError, parse_policy
from tests.fuzz.spoiling import spoil
from tests.fuzz.target import Input, Target
from tests.schemas.test_policy_budgets import TEXT
from tests.schemas.test_policy_file import SMALL

ROOT: Final = Path(__file__).parents[2]
FILES: Final = (*sorted((ROOT / "tests").glob("*/*.yaml")), ROOT / "deploy" / "examples" / "roastery" / "roastery.yaml")
PACKS: Final = ("braze10", "klaviyo", "seed", "shopify11")
POLICIES: Final = (
    SMALL,
    TEXT,
    *((resources.files("schemas") / "packs" / f"{pack}.yaml").read_text("utf-8") for pack in PACKS),
    *(path.read_text("utf-8") for path in FILES),
)
PLACED: Final = re.compile(r"p\.yaml:[1-9]\d*:[1-9]\d*: .", re.DOTALL)
SCALARS: Final = (
    "", "~", "null", "yes", "true", "0", "-1", "1", "2", "9", "1.5", "0x1F", "0o17", "1_000", ".inf", "-.inf", ".nan",
    "1e3", "1e999999", "1e-999999", "0e99999999", "1e99999999999999999999", "9" * 30, "9" * 5_000, "-0.0", "0.1e-5",
    "90d", "0d", "365d1ms", "36601d", "9" * 5_000 + "d", "1d" * 5_000, "33%", "0%", "100.000001%", "999%", '"333"',
    "333", '"' + "3" * 5_000 + '"', "2001-02-30", "2001-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "lifetime",
    "never", "Etc/UTC", "../../etc/passwd", "GBP", "JPY", "XXX", "a" * 70, "\u0661", "é", '"\\ud800"', '"\\0"',
    '"\\x7f"', "'", '"', "*a", "&a", "&a b", "!!str 1", "!!int x", "!!float x", "!!bool x", "!!null x", "!!binary x",
    "!!binary QQ==", "!!timestamp x", "!!set {a, b}", "!!omap [a: 1]", "!!pairs [a: 1]", "!!seq {}", "!!map []",
    "!!merge x", "!!python/object/apply:os.system [true]", "!!python/name:os.system", "!unknown x",
    "!<tag:yaml.org,2002:str> x",
    "! x", "[]", "{}", "[[]]", "{{}: 1}", "{[a]: 1}", "? x", "- x", "|", ">", "%", "@", "`", "\t", "#",
)  # fmt: skip
TOKENS: Final = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        *SCALARS, "\n", "\n\n", "\r", "\x85", "\u2028", "\ufeff", "\0", "\ud800", "\ufffe", "---\n", "...\n",
        "%YAML 1.1\n", "%YAML 9.9\n", "%TAG ! !\n", "<<: *a\n", "<<: {id: x}\n", "<<: [{}, {}]\n", "x: &x [*x]\n",
        ": ", "? ", "- ", "  ", "{", "[" * 500, "{a: " * 500, "- " * 500, "? " * 500, "&a " * 50, "!!str " * 50,
        "\n" * 3_000,
    )
)  # fmt: skip
_SCALAR: Final = re.compile(r"[A-Za-z0-9_.%/+-]+")


class Text(Input, frozen=True, tag="policy"):
    """The bytes of a policy file."""

    content: bytes

    @property
    def size(self) -> int:
        return len(self.content)


def make(random: Random) -> Text:
    """Take a policy that is good and bend it."""
    text = random.choice(POLICIES)
    for _ in range(random.choice((1, 1, 2, 4))):
        text = random.choice(_WAYS)(random, text)
    content = text.encode("utf-8", "surrogatepass")
    if random.random() < 0.3:
        content = spoil(random, content, [SMALL.encode()], TOKENS)
    return Text(content[:30_000])


def judge(given: Text) -> None:
    """Load it as a file or a record of the control topic is loaded."""
    try:
        text = given.content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        text = given.content.decode("latin-1")  # of files such are refused before they are looked at
    mistakes = _mistakes(text)
    assert mistakes is None or mistakes
    assert all(PLACED.match(line) for line in mistakes or ()), mistakes


def _mistakes(text: str) -> list[str] | None:
    """Load a policy; None = nothing is wrong with it."""
    try:
        assert isinstance(parse_policy(text, "p.yaml"), Policy)
    except PolicyError as error:
        return error.mistakes
    return None


def _replace_scalar(random: Random, text: str) -> str:
    found = list(_SCALAR.finditer(text))
    if not found:
        return text
    place = random.choice(found)
    return text[: place.start()] + random.choice(SCALARS) + text[place.end() :]


def _move_lines(random: Random, text: str) -> str:
    lines = text.splitlines(keepends=True) or [""]
    line = lines.pop(random.randrange(len(lines)))
    put = random.choice(([], [line, line], [line], [" " + line], [line.lstrip()], [line.rstrip("\n")]))
    place = random.randrange(len(lines) + 1)
    return "".join((*lines[:place], *put, *lines[place:]))


def _grow_list(random: Random, text: str) -> str:
    """Make a list of the text very long, its items all alike or all different."""
    lists = list(re.finditer(r"\[([^\[\]{}]+)\]", text))
    if not lists:
        return text
    found, many = random.choice(lists), random.choice((9, 17, 101, 1_000, 3_000))
    item = random.choice(found[1].split(","))
    items = (
        [item] * many if random.random() < 0.3 else [f"a{n}" if random.random() < 0.5 else f"{n}" for n in range(many)]
    )
    return text[: found.start(1)] + ", ".join(items) + text[found.end(1) :]


def _bomb(random: Random, text: str) -> str:
    """Put lists of lists of lists somewhere, each named once and used often."""
    use = random.choice(("[{0}]", "{{a: {1}, b: {1}}}", "{{<<: [{0}]}}"))
    names = "abcdefghijklmnopqrst"[: random.choice((3, 9, 20))]
    lines = [f"x{names[0]}: &{names[0]} {random.choice(('[0]', '{k: 1}', 'x'))}"]
    for before, name in itertools.pairwise(names):
        lines.append(f"x{name}: &{name} " + use.format(", ".join([f"*{before}"] * 9), f"*{before}"))
    key = random.choice(("segments", "rewards", "scores", "engagement", "brink", "id", "budgets", "journeys", "y"))
    kept = re.sub(rf"(?m)^{key}:.*\n(^[ -].*\n)*", "", text)
    return (
        "\n".join(lines) + f"\n{kept}\n{key}: {random.choice(('*', '[*'))}{names[-1]}" + random.choice(("", "]", "\n"))
    )


def _nest(random: Random, text: str) -> str:
    depth = random.choice((10, 100, 400, 2_000))
    begin, end = random.choice((("[", "]"), ("{a: ", "}"), ("{? ", "}"), ("&a [", "]"), ("!!seq [", "]"), ("- ", "")))
    branch = "{branch: {on: support_resolved, within: 7d, then: ["
    begin, end = random.choice(((begin, end), (branch, "]}}")))
    found = list(_SCALAR.finditer(text))
    if not found:
        return text
    place = random.choice(found)
    return (
        text[: place.start()] + begin * depth + place[0] + end * random.choice((depth, depth, 0)) + text[place.end() :]
    )


def _repeat_blocks(random: Random, text: str) -> str:
    """Let one item of a list stand many times, with another id each time."""
    items = [line for line in text.splitlines(keepends=True) if line.lstrip().startswith("- {") and "id: " in line]
    if not items:
        return text
    item = random.choice(items)
    many = random.choice((2, 50, 99, 120))
    return text.replace(item, "".join(item.replace("id: ", f"id: x{n}", 1) for n in range(many)), 1)


_WAYS: Final[tuple[Callable[[Random, str], str], ...]] = (
    _replace_scalar, _replace_scalar, _replace_scalar, _replace_scalar, _move_lines, _move_lines, _grow_list, _bomb,
    _nest, _repeat_blocks,
)  # fmt: skip
POLICY: Final = Target("policy", Text, make, judge, seconds=0.5, seconds_per_byte=1e-4)
