"""Starts a worker: `python celery_worker.py [options of celery worker]`."""

import sys

from app.workers.celery import celery_app

if __name__ == "__main__":
    celery_app.worker_main(["worker", "--loglevel=info", *sys.argv[1:]])
