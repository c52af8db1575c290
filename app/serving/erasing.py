"""Who was erased and when in, every row of hers out; what is read later of before that is not shown either.

The topics are read independently, and compaction forgets tombstones: so both a tombstone and a published exit by
erasure erase, and the view remembers for ever, under a keyed digest, up to when.
"""

from hashlib import blake2b
from typing import Final

import msgspec
from msgspec import Struct
from rocksdict import Rdict

from app.serving import keys
from app.serving.draft import Draft
from app.serving.rows import json_of
from app.serving.stored import family, value
from tables.scanning import scan


class _Dated(Struct, frozen=True):
    effective_at: int


_dated: Final = msgspec.json.Decoder(_Dated).decode
_encode: Final = msgspec.msgpack.Encoder().encode


class Erased:
    """The instants up to which customers are erased, by keyed digests of their ids."""

    def __init__(self, db: Rdict, secret: bytes) -> None:
        self._secret = secret
        self._until = {digest: keys.read_long(stored, 0) for digest, stored in family(db, keys.ERASED)}

    def hides(self, customer: bytes, at: int) -> bool:
        """Tell whether what took effect at an instant (epoch ms) is of a life that was erased."""
        return bool(self._until) and at <= self._until.get(self._digest(customer), -1)

    def erase(self, draft: Draft, db: Rdict, customer: bytes, at: int) -> None:
        """Delete what took effect up to an instant; where she stands now is for the standings to say."""
        digest = self._digest(customer)
        if at <= self._until.get(digest, -1):
            return
        self._until[digest] = at
        draft.rows[keys.ERASED + digest] = keys.long(at)
        moves = keys.under(keys.MOVE, customer)
        for key in scan(db, moves, keys.behind(moves), -1):
            kept = value(db, key)
            if _dated(json_of(kept)).effective_at <= at:
                draft.rows[key] = draft.rows[keys.NEWS + kept[1:13]] = None
        self._erase_rewards(draft, db, customer, at)

    def _erase_rewards(self, draft: Draft, db: Rdict, customer: bytes, at: int) -> None:
        rewards = keys.under(keys.REWARD, customer)
        for key in scan(db, rewards, keys.behind(rewards), -1):
            if keys.read_long(key, len(rewards)) <= at:
                draft.rows[key] = None

    def _digest(self, customer: bytes) -> bytes:
        return blake2b(customer, key=self._secret, digest_size=8).digest()
