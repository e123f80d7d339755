"""Starts the servers on the directory given, tells their addresses and process ids, and waits to be killed."""

import json
import signal
import sys
from pathlib import Path

import structlog

from app.embedded.servers import EmbeddedServers

structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
servers = EmbeddedServers(Path(sys.argv[1]))
servers.start()
children = servers.children.values()
told = {
    "database_url": servers.database_url,
    "redis_url": servers.redis_url,
    "pids": [child.pid for child in children],
    "watchers": [child.watcher_pid for child in children],
}
print(json.dumps(told), flush=True)  # noqa: T201 - how the test reads it
signal.pause()
