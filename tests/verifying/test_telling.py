"""How a check is told: the differences, what was not checked, and last the verdict in the words that were promised."""

from app.demo.style import Style
from app.verifying.account import SHOWN, Account
from app.verifying.checking import OF_BUDGETS
from app.verifying.lateness import ANCIENT
from app.verifying.telling import telling, told
from tests.app.commands import segue
from tests.builders import T0

PLAIN = Style(color=False)


def right(customers: int, transitions: int) -> Account:
    account = Account(transitions=transitions)
    for _ in range(customers):
        account.is_right(exact=True)
    return account


def test_without_a_difference_it_is_one_line() -> None:
    account = right(4_372, 14_710)
    account.unchecked_rewards[OF_BUDGETS] += 0
    assert list(telling(account, PLAIN)) == ["4,372 customers, 14,710 transitions, 0 differences"]
    assert told(account)["unchecked_rewards"] == {}


def test_the_first_difference_of_each_customer_is_told_and_of_many_the_rest_is_counted() -> None:
    account = right(1, 9)
    for number in range(SHOWN + 2):
        account.differs(f"c{number}", "sequence 2 is missing")
    lines = list(telling(account, PLAIN))
    assert lines[0] == "c0: sequence 2 is missing"
    assert lines[SHOWN:] == ["and 2 customers more", "23 customers, 9 transitions, 22 differences"]
    assert len(told(account)["first"]) == SHOWN


def test_what_was_not_checked_is_told_with_how_many_and_why() -> None:
    account = right(1, 1)
    account.is_right(exact=False)
    account.unchecked[ANCIENT] += 2
    account.unchecked_rewards[OF_BUDGETS] += 1
    account.is_due(T0 + 1)
    account.is_due(T0)
    account.reached(T0 + 1)
    account.reached(T0)
    lines = list(telling(account, PLAIN))
    assert lines[0] == "Not checked"
    assert lines[1] == f"  2 customers against the input: {ANCIENT}"
    assert lines[2] == f"  1 reward against the input: {OF_BUDGETS}"
    assert told(account)["unchecked_rewards"] == {OF_BUDGETS: 1}
    assert lines[3].startswith("  1 customer but by instants and segments")
    assert lines[4].startswith(
        "  2 customers who are due and not moved yet, the first of them since 2010-12-01T08:26:00"
    )
    assert lines[5].startswith("  what is later than 2010-12-01T08:26:00")
    assert lines[6] == "4 customers, 1 transition, 0 differences"


def test_brokers_that_do_not_answer_are_one_clear_line() -> None:
    done = segue("verify", SEGUE_KAFKA__BOOTSTRAP_SERVERS="127.0.0.1:1")
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert "Operator action" in line
