"""Structured logs that cannot carry what a person wrote or who they are.

An event keeps only the keys of `ALLOWED_KEYS`; every other key is dropped, whoever passes it. A
record of another library keeps its own message only where that library is known to be quiet about
users; exceptions are logged as type and place, without their message, since a message may quote
its input.
"""

import logging
import re
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

ALLOWED_KEYS = frozenset(
    {
        "event",
        "level",
        "logger",
        "timestamp",
        "process",
        "exception",
        "attempt",
        "count",
        "duration_ms",
        "encoder",
        "host",
        "intent",
        "kind",
        "method",
        "outcome",
        "path",
        "port",
        "retry_after_s",
        "status",
        "topic",
        "version",
    }
)
_QUIET_LOGGERS = (
    "httpx",
    "httpcore",
    "telegram",
    "sanic.access",
    "alembic",
    "sentence_transformers",
)
_TOKEN = re.compile(r"\d{5,}:[A-Za-z0-9_-]{20,}")


def configure(process: str, level: str = "INFO") -> None:
    """Sends the logs of this process to standard error, one JSON object a line.

    Args:
        process: The name that each line carries ("bot", "actions", …).
        level: The lowest level that is written.
    """
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _exception_without_message,
        _named(process),
        _keep_allowed_keys,
        _mask_tokens,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_first_line, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
            keep_exc_info=False,
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Returns the logger called `name`; its events are a constant sentence and allowed keys."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger


def _named(process: str) -> Processor:
    def add_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process
        return event

    return add_process


def _exception_without_message(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    info: Any = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if isinstance(info, tuple) and info[0] is not None:
        event["exception"] = _describe(info[0], info[2])
    return event


def _describe(kind: type[BaseException], trace: TracebackType | None) -> str:
    frames = traceback.extract_tb(trace)[-6:]
    places = " < ".join(
        f"{f.filename.rsplit('/', 1)[-1]}:{f.lineno} {f.name}" for f in frames[::-1]
    )
    return f"{kind.__module__}.{kind.__qualname__} at {places or 'unknown place'}"


def _first_line(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Keeps the first line of another library's message; asyncio quotes exceptions below it."""
    event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _keep_allowed_keys(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {
        key: value for key, value in event.items() if key in ALLOWED_KEYS or key.startswith("_")
    }


def _mask_tokens(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {
        key: _TOKEN.sub("<token>", value) if isinstance(value, str) else value
        for key, value in event.items()
    }
