"""What an event is and when it took effect in; its CloudEvents headers (binary mode) out."""

from schemas.instants import rfc3339
from schemas.topics import Topics


class Envelope:
    """Writes the headers of one deployment's events."""

    def __init__(self, topics: Topics) -> None:
        self._version = "ce_specversion", b"1.0"
        self._source = "ce_source", f"/segue/{topics.app_id}".encode()
        self._content = "content-type", b"application/json"

    def headers(self, event_type: bytes, event_id: str, at: int) -> list[tuple[str, bytes]]:
        """Write all headers of an event; `event_id` is what consumers deduplicate on."""
        return [
            self._version,
            self._source,
            self._content,
            ("ce_type", event_type),
            ("ce_id", event_id.encode()),
            ("ce_time", rfc3339(at).encode()),
        ]
