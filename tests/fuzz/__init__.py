"""Random spoilt input in, a coded rejection out: never another exception, never an unbounded time."""
