#!/bin/sh
# Chooses the role of this container, then becomes it, so that signals reach it.
set -eu

if [ "${RUN_WORKER:-false}" = "true" ] && [ "${RUN_BEAT:-false}" = "true" ]; then
    echo "RUN_WORKER and RUN_BEAT are both true. Start two containers, one for each." >&2
    exit 2
fi
if [ "${RUN_WORKER:-false}" = "true" ]; then
    exec celery -A app.workers.celery worker --loglevel="${LOG_LEVEL:-info}" "$@"
fi
if [ "${RUN_BEAT:-false}" = "true" ]; then
    # The last run times are only a convenience: ticks may be repeated without harm.
    exec celery -A app.workers.celery beat --loglevel="${LOG_LEVEL:-info}" \
        --schedule=/tmp/celerybeat-schedule --pidfile= "$@"
fi
if [ "$#" -gt 0 ]; then
    exec "$@"
fi
python -m app.cli.main migrate
exec python -m app.cli.main api
