"""All of the JSON under /api."""

from fastapi import APIRouter

from app.api import actions, auth, health, messages, queue, rules, usage, voice

router = APIRouter(prefix="/api")
for resource in (health, auth, queue, messages, actions, rules, usage, voice):
    router.include_router(resource.router)
