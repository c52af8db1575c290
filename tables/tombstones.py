"""An erased customer's id in, the key of what is left of her out: nobody without the secret finds her again."""

from hashlib import blake2b

from tables.keys import TOMBSTONE


class Tombstones:
    """Marks by keyed hashes (BLAKE2b as a MAC) under the deployment's secret."""

    def __init__(self, secret: bytes) -> None:
        # BLAKE2b takes keys of up to 64 bytes; a longer secret counts in full.
        self._secret = blake2b(secret, digest_size=32).digest()

    @property
    def fingerprint(self) -> bytes:
        """Tell this secret from another, 8 bytes."""
        return self.mark(b"fingerprint")[:8]

    def key(self, customer: bytes) -> bytes:
        """Key of a customer's tombstone row."""
        return TOMBSTONE + self.mark(customer)

    def mark(self, text: bytes) -> bytes:
        """Mark an id so that it can be recognised and not be read, 16 bytes."""
        return blake2b(text, digest_size=16, key=self._secret).digest()
