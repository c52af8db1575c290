"""Sums of days are those of their rows, all of one moment; a day to which nothing was written is not read again."""

import asyncio
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from app.serving import keys
from app.serving.day_sums import SLICE, DaySums
from app.serving.days import matrix, rewards, sizes
from app.serving.draft import Draft, counted_as
from app.serving.view import View
from tables.scanning import scan
from tests.serving.telling import BEGIN, DAY, Log

FIRST = BEGIN // DAY
DAYS = st.integers(FIRST, FIRST + 50)
NAMES = st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["c", None]))
STEPS = st.lists(st.tuples(DAYS, NAMES, st.integers(-2, 3), DAYS, DAYS), max_size=25)


@settings(max_examples=60)
@given(steps=STEPS)
def test_sums_follow_whatever_is_counted_and_counted_back(
    views: tuple[View, View], steps: list[tuple[int, ...]]
) -> None:
    db = views[0].db
    views[0].forget()
    held, plain = DaySums(db, keys.MOVES_OF_DAY), Counter[tuple[object, ...]]()

    async def ask() -> None:
        for day, names, by, first, last in steps:
            draft = Draft()
            draft.count(keys.MOVES_OF_DAY, day, *names, by=by)  # type: ignore[misc]  # a tuple of names
            draft.write(db)
            held.written(draft.counts)
            plain[day, names] += by
            total = await held.total(first, last)
            expected: Counter[object] = Counter()
            for (one, what), count in plain.items():
                if first <= one <= last:  # type: ignore[operator]  # a day
                    expected[what] += count
            assert {what: count for what, count in total.items() if count} == {
                what: count for what, count in expected.items() if count
            }

    asyncio.run(ask())


async def test_a_day_may_have_more_rows_than_are_read_at_once(view: View) -> None:
    draft = Draft()
    for number in range(2 * SLICE + 1):
        draft.count(keys.REWARDS_OF_DAY, FIRST, f"rule-{number}", "granted")
        draft.count(keys.REWARDS_OF_DAY, FIRST + 2 + number, "rule", "granted")
    draft.write(view.db)
    told = await rewards(view, FIRST, FIRST + 3 * SLICE)
    assert sum(rule.granted for rule in told.rules) == 2 * (2 * SLICE + 1)
    assert len(told.rules) == 2 * SLICE + 2


async def test_only_days_to_which_something_was_written_are_read_again(view: View, log: Log) -> None:
    log.move("ada", None, "recent", BEGIN)
    log.move("ben", None, "recent", BEGIN + DAY)
    log.flush()
    assert (await matrix(view, FIRST, FIRST + 1)).moves == 2
    of_the_first = next(scan(view.db, keys.of_day(keys.MOVES_OF_DAY, FIRST), keys.BEHIND, 1))
    view.db.put(of_the_first, counted_as(1_000))  # whoever reads it again is found out
    log.move("cleo", None, "recent", BEGIN + DAY)
    log.flush()
    assert (await matrix(view, FIRST, FIRST + 1)).moves == 3
    assert (await sizes(view, FIRST, FIRST + 1)).segments[0].customers == [1, 3]


async def test_what_is_written_meanwhile_is_not_in_an_answer_but_in_the_next(view: View, log: Log) -> None:
    for number in range(20):
        log.move(f"c{number}", None, "recent", BEGIN + number * DAY)
    log.flush()
    asked = asyncio.ensure_future(sizes(view, FIRST, FIRST + 19))
    await asyncio.sleep(0)
    assert not asked.done()
    log.move("c0", "recent", "loyal", BEGIN + 3 * DAY)
    log.move("late", None, "recent", BEGIN + 30 * DAY)
    log.flush()
    told = {line.id: line.customers for line in (await asked).segments}
    assert told == {"recent": list(range(1, 21)), "loyal": [0] * 20}
    told = {line.id: line.customers for line in (await sizes(view, FIRST, FIRST + 19)).segments}
    assert told == {"recent": [1, 2, 3, *range(3, 20)], "loyal": [0] * 3 + [1] * 17}
