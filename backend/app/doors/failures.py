"""What an error means to whoever asked: a status and a sentence, for both doors."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from app.errors import ConflictError, NotFoundError, RetryableError, UserError

BROKEN: Final = "Something went wrong here. It is in the log; nothing was lost. Try again in a minute."
MALFORMED: Final = "This request is not in the form that was expected."
NOT_HERE: Final = "There is nothing at this address."


@dataclass(frozen=True, slots=True)
class Failure:
    status: HTTPStatus
    sentence: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


OWN: Final[Mapping[type[Exception], HTTPStatus]] = {
    NotFoundError: HTTPStatus.NOT_FOUND,
    ConflictError: HTTPStatus.CONFLICT,
    UserError: HTTPStatus.BAD_REQUEST,
    RetryableError: HTTPStatus.SERVICE_UNAVAILABLE,
}
EXPECTED: Final = (*OWN, RequestValidationError, HTTPException)


def failure_of(error: Exception) -> Failure:
    """Sentences of our own errors are written for people; those of any other error stay in the log."""
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, RequestValidationError):
        return Failure(HTTPStatus.UNPROCESSABLE_ENTITY, MALFORMED)
    for kind, status in OWN.items():
        if isinstance(error, kind):
            return Failure(status, str(error))
    return Failure(HTTPStatus.INTERNAL_SERVER_ERROR, BROKEN)


def _of_http(error: HTTPException) -> Failure:
    status = HTTPStatus(error.status_code)
    bare = error.detail == status.phrase  # the framework's own, for an address or a method that is not there
    return Failure(status, NOT_HERE if bare else error.detail, error.headers or {})
