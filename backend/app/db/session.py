"""The only place that commits: one transaction is one session, for one user or for the system."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from app.jobs import Job, Publisher

log = structlog.get_logger(__name__)

USER_ROLE: Final = "getanswers_user"
SYSTEM_ROLE: Final = "getanswers_system"
JOBS: Final = "jobs"

ENTER = text("SELECT set_config('role', :role, true), set_config('app.user_id', :user_id, true)")


class System:
    """Work over many users: claiming what is due, sweeping, cleaning up, signing in."""


SYSTEM: Final = System()


class Database:
    """An engine, and what is to be done with jobs once a transaction has committed.

    One per event loop. Works behind a transaction pooler: nothing is left on the connection.
    """

    def __init__(self, url: str, publish: Publisher, *, pool_size: int = 10) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_pre_ping=True,
            connect_args={"prepare_threshold": None, "connect_timeout": 10},
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False, autoflush=False)
        self._publish = publish

    @asynccontextmanager
    async def transaction(self, who: UUID | System) -> AsyncGenerator[AsyncSession]:
        """A new session: commits on success, rolls back on error, always closes; then the jobs go out.

        Row level security shows and takes only rows of that user; SYSTEM sees all.
        """
        async with self._sessions() as session:
            async with session.begin():
                await session.execute(ENTER, _entry(who))
                yield session
            jobs: list[Job] = session.info.pop(JOBS, [])
        if jobs:
            await self._hand_over(jobs)

    async def _hand_over(self, jobs: list[Job]) -> None:
        try:
            await self._publish(jobs)
        except Exception:  # the rows are committed: the sweeper hands them over again
            log.exception("jobs.publish_failed", count=len(jobs))

    async def close(self) -> None:
        await self.engine.dispose()


def _entry(who: UUID | System) -> dict[str, str]:
    if isinstance(who, System):
        return {"role": SYSTEM_ROLE, "user_id": ""}
    return {"role": USER_ROLE, "user_id": str(who)}


def enqueue(session: AsyncSession, job: Job) -> None:
    """Remember a job; it is published after this session's transaction has committed, or never."""
    session.info.setdefault(JOBS, []).append(job)
