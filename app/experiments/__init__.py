"""Lift: published rewards and the facts of their customers in; what the rewards did, as far as can be told, out."""
