"""A shop's event files in, the same history on the input topics out: in the order of time, whole or not at all."""
