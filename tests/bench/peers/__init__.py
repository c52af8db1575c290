"""One job on Segue and on what a user would pick instead: `python -m tests.bench.peers` prints one table."""
