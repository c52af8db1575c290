"""A file of scenarios in, checked scenarios with their facts out, or all its mistakes at once, each with its place."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from app.runtime.errors import SegueError
from app.scenarios.deeds import facts_of
from app.scenarios.document import START, HeadDocument, ScenarioDocument
from app.scenarios.names import Names
from schemas.closed import Mistake
from schemas.facts import Fact
from schemas.policy import Policy
from schemas.policy_file import PolicyError, load_policy, mistake_line, read_tree

Shape = TypeVar("Shape", bound=BaseModel)


class Scenario(NamedTuple):
    """One that can be played."""

    document: ScenarioDocument
    facts: list[Fact]
    line: int
    """Where it stands in its file."""


class ScenarioFile(NamedTuple):
    """All of a file."""

    policy: Policy
    start: int
    scenarios: list[Scenario]


def read_scenarios(path: Path) -> ScenarioFile:
    """Read a file; SegueError names every mistake as `file:line:col: path: message`."""
    tree = read_tree(_text(path), str(path))
    if not isinstance(tree, Mapping):
        raise SegueError(f"{path}:1:1: a file of scenarios has policy and scenarios")
    reading = _Reading(tree, path)
    found = reading.read()
    if reading.mistakes or found is None:
        raise SegueError("\n".join(_in_order(reading.mistakes, tree, str(path))))
    return found


def _in_order(mistakes: list[Mistake], tree: Any, origin: str) -> list[str]:
    """Write mistakes as they stand in the file."""

    def place(line: str) -> list[int]:
        return [int(number) for number in line.removeprefix(f"{origin}:").split(":", 2)[:2]]

    return sorted((mistake_line(origin, tree, where, message) for where, message in mistakes), key=place)


class _Reading:
    """Goes on behind a mistake, as far as nothing hangs on it."""

    def __init__(self, tree: Mapping[str, Any], path: Path) -> None:
        self._tree = tree
        self._path = path
        self.mistakes: list[Mistake] = []

    def read(self) -> ScenarioFile | None:
        """Read all; None: there are mistakes."""
        head = self._shaped(HeadDocument, self._tree, (), None)
        policy = self._policy()
        start = head.start if head is not None else START
        nodes = self._tree.get("scenarios")
        found = list(self._scenarios(nodes, policy, start)) if isinstance(nodes, list) else []
        return ScenarioFile(policy, start, found) if head is not None and policy is not None else None

    def _policy(self) -> Policy | None:
        """Load it from beside this file; what is wrong with it is told at the key that names it."""
        name = self._tree.get("policy")
        if not isinstance(name, str) or not name:
            return None
        is_file = name.endswith((".yaml", ".yml"))
        try:
            return load_policy(str(self._path.parent / name) if is_file else name)
        except PolicyError as error:
            self.mistakes += [(("policy",), line) for line in error.mistakes]
            return None

    def _scenarios(self, nodes: list[Any], policy: Policy | None, start: int) -> Iterator[Scenario]:
        names = [node.get("name") if isinstance(node, Mapping) else None for node in nodes]
        for index, node in enumerate(nodes):
            place = ("scenarios", index)
            if names[index] is not None and names[index] in names[:index]:
                self.mistakes.append(((*place, "name"), "an earlier scenario has this name"))
            document = self._shaped(ScenarioDocument, node, place, policy)
            readable = document or _readable(node, policy)
            if readable is None:
                continue
            facts, mistakes = facts_of(readable, start, policy) if policy is not None else ([], [])
            mistakes += readable.mistakes(start)
            self.mistakes += [((*place, *where), message) for where, message in mistakes]
            if document is not None:
                yield Scenario(document, facts, nodes.lc.item(index)[0] + 1)  # type: ignore[attr-defined]  # of ruamel

    def _shaped(
        self, shape: type[Shape], node: Any, place: tuple[int | str, ...], policy: Policy | None
    ) -> Shape | None:
        try:
            return shape.model_validate(node, context=Names(policy))
        except ValidationError as error:
            for mistake in error.errors():
                message = "keys with values are expected" if mistake["type"] == "model_type" else mistake["msg"]
                self.mistakes.append(((*place, *mistake["loc"]), message))
            return None


def _readable(node: Any, policy: Policy | None) -> ScenarioDocument | None:
    """Read a scenario of which only what is given can be read, so that mistakes in that are told along with others."""
    if not isinstance(node, Mapping) or "given" not in node:
        return None
    try:
        rest = {"name": "unread", "given": node["given"], "then": {"brinks": []}}
        return ScenarioDocument.model_validate(rest, context=Names(policy))
    except ValidationError:
        return None


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text in UTF-8"
        raise SegueError(f"{path}: cannot be read: {reason}") from error
