"""Broken promises of the deployment: each says what happened and what an operator does about it."""


class SegueError(Exception):
    """Ends a command or a worker with one clear message and exit code 1."""


class StateRefused(SegueError):
    """Local state or changelog that this worker must not touch."""


class OpeningRefused(SegueError):
    """A partition that could not be opened although nobody else owns it."""
