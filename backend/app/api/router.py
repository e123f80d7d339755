"""All of the JSON under /api."""

from fastapi import APIRouter

from app.api import actions, auth, health, mailboxes, messages, push, queue, rules, usage, voice

router = APIRouter(prefix="/api")
for resource in (health, auth, queue, messages, actions, rules, usage, voice, mailboxes, push):
    router.include_router(resource.router)
