"""Where a copy listens, and by which name it is asked, in; whether it may show customers without tokens out."""

import re
from typing import Final

from app.runtime.errors import SegueError

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_NAMES: Final = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?", re.IGNORECASE)


def check_exposure(host: str, *, tokens: bool) -> None:
    """Refuse to show customers to a network without tokens."""
    if not tokens and host not in LOOPBACK:
        raise SegueError(
            f"{host} is not loopback, and there are no tokens: anybody could read every customer. Operator action: "
            "make a token with `segue token new` and name its file in SEGUE_SERVING__TOKENS, or listen on 127.0.0.1."
        )


def names_loopback(host: str | None) -> bool:
    """Tell whether a Host header names this machine, with any port.

    The name is all that tells a page of somebody else's, whose name was made to lead to 127.0.0.1 once it was loaded:
    to the browser the answers are then its own, and it may read them.
    """
    return host is not None and _NAMES.fullmatch(host) is not None
