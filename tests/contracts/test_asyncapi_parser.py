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


@pytest.fixture(scope="module")
def said(node: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the parser says of the document as it ships ("") and of each that is broken: one process for all."""
    with resources.as_file(SCHEMAS) as folder:
        documents: list[str | Path] = [folder / "asyncapi.yaml"]
        documents += [_break(folder, tmp_path_factory.mktemp("broken"), change) for change in BROKEN.values()]
        command: list[str | Path] = [node, HERE / "validate.mjs", *documents]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return dict(zip(("", *BROKEN), map(orjson.loads, done.stdout.splitlines()), strict=True))


def _break(folder: Path, copy: Path, change: tuple[str, str, str]) -> Path:
    shutil.copytree(folder / "json", copy / "json")
    shutil.copy(folder / "asyncapi.yaml", copy)
    name, old, new = change
    text = (copy / name).read_text("utf-8")
    assert old in text
    (copy / name).write_text(text.replace(old, new, 1), "utf-8")
    return copy / "asyncapi.yaml"


def test_the_shipped_document_is_valid_without_a_word(said: dict[str, dict[str, Any]]) -> None:
    assert said[""] == {"asyncapi": "3.1.0", "complaints": [], "valid": True}


@pytest.mark.parametrize("change", BROKEN)
def test_a_broken_document_is_refused(said: dict[str, dict[str, Any]], change: str) -> None:
    assert not said[change]["valid"]
    assert any(complaint["severity"] == 0 for complaint in said[change]["complaints"])
