"""All of the JSON under /api."""

from fastapi import APIRouter

from app.api import (
    actions,
    addressing,
    auth,
    fetching,
    health,
    installation,
    limits,
    mailboxes,
    messages,
    patterns,
    push,
    queue,
    record,
    requests,
    rules,
    unasked,
    usage,
    voice,
)

router = APIRouter(prefix="/api")
for resource in (
    health,
    auth,
    queue,
    messages,
    requests,
    actions,
    addressing,
    rules,
    usage,
    voice,
    patterns,
    record,
    mailboxes,
    fetching,
    push,
    unasked,
    limits,
    installation,
):
    router.include_router(resource.router)
