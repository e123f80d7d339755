"""Errors as JSON: always {"detail": a sentence}."""

from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse

from app.doors.failures import failure_of


def answer(error: Exception) -> JSONResponse:
    failure = failure_of(error)
    content: dict[str, object] = {"detail": failure.sentence}
    if isinstance(error, RequestValidationError):
        # where and what, but not the value: it may be a token
        content["problems"] = [{"where": list(each["loc"]), "what": each["msg"]} for each in error.errors()]
    return JSONResponse(content, failure.status, dict(failure.headers))
