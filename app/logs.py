"""Log calls in, one JSON object (or a readable line) per event out; messages are constants, fields carry the rest."""

import logging
import sys

import structlog

from app.repeated_lines import RepeatedLines
from app.settings import Settings

QUIET = ("aiokafka", "faust", "mode", "asyncio", "app.runtime.faust_hooks", "app.runtime.run_consumer")
"""Loggers of libraries: their warnings are ours, their small talk is not, and below INFO Faust prints keys."""


def configure_logging(settings: Settings) -> None:
    """Send everything to stderr in one format, the standard library's loggers too."""
    shared: list[structlog.types.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: structlog.types.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                renderer,
            ],
        )
    )
    handler.addFilter(RepeatedLines(QUIET))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
