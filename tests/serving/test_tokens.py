"""Tokens and their file in, who may ask what out; a network without tokens is shown nothing."""

import asyncio
from pathlib import Path
from typing import Final

import pytest
from aiohttp import ClientPayloadError
from aiohttp.test_utils import TestClient, TestServer
from typer.testing import CliRunner

from app.command_line import segue
from app.runtime.errors import SegueError
from app.serving.keyring import LOOK_SECONDS, Keyring
from app.serving.level import Level
from app.serving.program import new_desk
from app.serving.server import application
from app.serving.tokens import digest_of, line_of, new_token, read_tokens
from app.serving.view import View
from app.settings import ServingSettings
from tests.serving.conftest import AS_OF, Served, level_at
from tests.serving.telling import BEGIN, Log

LIMIT_S: Final = 10


async def test_a_stream_ends_with_the_token_that_opened_it(view: View, log: Log, tmp_path: Path) -> None:
    gone, stays, file, now = new_token(), new_token(), tmp_path / "tokens", [0.0]
    lines = [line_of(name, "customers", digest_of(one)) or "" for name, one in (("gone", gone), ("stays", stays))]
    file.write_text("\n".join(lines))
    desk = new_desk(ServingSettings(tokens=file), view, level_at(AS_OF))
    desk.keyring = Keyring(file, lambda: now[0])
    async with TestClient(TestServer(application(desk))) as client, asyncio.timeout(LIMIT_S):
        heads = [{"Authorization": f"Bearer {token}"} for token in (gone, stays)]
        ended, going = [await client.get("/v1/transitions/stream", headers=head) for head in heads]
        for stream in (ended, going):
            assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
        file.write_text(lines[1])
        now[0] += LOOK_SECONDS
        log.move("a", None, "recent", BEGIN)
        log.flush()
        assert b"segment.transitioned" in await going.content.readuntil(b"\n\n")
        with pytest.raises(ClientPayloadError):
            await ended.content.read()
        assert (await client.get("/v1/transitions/stream", headers=heads[0])).status == 401
        going.close()


async def test_who_has_a_token_may_call_the_server_by_any_name(served: Served, tmp_path: Path) -> None:
    token, file = new_token(), tmp_path / "tokens"
    file.write_text(line_of("crm", "figures", digest_of(token)) or "")
    client = await served(ServingSettings(tokens=file))
    named = {"Host": "segue.example", "Authorization": f"Bearer {token}"}
    assert (await client.get("/v1/segments", headers=named)).status == 200


async def test_tokens_open_what_their_scopes_name_until_they_are_taken_away(
    served: Served, log: Log, tmp_path: Path
) -> None:
    log.stand("a", "loyal", BEGIN)
    log.flush()
    old, new, figures = new_token(), new_token(), new_token()
    lines = [line_of("crm", "customers,figures", digest_of(one)) for one in (old, new)]
    lines.append(line_of("board", "figures", digest_of(figures)))
    file = tmp_path / "tokens"
    file.write_text("# who may\n" + "\n".join(line or "" for line in lines))
    client = await served(ServingSettings(tokens=file, requests_per_second=0.01, burst=3))

    async def ask(path: str, token: str) -> int:
        return (await client.get(path, headers={"Authorization": f"Bearer {token}"})).status

    assert [await ask("/v1/customers/a", one) for one in (old, new)] == [200, 200], "two are valid at once"
    assert await ask("/v1/customers/a", figures) == 403
    assert await ask("/v1/segments", figures) == 200
    assert await ask("/v1/segments", digest_of(old)) == 401, "a hash opens nothing"
    unnamed = await client.get("/v1/segments")
    assert (unnamed.status, unnamed.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert [await ask("/v1/segments", old) for _ in range(3)] == [200, 200, 429], "each token has its own bucket"
    limited = await client.get("/v1/segments", headers={"Authorization": f"Bearer {old}"})
    assert int(limited.headers["Retry-After"]) > 1
    assert await ask("/v1/segments", new) == 200
    assert (await client.get("/openapi.json")).status == 200


def test_a_token_taken_out_of_the_file_is_valid_no_more(tmp_path: Path) -> None:
    file, now = tmp_path / "tokens", [0.0]
    file.write_text(f"a figures {'0' * 64}\nb figures {'1' * 64}\n")
    keyring = Keyring(file, lambda: now[0])
    file.write_text(f"b figures {'1' * 64}\n")
    now[0] += LOOK_SECONDS
    assert [token.name for token in keyring.tokens()] == ["b"]
    file.write_text("what is this")
    now[0] += LOOK_SECONDS
    assert [token.name for token in keyring.tokens()] == ["b"], "a broken file changes nothing"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a figures abc", "line 1: not NAME SCOPES HASH"),
        (f"a everything {'0' * 64}", "line 1: not NAME"),
        ("# nobody\n", "names no token"),
        ("".join(f"a figures {digit * 64}\n" for digit in "012"), "more than 2 tokens are named a"),
    ],
)
def test_a_wrong_file_of_tokens_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "tokens"
    file.write_text(text)
    with pytest.raises(SegueError, match=said):
        read_tokens(file)


def test_a_new_token_is_shown_once_and_its_line_opens_for_it(tmp_path: Path) -> None:
    drawn = CliRunner().invoke(segue, ["token", "new", "crm", "--scopes", "figures"])
    (tmp_path / "tokens").write_text(drawn.stdout)
    (token,) = read_tokens(tmp_path / "tokens")
    assert (token.name, token.scopes) == ("crm", frozenset({"figures"}))
    shown = drawn.stderr.split()[-1]
    assert (digest_of(shown), shown in drawn.stdout) == (token.digest, False)
    assert CliRunner().invoke(segue, ["token", "new", "crm", "--scopes", "all"]).exit_code == 2


def test_serve_does_not_begin_on_a_network_without_tokens(tmp_path: Path) -> None:
    environment = {"SEGUE_SERVING__HOST": "0.0.0.0", "SEGUE_SERVING__DIRECTORY": str(tmp_path / "view")}  # noqa: S104  # what is refused
    ended = CliRunner().invoke(segue, ["serve"], env=environment)
    assert ended.exit_code == 1
    assert "error: 0.0.0.0 is not loopback" in ended.stderr


def test_customers_are_shown_to_no_network_without_tokens(view: View) -> None:
    with pytest.raises(SegueError, match=r"0\.0\.0\.0 is not loopback"):
        new_desk(ServingSettings(host="0.0.0.0"), view, Level())  # noqa: S104  # what is refused
