"""Measurements on Apache Kafka, Segue beside a plain Faust agent: `python -m tests.bench` prints one table."""
