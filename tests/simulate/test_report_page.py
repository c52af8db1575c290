"""report.html: one page that shows everything, asks nobody for anything and cannot be made to say more."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from app.simulate.sizes import SizeCounter
from schemas.instants import DAY_MS
from schemas.policy_file import parse_policy
from tests.builders import DAY, T0
from tests.oracle.events import order
from tests.simulate.files import SHOP, ndjson, simulated, written
from tests.simulate.moves import move

EVIL = "<script>alert('x')</script>&\"'"
OTHER = parse_policy(
    f"""
version: 1
id: other
currency: GBP
segments:
  - {{id: rich, label: {EVIL!r}, when: {{monetary: {{min: 20}}}}}}
  - {{id: rest, otherwise: true}}
""".replace("\\'", "''"),
    "other.yaml",
)
EVENTS = [
    order("1", T0, 1_000),
    order("2", T0 + DAY, 1_000),
    order("3", T0 + 10 * DAY, 3_000, customer_id=EVIL),
    order("4", T0 + 70 * DAY, 3_000, customer_id="cid"),
]


@pytest.fixture
def page(tmp_path: Path) -> str:
    file = written(tmp_path / "events.ndjson", ndjson(EVENTS))
    out = simulated(tmp_path / "out", file, policy=SHOP, other=OTHER, html=True, as_of=T0 + 80 * DAY)
    return out.text("report.html")


class Elements(HTMLParser):
    """Every element with its attributes, and whether each that was opened was closed."""

    VOID = frozenset({"meta", "br", "rect"})

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> Iterator[dict[str, str | None]]:
        return (attributes for found, attributes in self.found if found == tag)


def test_the_page_asks_nobody_for_anything(page: str) -> None:
    elements = Elements(page)
    assert elements.open == []
    loading = {"src", "href", "srcset", "action", "data", "xlink:href", "onload", "onclick", "onmouseover"}
    assert [attributes for _, attributes in elements.found if loading & attributes.keys()] == []
    assert not {"script", "link", "img", "iframe", "object", "form", "base"} & {tag for tag, _ in elements.found}
    assert "url(" not in page
    assert "@import" not in page
    (policy,) = [one["content"] for one in elements.all("meta") if one.get("http-equiv") == "Content-Security-Policy"]
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_texts_of_customers_and_policies_are_only_texts(page: str) -> None:
    assert "<script" not in page
    assert "<b>" not in page
    assert "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;&amp;&quot;&#x27;" in page
    assert "Best, or &lt;b&gt;better&lt;/b&gt;" in page


def pictures(page: str) -> list[ET.Element]:
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", page, re.DOTALL)]  # noqa: S314  # we wrote it


def test_every_picture_is_named_and_a_table_stands_beside_it(page: str) -> None:
    drawn = pictures(page)
    assert [picture.get("role") for picture in drawn] == ["img"] * 3
    assert all(picture.get("aria-label") for picture in drawn)
    pairs = page.split('<div class="pair">')[1:]
    assert [("<svg" in pair, "<table" in pair) for pair in pairs] == [(True, True)] * 3


def test_every_table_has_a_caption_and_heads(page: str) -> None:
    tables = re.findall(r"<table>.*?</table>", page, re.DOTALL)
    assert len(tables) == 6
    for table in tables:
        assert "<caption>" in table
        assert '<th scope="col">' in table
        assert '<th scope="row">' in table


def test_the_matrix_marks_up_and_down_by_more_than_a_colour(page: str) -> None:
    matrix = next(table for table in re.findall(r"<table>.*?</table>", page, re.DOTALL) if "Moves: rows" in table)
    row = re.search(r'<tr><th scope="row">Good</th>(.*?)</tr>', matrix)
    assert row is not None
    assert 'class="up"><span aria-hidden="true">\N{UPWARDS ARROW}</span><span class="said">up </span> 1' in row[1]
    assert 'class="down"><span aria-hidden="true">\N{DOWNWARDS ARROW}</span><span class="said">down </span> 1' in row[1]


def test_ribbons_say_how_many_went_where(page: str) -> None:
    titles = [title.text for title in pictures(page)[0].iter("title")]
    assert sorted(filter(None, titles)) == [
        "(new) → Good: 3",
        "Best, or <b>better</b> → Good: 1",
        "Good → Best, or <b>better</b>: 1",
        "Good → Gone: 1",
    ]


def test_light_and_dark_screens_are_served(page: str) -> None:
    assert "prefers-color-scheme: dark" in page
    assert "color-scheme: light dark" in page


def test_an_empty_result_is_a_page_too(tmp_path: Path) -> None:
    file = written(tmp_path / "events.ndjson", b"no JSON\n")
    page = simulated(tmp_path / "out", file, policy=SHOP, html=True).text("report.html")
    assert Elements(page).open == []


def test_sizes_add_up_the_moves_of_the_days_before() -> None:
    counter = SizeCounter()
    for one in (move(None, "a", 0), move("a", "b", 2), move(None, "a", 2), move("b", None, 300, silent=True)):
        counter.count_move(one)
    sizes = counter.sizes(["a", "b"], T0 + 310 * DAY, points=4)
    assert [at // DAY_MS - T0 // DAY_MS for at in sizes.instants] == [0, 104, 208, 310]
    assert sizes.rows == {"a": [1, 1, 1, 1], "b": [0, 1, 1, 0]}
    assert SizeCounter().sizes(["a"], T0).rows == {"a": []}
