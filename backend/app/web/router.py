"""All of the pages."""

from fastapi import APIRouter

from app.web import (
    addressing,
    aftermath,
    fetching,
    history,
    limits,
    messages,
    patterns,
    queue,
    record,
    requests,
    rules,
    settings,
    shadow,
    sign_in,
    usage,
    voice,
)

router = APIRouter(include_in_schema=False)
for page in (
    sign_in,
    queue,
    messages,
    patterns,
    record,
    requests,
    history,
    rules,
    settings,
    usage,
    voice,
    aftermath,
    addressing,
    limits,
    shadow,
    fetching,
):
    router.include_router(page.router)
