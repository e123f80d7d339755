"""Whether this server can do its work: database and broker within reach."""

import asyncio
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import structlog
from fastapi import APIRouter, Response
from kombu import Connection
from kombu.exceptions import KombuError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.api.shapes import Shape
from app.db.session import SYSTEM, Database
from app.doors.asking import Ctx

log = structlog.get_logger(__name__)

router = APIRouter(tags=["health"])

PATIENCE: Final = timedelta(seconds=3)


class Health(Shape):
    ok: bool
    database: bool
    broker: bool


@router.get("/health", responses={HTTPStatus.SERVICE_UNAVAILABLE: {"model": Health}})
async def health(ctx: Ctx, response: Response) -> Health:
    database, broker = await asyncio.gather(
        _database_answers(ctx.database), asyncio.to_thread(_broker_answers, ctx.settings.broker)
    )
    if not (database and broker):
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Health(ok=database and broker, database=database, broker=broker)


async def _database_answers(database: Database) -> bool:
    try:
        async with asyncio.timeout(PATIENCE.total_seconds()), database.transaction(SYSTEM) as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):  # TimeoutError is an OSError
        log.warning("health.database_unreachable")
        return False
    return True


def _broker_answers(url: str) -> bool:
    seconds = int(PATIENCE.total_seconds())
    options = {"socket_connect_timeout": seconds, "socket_timeout": seconds}
    try:
        with Connection(url, connect_timeout=seconds, transport_options=options) as connection:
            connection.ensure_connection(max_retries=1, timeout=seconds)
    except (KombuError, OSError):
        log.warning("health.broker_unreachable")
        return False
    return True
