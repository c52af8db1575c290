"""Pure: facts and instants in, moves and rows out; no clock, no I/O, no randomness."""
