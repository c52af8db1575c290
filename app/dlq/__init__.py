"""The dead letters for an operator: what was rejected, why, and how it goes back to where it came from."""
