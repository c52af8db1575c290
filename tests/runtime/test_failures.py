"""What a partition does about a failure: open again, when, or end the worker."""

from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    IllegalStateError,
    KafkaConnectionError,
    MessageSizeTooLargeError,
    NotEnoughReplicasError,
    OffsetOutOfRangeError,
    ProducerFenced,
)

from app.runtime.deciding import Undecided, blaming
from app.runtime.errors import InputGone, OpeningRefused, RecordRefused, StateRefused
from app.runtime.experience import Attempt, Experience
from app.runtime.failures import WAITS, Failures, Reopening
from app.runtime.intake import Batch, Hole
from app.runtime.opening import Overtaken
from app.runtime.poison import PATIENCE, Poison
from app.runtime.portion import Portion
from app.runtime.run_consumer import input_lost
from app.runtime.settling import Unsettled
from app.runtime.state_checks import check_grown, check_layout
from app.runtime.transaction import OutOfTime
from app.settings import Settings
from schemas.rows import LAYOUT, ProgressRow
from tests.builders import Rec

CHANGELOG = TopicPartition("changelog", 3)
BATCH = Batch([Rec(topic="orders", offset=7)], {"orders": 8}, {})


class Answers:
    """What a partition does about failures, and what it has learned."""

    def __init__(self, **settings: Any) -> None:
        self.settings = Settings.model_validate(settings)
        self.learned = Experience(Portion(self.settings.transactions.records))
        self.failures = Failures(3, self.settings, self.learned)
        self.opened, self.began = self.failures.opened, self.failures.began

    def answer(self, error: Exception, batch: Batch | None = None, deciding_s: float = 0.0) -> Reopening:
        return self.failures.answer(error, Attempt(batch, deciding_s))

    def commit(self, batch: Batch) -> None:
        self.learned.passed(batch)
        self.failures.committed()


def answers(**settings: Any) -> tuple[Answers, Poison]:
    made = Answers(**settings)
    return made, made.learned.poison


def undecided() -> Undecided:
    with pytest.raises(Undecided) as raised, blaming(BATCH):
        raise KeyError("ann@example.org")
    return raised.value


def test_a_fenced_partition_waits_one_session() -> None:
    failures, _ = answers()
    assert failures.answer(ProducerFenced()).seconds == 10


def test_being_overtaken_four_times_in_a_row_ends_the_worker() -> None:
    failures, _ = answers()
    for _ in range(3):
        assert failures.answer(Overtaken("ahead")).reason == "overtaken"
    failures.opened()
    for _ in range(3):
        failures.answer(Overtaken("ahead"))
    with pytest.raises(OpeningRefused, match="partition 3: ahead"):
        failures.answer(Overtaken("ahead"))


def test_an_input_that_stays_unassigned_ends_the_worker() -> None:
    failures, _ = answers()
    gone = IllegalStateError("No current assignment for partition orders")
    for _ in range(3):
        assert failures.answer(gone).seconds == 10
    failures.began()
    for _ in range(3):
        failures.answer(gone)
    with pytest.raises(InputGone, match=r"partition 3 .*orders.*Operator action"):
        failures.answer(gone)


@pytest.mark.parametrize("error", [ProducerFenced(), KafkaConnectionError(), Hole("gap")])
def test_what_brokers_do_never_makes_a_record_a_suspect(error: Exception) -> None:
    failures, poison = answers()
    for _ in range(10):
        failures.answer(error, BATCH)
    assert not poison.alone
    assert failures.learned.portion.records == failures.settings.transactions.records


@pytest.mark.parametrize("error", [TimeoutError(), OutOfTime(), RuntimeError("the handler is closed")])
def test_what_is_too_much_is_tried_in_ever_smaller_parts_and_condemns_nothing(error: Exception) -> None:
    failures, poison = answers()
    tried = []
    while not poison.alone:
        tried.append(failures.learned.portion.records)
        assert not failures.answer(error, BATCH).for_others
    assert tried == [5000, 625, 78, 9, 1, 1, 1]
    for _ in range(10):
        failures.answer(error, BATCH)
    assert poison.condemned is None
    failures.commit(BATCH)
    assert not poison.alone


def test_a_record_that_alone_takes_all_the_time_is_set_aside_at_the_third_try() -> None:
    failures, poison = answers()
    poison.part(BATCH)
    limit = failures.settings.transactions.limit_seconds
    for _ in range(PATIENCE - 1):
        assert failures.answer(TimeoutError(), BATCH, limit).reason == "slow"
        assert poison.condemned is None
    failures.answer(TimeoutError(), BATCH, limit)
    assert poison.condemned == ("orders", 7)
    assert poison.reason == "TimeoutError"


