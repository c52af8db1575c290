"""An authority and what it issues: files as brokers and clients want them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import trustme
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

HERE: Final = ("localhost", "127.0.0.1")


class Authority:
    """One authority; its certificates lie in a directory."""

    def __init__(self, directory: Path, name: str = "ca") -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._ca = trustme.CA()
        self.file = directory / f"{name}.pem"
        self._ca.cert_pem.write_to_path(str(self.file))

    def issue(self, name: str, *hosts: str, common_name: str | None = None, days: int = 1) -> "Issued":
        """Issue a certificate for some hosts; one of negative days has run out."""
        ends = datetime.now(UTC) + timedelta(days=days)
        issued = self._ca.issue_cert(
            *(hosts or HERE), common_name=common_name, not_before=ends - timedelta(days=2), not_after=ends
        )
        chain = b"".join(blob.bytes() for blob in issued.cert_chain_pems)
        return Issued(self._directory, name, chain, issued.private_key_pem.bytes())

    def itself(self, name: str) -> "Issued":
        """Let its own certificate, which nobody but itself has signed, be a server's."""
        return Issued(self._directory, name, self._ca.cert_pem.bytes(), self._ca.private_key_pem.bytes())


class Issued:
    """A certificate and its key, as two files and as Java's one."""

    def __init__(self, directory: Path, name: str, chain: bytes, key: bytes) -> None:
        self.certificate, self.key, self.both = (
            directory / f"{name}.{end}.pem" for end in ("certificate", "key", "both")
        )
        # Java reads PKCS#8 only.
        key = load_pem_private_key(key, None).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.certificate.write_bytes(chain)
        self.key.write_bytes(key)
        self.both.write_bytes(key + chain)
