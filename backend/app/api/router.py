"""All of the JSON under /api."""

from fastapi import APIRouter

from app.api import actions, auth, health, mailboxes, messages, push, queue, requests, rules, usage, voice

router = APIRouter(prefix="/api")
for resource in (health, auth, queue, messages, requests, actions, rules, usage, voice, mailboxes, push):
    router.include_router(resource.router)
