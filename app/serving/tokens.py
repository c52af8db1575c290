"""A file of token hashes in, whether a bearer token is valid and what it may do out.

A line is `NAME SCOPES HASH`: a name for people, scopes with commas, the SHA-256 of the token in hex. The tokens have
256 random bits, so that a plain hash cannot be guessed back. One name may stand on two lines: both tokens are valid
then, and a token is changed without anybody being locked out.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from app.runtime.errors import SegueError

Scope = Literal["customers", "figures"]
SCOPES: Final[tuple[Scope, ...]] = get_args(Scope)
PREFIX: Final = "segue_"
MOST: Final = 2
"""So many tokens of one name are valid at once."""
_LINE = re.compile(r"([a-zA-Z0-9._-]{1,64})\s+([a-z,]+)\s+([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Token:
    """What the file says of a token."""

    name: str
    scopes: frozenset[str]
    digest: str


def read_tokens(path: Path) -> tuple[Token, ...]:
    """Read a file of tokens; SegueError names every line that is wrong, and nothing of what stands there."""
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no UTF-8"
        raise SegueError(
            f"cannot read the tokens in {path}: {reason}. Operator action: set SEGUE_SERVING__TOKENS to a file with "
            "lines of `segue token new`."
        ) from error
    told = [(number, line.split("#")[0].strip()) for number, line in enumerate(lines, 1)]
    read = [(number, _token(line)) for number, line in told if line]
    wrong = [str(number) for number, token in read if token is None]
    tokens = tuple(token for _, token in read if token is not None)
    if wrong:
        raise SegueError(
            f"{path}: line {', '.join(wrong)}: not NAME SCOPES HASH. Operator action: write lines with "
            f"`segue token new`; scopes are {' and '.join(SCOPES)}."
        )
    _check_numbers(path, tokens)
    return tokens


def _token(line: str) -> Token | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    name, scopes, digest = found.groups()
    asked = frozenset(scopes.split(","))
    return Token(name, asked, digest) if asked <= set(SCOPES) else None


def _check_numbers(path: Path, tokens: tuple[Token, ...]) -> None:
    names = [token.name for token in tokens]
    many = sorted({name for name in names if names.count(name) > MOST})
    if many:
        raise SegueError(
            f"{path}: more than {MOST} tokens are named {', '.join(many)}. Operator action: take the oldest lines out."
        )
    if not tokens:
        raise SegueError(f"{path} names no token. Operator action: append what `segue token new` writes.")


def digest_of(token: str) -> str:
    """Hash a token as the file has it."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """Draw a token of 256 random bits."""
    return PREFIX + secrets.token_urlsafe(32)


def line_of(name: str, scopes: str, digest: str) -> str | None:
    """Write a line of the file; None where it would not read back."""
    line = f"{name} {scopes} {digest}"
    return line if _token(line) is not None else None


def find(tokens: tuple[Token, ...], header: str | None) -> Token | None:
    """Find whose token an Authorization header has; takes as long whichever it is."""
    kind, _, given = (header or "").partition(" ")
    digest = digest_of(given.strip())
    found: Token | None = None
    for token in tokens:
        if hmac.compare_digest(token.digest, digest):
            found = token
    return found if kind.lower() == "bearer" else None
