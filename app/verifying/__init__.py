"""What workers have published in, what is wrong with it out: checked by itself, and against the input."""
