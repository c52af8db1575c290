"""The unit of work is a run, the guarantee is one transaction per partition: how records arrive, commit and recover."""
