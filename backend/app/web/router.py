"""All of the pages."""

from fastapi import APIRouter

from app.web import history, messages, queue, requests, rules, settings, sign_in, usage, voice

router = APIRouter(include_in_schema=False)
for page in (sign_in, queue, messages, requests, history, rules, settings, usage, voice):
    router.include_router(page.router)
