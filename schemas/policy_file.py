"""A policy file in, a checked Policy out, or all its mistakes at once, each with its place."""

import hashlib
import re
from decimal import Decimal, InvalidOperation
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import ScalarNode

from schemas.policy import Policy
from schemas.policy_document import PolicyDocument


class PolicyError(Exception):
    """A policy that cannot be used; `mistakes` are lines `file:line:col: path: message`."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


def load_policy(name: str) -> Policy:
    """Load a policy file, or the shipped pack of that name; PolicyError names every mistake."""
    path = Path(name)
    if path.suffix not in {".yaml", ".yml"}:
        pack = resources.files("schemas") / "packs" / f"{name}.yaml"
        if not re.fullmatch(r"[a-z0-9]+", name) or not pack.is_file():
            raise PolicyError([f"{name}: no such pack, and no .yaml file"])
        return parse_policy(pack.read_text("utf-8"), f"{name}.yaml")
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text in UTF-8"
        raise PolicyError([f"{path}: cannot be read: {reason}"]) from error
    return parse_policy(text, str(path))


def parse_policy(text: str, origin: str) -> Policy:
    """Check the text of a policy; `origin` names it in the messages."""
    yaml = YAML(typ="rt")
    yaml.Constructor = _DecimalConstructor
    try:
        tree = yaml.load(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"{origin}:{mark.line + 1}:{mark.column + 1}" if mark else origin
        raise PolicyError([f"{place}: {error.problem or 'no YAML'}"]) from error
    except (YAMLError, RecursionError) as error:
        raise PolicyError([f"{origin}: no YAML"]) from error
    try:
        document = PolicyDocument.model_validate(tree)
    except ValidationError as error:
        raise PolicyError([_line(origin, tree, e["loc"], e["msg"]) for e in error.errors()]) from error
    mistakes = [_line(origin, tree, place, message) for place, message in document.mistakes()]
    if mistakes:
        raise PolicyError(mistakes)
    return document.compile(hashlib.sha256(text.encode()).hexdigest()[:16])


class _DecimalConstructor(RoundTripConstructor):
    """Reads 100.00 as a decimal: money is never a float."""


def _decimal(loader: RoundTripConstructor, node: ScalarNode) -> Decimal:
    try:
        return Decimal(loader.construct_scalar(node))
    except InvalidOperation:
        raise ConstructorError(None, None, f"no amount: {node.value}", node.start_mark) from None


_DecimalConstructor.add_constructor("tag:yaml.org,2002:float", _decimal)


def _line(origin: str, tree: Any, loc: tuple[int | str, ...], message: str) -> str:
    """Say where a mistake is: the deepest node of its path that the file has."""
    line = column = 0
    node = tree
    for part in loc:
        try:
            position = node.lc.item(part) if isinstance(part, int) else node.lc.key(part)
            node = node[part]
        except (AttributeError, KeyError, IndexError, TypeError):
            break
        line, column = position
    path = ".".join(str(part) for part in loc) or "policy"
    return f"{origin}:{line + 1}:{column + 1}: {path}: {message.removeprefix('Value error, ')}"
