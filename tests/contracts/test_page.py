"""The contract page: what is committed is what the documents say now, and it says all of it."""

import re

from deploy.contracts.page import PAGE, page
from tests.contracts.contract import INPUTS, OUTPUTS, schema

TEXT = page()


def test_the_page_is_what_the_documents_say() -> None:
    assert PAGE.read_text("utf-8") == TEXT, "write it again: make contracts"


def test_every_message_has_its_members_on_the_page() -> None:
    parts = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL))
    for name in (*INPUTS, *OUTPUTS):
        told = set(re.findall(r"^\| `(\w+)` \|", parts[name], re.MULTILINE))
        assert told == set(schema(name)["properties"]), name
