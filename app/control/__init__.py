"""The control plane: policies and cut points in force, read by every worker, written by one at a time."""