def test_what_brokers_will_not_take_makes_the_record_that_is_alone_in_it_the_poison() -> None:
    failures, poison = answers()
    assert [failures.answer(MessageSizeTooLargeError(), BATCH).reason for _ in range(PATIENCE)] == ["too_large"] * 3
    assert poison.alone
    assert poison.condemned is None
    failures.answer(MessageSizeTooLargeError(), BATCH)
    assert poison.condemned == ("orders", 7)
    assert poison.reason == "MessageSizeTooLargeError"


def test_what_fails_without_records_in_hand_blames_none() -> None:
    failures, poison = answers()
    for error in (MessageSizeTooLargeError(), TimeoutError(), OutOfTime()):
        for _ in range(10):
            failures.answer(error)
    assert not poison.alone
    assert failures.learned.portion.records == failures.settings.transactions.records


@pytest.mark.parametrize("error", [ProducerFenced(), NotEnoughReplicasError()])
def test_others_are_waited_for_so_often_without_a_commit_and_then_it_counts_as_standing_still(error: Exception) -> None:
    failures, _ = answers()
    for _ in range(2):
        assert all(failures.answer(error).for_others for _ in range(WAITS))
        assert not failures.answer(error).for_others
        failures.commit(BATCH)


def test_a_hanging_transaction_is_waited_for_as_long_as_it_hangs() -> None:
    failures, _ = answers()
    assert all(failures.answer(Unsettled("hangs")).for_others for _ in range(2 * WAITS))


@pytest.mark.parametrize("error", [ProducerFenced(), Overtaken("ahead"), Unsettled("hangs"), KafkaConnectionError()])
def test_what_waits_for_brokers_or_another_owner_is_told_from_what_does_not(error: Exception) -> None:
    failures, _ = answers()
    assert failures.answer(error).for_others
    for own in (OSError("disk"), Hole("gap"), undecided(), ValueError("a mistake")):
        assert not failures.answer(own).for_others


@pytest.mark.parametrize("error", [OSError("disk"), MemoryError(), TimeoutError(), Exception("IO error: corruption")])
def test_a_disk_that_cannot_be_read_is_no_fault_of_the_records(error: Exception) -> None:
    with pytest.raises(type(error)) as raised, blaming(BATCH):
        raise error
    assert raised.value is error


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ("Corruption: block checksum mismatch", "unreadable"),
        ("IO error: No such file or directory", "unreadable"),
        ("IO error: No space left on device", "store"),
        ("IO error: lock hold by current process", "store"),
    ],
)
def test_a_store_is_begun_anew_only_where_its_files_are_spoiled(message: str, reason: str) -> None:
    failures, poison = answers()
    for _ in range(10):
        answer = failures.answer(Exception(f"{message}: /data/customers-3.db/000012.sst: ann"))
        assert (answer.reason, answer.error) == (reason, message)
    assert not poison.alone


def test_a_record_that_fails_alone_is_set_aside_without_a_word_of_its_content() -> None:
    failures, poison = answers()
    told = [failures.answer(undecided()) for _ in range(4)]
    assert poison.condemned == ("orders", 7)
    assert poison.reason == "KeyError"
    assert all("ann" not in each.error for each in told)


def test_a_record_that_fails_alone_ends_the_worker_when_told_so() -> None:
    failures, _ = answers(poison="stop")
    for _ in range(3):
        failures.answer(undecided())
    with pytest.raises(RecordRefused, match=r"orders\[3\] offset 7 cannot be decided: KeyError"):
        failures.answer(undecided())


def test_rows_that_stand_where_older_ones_have_stood_are_those_of_another_changelog() -> None:
    check_grown(CHANGELOG, 0, 0, 5)
    check_grown(CHANGELOG, 70, 70, 75)
    check_grown(CHANGELOG, 70, 72, 75)  # behind the markers of a transaction
    with pytest.raises(StateRefused, match=r"changelog\[3\] ends at 74, .* 70: .* created again\. Operator action: "):
        check_grown(CHANGELOG, 70, 69, 74)


def test_rows_of_a_later_layout_are_refused_and_earlier_ones_are_not() -> None:
    for layout in range(LAYOUT + 1):
        check_layout(ProgressRow({}, 0, layout=layout))
    with pytest.raises(
        StateRefused, match=rf"layout {LAYOUT + 1}, .* writes {LAYOUT}: .* Operator action: run the ver"
    ):
        check_layout(ProgressRow({}, 0, layout=LAYOUT + 1))


def test_an_offset_that_an_input_has_lost_is_named_with_an_instruction() -> None:
    lost = input_lost(OffsetOutOfRangeError({TopicPartition("orders", 3): 17}))
    assert str(lost).startswith("orders[3] has no offset 17, which is next to be read: ")
    assert "Operator action: " in str(lost)
