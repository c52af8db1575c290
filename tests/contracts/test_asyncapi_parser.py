"""asyncapi.yaml through the official parser, which wants node and `npm ci` in this folder."""

import os
import shutil
import subprocess
from importlib import resources
from pathlib import Path
from typing import Any, Final

import orjson
import pytest

HERE: Final = Path(__file__).parent
SCHEMAS: Final = resources.files("schemas")


@pytest.fixture(scope="module")
def node() -> str:
    """Where node is; continuous integration may not do without it."""
    found = shutil.which("node")
    ready = (HERE / "node_modules" / "@asyncapi" / "parser").is_dir()
    if found is not None and ready:
        return found
    reason = "run `npm ci` in tests/contracts" if found else "node is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def parse(node: str, document: Path) -> dict[str, Any]:
    """Give what the parser says of a document."""
    done = subprocess.run(
        [node, HERE / "validate.mjs", document], check=False, capture_output=True, text=True, timeout=120
    )
    assert done.stdout, done.stderr
    said: dict[str, Any] = orjson.loads(done.stdout)
    return said | {"valid": done.returncode == 0}


def test_the_shipped_document_is_valid_without_a_word(node: str) -> None:
    with resources.as_file(SCHEMAS) as folder:
        assert parse(node, folder / "asyncapi.yaml") == {"asyncapi": "3.1.0", "complaints": [], "valid": True}


BROKEN: Final[dict[str, tuple[str, str, str]]] = {
    "an action that there is not": ("asyncapi.yaml", "action: receive", "action: take"),
    "a channel that there is not": ("asyncapi.yaml", "channels/orders", "channels/order"),
    "a key that there is not": ("asyncapi.yaml", "address:", "adress:"),
    "a schema that there is not": ("asyncapi.yaml", "json/engaged.", "json/engage."),
    "a message that there is not": ("asyncapi.yaml", "messages/segment.brink'", "messages/segment.verge'"),
    "a type that there is not": ("json/engaged.json", '"string"', '"strin"'),
    "a type that there is not in segment.retracted": ("json/segment.retracted.json", '"string"', '"strin"'),
    "a type that there is not in segment.brink_cleared": ("json/segment.brink_cleared.json", '"string"', '"strin"'),
}


@pytest.mark.parametrize("change", BROKEN.values(), ids=BROKEN)
def test_a_broken_document_is_refused(node: str, tmp_path: Path, change: tuple[str, str, str]) -> None:
    with resources.as_file(SCHEMAS) as folder:
        shutil.copytree(folder / "json", tmp_path / "json")
        shutil.copy(folder / "asyncapi.yaml", tmp_path)
    name, old, new = change
    text = (tmp_path / name).read_text("utf-8")
    assert old in text
    (tmp_path / name).write_text(text.replace(old, new, 1), "utf-8")
    said = parse(node, tmp_path / "asyncapi.yaml")
    assert not said["valid"]
    assert any(complaint["severity"] == 0 for complaint in said["complaints"])
