"""A record that is no fact in, a line about it out: where it stands and why it is none, never what it says."""

from typing import BinaryIO

import orjson

from app.simulate.counts import Place
from schemas.rejections import Rejected


def write_rejection(file: BinaryIO, place: Place, wrong: Rejected) -> None:
    """Write it as JSON; a name of a file that is no Unicode has question marks where it is none."""
    name = place.file.encode("utf-8", "replace").decode()
    told = {"file": name, "line": place.line, "code": wrong.code, "path": wrong.path, "message": wrong.message}
    file.write(orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE))
