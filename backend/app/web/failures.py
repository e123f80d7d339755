"""Errors as pages: what happened, and where to go from here."""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from app.doors.failures import failure_of
from app.web.pages import bare_page, see_other

TITLES: Final[dict[HTTPStatus, str]] = {
    HTTPStatus.BAD_REQUEST: "That did not work",
    HTTPStatus.FORBIDDEN: "Not allowed",
    HTTPStatus.NOT_FOUND: "Not here",
    HTTPStatus.CONFLICT: "Something has changed meanwhile",
    HTTPStatus.UNPROCESSABLE_ENTITY: "That did not work",
    HTTPStatus.TOO_MANY_REQUESTS: "Slow down a little",
    HTTPStatus.SERVICE_UNAVAILABLE: "Not reachable at the moment",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Something went wrong",
}


def answer(request: Request, error: Exception) -> Response:
    failure = failure_of(error)
    if failure.status is HTTPStatus.UNAUTHORIZED:
        return see_other(request, "/sign-in")
    title = TITLES.get(failure.status, "That did not work")
    response = bare_page(
        request, "failure.html", status=failure.status, title=title, sentence=failure.sentence, back=_back(request)
    )
    response.headers.update(failure.headers)
    return response


def _back(request: Request) -> str | None:
    """The message whose form failed, so that nobody has to look for it again."""
    message_id: object = request.scope.get("path_params", {}).get("message_id")
    if request.method != "POST" or message_id is None:
        return None
    try:
        return f"/messages/{UUID(str(message_id))}"
    except ValueError:
        return None
