"""A policy file in, a checked Policy out, or all its mistakes at once, each with its place."""

import hashlib
import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal, InvalidOperation
from importlib import resources
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

from schemas.closed import Mistake
from schemas.policy import Policy
from schemas.policy_checks import mistakes
from schemas.policy_document import PolicyDocument

DEEPEST: Final = 100
"""So many brackets may be open at once: what the reader of YAML takes for them grows with their square."""

LARGEST: Final = 256 * 1024
"""So many bytes of UTF-8 a policy may have: it is one record of the control topic, and its reader is slow."""


class PolicyError(Exception):
    """A policy that cannot be used; `mistakes` are lines `file:line:col: path: message`."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def load_policy(name: str) -> Policy:
    """Load a policy file, or the shipped pack of that name; PolicyError names every mistake."""
    return parse_policy(*policy_text(name))


def parse_policy(text: str, origin: str) -> Policy:
    """Check the text of a policy; `origin` names it in the messages."""
    return parse_document(text, origin).compile(hashlib.sha256(text.encode()).hexdigest()[:16])


def load_document(name: str) -> PolicyDocument:
    """Load what `load_policy` compiles, as it is written: every default filled in, nothing wrong with it."""
    return parse_document(*policy_text(name))


def parse_document(text: str, origin: str) -> PolicyDocument:
    """Check the text of a policy; `origin` names it in the messages."""
    tree = read_tree(text, origin)
    wrong: list[Mistake] = []
    document: PolicyDocument | None
    try:
        document = PolicyDocument.model_validate(tree)
    except ValidationError as error:
        wrong = [(mistake["loc"], mistake["msg"]) for mistake in error.errors()]
        document = _readable(tree, {place[0] for place, _ in wrong if place})
    unread = {place[0] for place, _ in wrong if place}
    if document is not None:
        wrong += mistakes(document, {str(part) for part in unread})
    if document is None or wrong:
        raise PolicyError([mistake_line(origin, tree, place, message) for place, message in wrong])
    return document


def policy_text(name: str) -> tuple[str, str]:
    """Read a file, or the shipped pack of that name; with the text goes what messages call it.

    PolicyError when there is none.
    """
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        pack = resources.files("schemas") / "packs" / f"{name}.yaml"
        if not re.fullmatch(r"[a-z0-9]+", name) or not pack.is_file():
            raise PolicyError([f"{name}: no such pack, and no .yaml file"])
        return pack.read_text("utf-8"), f"{name}.yaml"
    try:
        with path.open(encoding="utf-8") as file:
            return file.read(LARGEST + 1), str(path)  # one character too many says enough
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text in UTF-8"
        raise PolicyError([f"{path}: cannot be read: {reason}"]) from error


def read_tree(text: str, origin: str) -> Any:
    """Read YAML with the places of all that it holds; PolicyError where it cannot be read."""
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        raise PolicyError([f"{origin}:1:1: larger than {LARGEST // 1024} KiB"])
    _check_nesting(text, origin)
    yaml = YAML(typ="rt")
    yaml.Constructor = _PolicyConstructor
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{origin}:{mark.line + 1}:{mark.column + 1}" if mark else origin
        raise PolicyError([f"{place}: {error.problem or 'no YAML'}"]) from error
    except (YAMLError, RecursionError, AttributeError, LookupError, TypeError, ValueError) as error:
        # the reader lets some wrong tags and keys through to Python
        reason = next(iter(str(error).splitlines()), "")
        raise PolicyError([f"{origin}:1:1: no YAML that can be read: {reason}"]) from error


def _check_nesting(text: str, origin: str) -> None:
    """PolicyError where too many brackets are open, those in quotes and comments counted too: who needs so many?"""
    depth = 0
    for bracket in _BRACKETS.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > DEEPEST:
            before = text[: bracket.start()]
            line, column = before.count("\n") + 1, bracket.start() - before.rfind("\n")
            raise PolicyError([f"{origin}:{line}:{column}: nested deeper than {DEEPEST} brackets"])


_BRACKETS: Final = re.compile(r"[\[\]{}]")


def _readable(tree: Any, unread: AbstractSet[int | str]) -> PolicyDocument | None:
    """Read a document without the parts that cannot be read, so that mistakes elsewhere are told along with theirs."""
    if not isinstance(tree, Mapping) or not unread:
        return None
    rest = {key: value for key, value in tree.items() if key not in unread}
    try:
        return PolicyDocument.model_validate({key: _PLACEHOLDERS[key] for key in unread & _PLACEHOLDERS.keys()} | rest)
    except ValidationError:
        return None


_PLACEHOLDERS: Final[dict[int | str, Any]] = {
    "version": 1,
    "id": "unread",
    "currency": "XXX",
    "segments": [{"id": "unread", "otherwise": True}],
}


class _PolicyConstructor(RoundTripConstructor):
    """Reads 100.00 as a decimal, for money is never a float, and a time as the text that it is.

    Keys are scalars: what a mapping within a mapping's key takes doubles with each level.
    """

    def construct_document(self, node: Node) -> Any:
        waiting, met = [node], set[int]()
        while waiting:
            looked_at = waiting.pop()
            if id(looked_at) in met or not isinstance(looked_at, CollectionNode):
                continue
            met.add(id(looked_at))
            for item in looked_at.value:
                key, value = item if isinstance(looked_at, MappingNode) else (None, item)
                if isinstance(key, CollectionNode):
                    raise ConstructorError(None, None, "a key is no list and no mapping", key.start_mark)
                waiting.append(value)
        return super().construct_document(node)


def _decimal(loader: RoundTripConstructor, node: ScalarNode) -> Decimal:
    try:
        return Decimal(loader.construct_scalar(node))
    except InvalidOperation:
        raise ConstructorError(None, None, f"no amount: {node.value}", node.start_mark) from None


def _as_written(loader: RoundTripConstructor, node: ScalarNode) -> str:
    return str(loader.construct_scalar(node))


_PolicyConstructor.add_constructor("tag:yaml.org,2002:float", _decimal)
_PolicyConstructor.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def mistake_line(origin: str, tree: Any, loc: tuple[int | str, ...], message: str) -> str:
    """Say where a mistake is: the deepest node of its path that the file has."""
    line = column = 0
    node = tree
    for part in loc:
        try:
            line, column = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
    path = ".".join(str(part) for part in loc) or "policy"
    return f"{origin}:{line + 1}:{column + 1}: {path}: {message.removeprefix('Value error, ')}"
