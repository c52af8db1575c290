"""The one type of a fact that JSON does not have."""


class Instant(int):
    """Epoch milliseconds UTC; a type of its own so that the decoder knows which fields are times.

    Rows and events hold plain integers: `int(...)` where an instant enters them.
    """

    __slots__ = ()
