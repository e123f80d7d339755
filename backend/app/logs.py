"""Logging for every process: static events with ids, nothing of the mail."""

import logging
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.types import EventDict, Processor

from app.settings import LogFormat

OURS = str(Path(__file__).parent)
OWN_FRAMES = 6
NOISY = ("httpx", "httpcore", "alembic", "asyncio", "amqp", "openai", "anthropic")


def configure_logs(
    *, level: str = "info", log_format: LogFormat = LogFormat.TEXT, stream: TextIO | None = None
) -> None:
    """Route structlog and the standard library's logging through one handler, on stderr unless told otherwise."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        frames_only,
    ]
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if log_format is LogFormat.JSON
        else structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"], bool_as_flag=False)
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def frames_only(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Keep where an exception came from, not what it says: drivers quote rows and parsers quote mail."""
    given: Any = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["exception"] = " <- ".join(_described(error))
    return event


def _described(error: BaseException) -> Iterator[str]:
    while True:
        frames = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in frames if frame.filename.startswith(OURS)]
        shown = [*ours[-OWN_FRAMES:], *(frames[-1:] if frames and frames[-1] not in ours else ())]
        where = ", ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in shown)
        yield f"{type(error).__name__} ({where})"
        cause = error.__cause__ or error.__context__
        if cause is None:
            return
        error = cause
