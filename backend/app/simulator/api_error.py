"""Error answers in the shape Google's API servers give them."""

from http import HTTPStatus
from typing import Any

_STATUS_NAMES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_MESSAGES = {
    "authError": "Invalid Credentials",
    "backendError": "Backend Error",
    "dailyLimitExceeded": "Daily Limit Exceeded",
    "domainPolicy": "The domain administrators have disabled Gmail apps.",
    "failedPrecondition": "Precondition check failed.",
    "insufficientPermissions": "Request had insufficient authentication scopes.",
    "internalError": "Internal error encountered.",
    "notFound": "Requested entity was not found.",
    "rateLimitExceeded": "Too many concurrent requests for user",
    "userRateLimitExceeded": "User Rate Limit Exceeded",
}
_USAGE_REASONS = frozenset({"dailyLimitExceeded", "domainPolicy", "quotaExceeded", "userRateLimitExceeded"})


class ApiError(Exception):
    """An answer of the API that is an error."""

    def __init__(self, code: int, reason: str, message: str, *, location: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.message = message
        self.location = location

    def body(self) -> dict[str, Any]:
        domain = "usageLimits" if self.reason in _USAGE_REASONS else "global"
        detail = {"message": self.message, "domain": domain, "reason": self.reason}
        if self.location:
            detail |= {"location": self.location, "locationType": "header"}
        return {
            "error": {
                "code": self.code,
                "message": self.message,
                "errors": [detail],
                "status": _STATUS_NAMES.get(self.code, HTTPStatus(self.code).name),
            }
        }


def known_message(reason: str) -> str:
    """Google's words for a reason."""
    return _MESSAGES.get(reason, reason)


def not_found() -> ApiError:
    return ApiError(404, "notFound", known_message("notFound"))


def invalid(message: str) -> ApiError:
    return ApiError(400, "invalidArgument", message)


def unauthenticated() -> ApiError:
    return ApiError(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        location="Authorization",
    )


def insufficient_scopes() -> ApiError:
    return ApiError(403, "insufficientPermissions", known_message("insufficientPermissions"))


def wrong_user(user_id: str) -> ApiError:
    return ApiError(403, "forbidden", f"Delegation denied for {user_id}")
