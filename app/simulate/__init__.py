"""Event files and a policy in, every customer's timeline in full knowledge out."""
