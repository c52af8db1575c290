"""Rows to bytes and back; rows of an unknown version stop the worker rather than be misread."""

import msgspec

from schemas.rows import CustomerRow, IdentityRow, OrderRow, ProgressRow, RefundRow, WaitingRow

encode = msgspec.msgpack.Encoder().encode

decode_customer = msgspec.msgpack.Decoder(CustomerRow).decode
decode_order = msgspec.msgpack.Decoder(OrderRow).decode
decode_refund = msgspec.msgpack.Decoder(RefundRow).decode
decode_waiting = msgspec.msgpack.Decoder(WaitingRow).decode
decode_progress = msgspec.msgpack.Decoder(ProgressRow).decode
decode_identity = msgspec.msgpack.Decoder(IdentityRow).decode
