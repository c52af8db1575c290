"""The rights of each process: one table, the command that prints it, and the page that shows it, all the same."""

from app.rights import PROCESSES, rights_of
from schemas.topics import Topics
from tests.app.commands import segue
from tests.kafka.worker_process import REPOSITORY

PAGE = REPOSITORY / "deploy" / "kafka" / "acls.md"


def test_the_page_has_the_commands_that_are_printed() -> None:
    done = segue("acls")
    assert done.returncode == 0, done.stderr
    assert f"```sh\n{done.stdout}```" in PAGE.read_text("utf-8"), "deploy/kafka/acls.md: put `segue acls` there again"


def test_commands_are_printed_for_one_process_under_the_names_of_the_deployment() -> None:
    done = segue("acls", "promote", "--user", "marketing", SEGUE_APP_ID="shop", SEGUE_TOPIC_PREFIX="eu.")
    header, control, producer = done.stdout.splitlines()
    assert "segue policy promote" in header
    assert "--allow-principal User:marketing --operation Read --operation Write --topic eu.segue.control.v1 " in control
    assert "--operation Write --transactional-id shop-promote " in producer


def test_a_process_that_is_none_is_wrong_usage() -> None:
    done = segue("acls", "till")
    assert done.returncode == 2
    assert "worker" in done.stderr


def test_nobody_may_delete_anything_only_topics_sets_settings_and_only_a_worker_writes_what_is_published() -> None:
    topics = Topics()
    published = {topics.transitions, topics.customer_segments, topics.rewards, topics.messages, topics.changelog}
    for process in PROCESSES:
        rights = rights_of(process, topics)
        assert rights
        allowed = {operation for right in rights for operation in right.operations}
        assert allowed <= {"Read", "Write", "Create", "Describe", "DescribeConfigs", "AlterConfigs"}
        assert process == "topics" or "AlterConfigs" not in allowed
        written = {right.name for right in rights if "Write" in right.operations}
        assert process == "worker" or not written & published
