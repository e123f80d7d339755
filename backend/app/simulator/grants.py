"""OAuth grants of the simulator: refresh tokens, access tokens, authorization codes."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

ACCESS_TOKEN_LIFETIME = timedelta(seconds=3599)
CODE_LIFETIME = timedelta(minutes=10)
FULL_SCOPE = "https://mail.google.com/"


class OAuthError(Exception):
    """A refusal of the token endpoint, in the words of RFC 6749."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.description = description
        self.status = status


@dataclass(slots=True)
class Grant:
    """What one user allowed one client."""

    refresh_token: str
    mailbox: str
    scopes: tuple[str, ...]
    revoked: bool = False


@dataclass(frozen=True, slots=True)
class AccessToken:
    grant: Grant
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AuthorizationCode:
    mailbox: str
    scopes: tuple[str, ...]
    client_id: str
    redirect_uri: str
    challenge: str
    challenge_method: str
    offline: bool
    expires_at: datetime


class Grants:
    """All grants; `pending` holds the refresh tokens whose grants changed since the last save."""

    def __init__(self) -> None:
        self.by_refresh_token: dict[str, Grant] = {}
        self.access_token_lifetime = ACCESS_TOKEN_LIFETIME
        self.pending: set[str] = set()
        self._access: dict[str, AccessToken] = {}
        self._codes: dict[str, AuthorizationCode] = {}

    def grant_of(self, mailbox: str) -> Grant | None:
        """The newest grant of this mailbox that still holds."""
        found = [grant for grant in self.by_refresh_token.values() if grant.mailbox == mailbox and not grant.revoked]
        return found[-1] if found else None

    def new_grant(self, mailbox: str, scopes: tuple[str, ...]) -> Grant:
        grant = Grant("1//" + secrets.token_urlsafe(48), mailbox, scopes)
        self.by_refresh_token[grant.refresh_token] = grant
        self.pending.add(grant.refresh_token)
        return grant

    def new_access_token(self, grant: Grant, now: datetime) -> str:
        token = "ya29." + secrets.token_urlsafe(48)
        self._access[token] = AccessToken(grant, now + self.access_token_lifetime)
        return token

    def grant_for_access(self, token: str, now: datetime) -> Grant | None:
        """The grant behind an access token that is known, fresh and not revoked."""
        found = self._access.get(token)
        if found is None or found.grant.revoked or found.expires_at <= now:
            return None
        return found.grant

    def refresh(self, refresh_token: str) -> Grant:
        grant = self.by_refresh_token.get(refresh_token)
        if grant is None or grant.revoked:
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        return grant

    def issue_code(self, code: AuthorizationCode) -> str:
        value = "4/0" + secrets.token_urlsafe(40)
        self._codes[value] = code
        return value

    def redeem_code(
        self, value: str, *, client_id: str, redirect_uri: str, verifier: str, now: datetime
    ) -> AuthorizationCode:
        """A code works once, for the client and address it was issued to, with the verifier of its challenge."""
        code = self._codes.pop(value, None)
        if code is None or code.expires_at <= now:
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if code.redirect_uri != redirect_uri:
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        if code.client_id != client_id:
            raise OAuthError("unauthorized_client", "Unauthorized", 401)
        if code.challenge and not _verifies(code, verifier):
            raise OAuthError("invalid_grant", "Invalid code verifier.")
        return code

    def revoke_token(self, token: str) -> bool:
        """Revoke the grant behind a refresh or access token; False where there is none."""
        access = self._access.get(token)
        grant = access.grant if access else self.by_refresh_token.get(token)
        if grant is None or grant.revoked:
            return False
        self._revoke(grant)
        return True

    def revoke_mailbox(self, mailbox: str) -> int:
        found = [grant for grant in self.by_refresh_token.values() if grant.mailbox == mailbox and not grant.revoked]
        for grant in found:
            self._revoke(grant)
        return len(found)

    def expire_access_tokens(self, mailbox: str = "") -> int:
        """Make access tokens unknown, those of one mailbox or all."""
        gone = [token for token, access in self._access.items() if mailbox in {"", access.grant.mailbox}]
        for token in gone:
            del self._access[token]
        return len(gone)

    def _revoke(self, grant: Grant) -> None:
        grant.revoked = True
        self.pending.add(grant.refresh_token)


def _verifies(code: AuthorizationCode, verifier: str) -> bool:
    if code.challenge_method == "plain":
        return hmac.compare_digest(verifier.encode(), code.challenge.encode())
    digest = hashlib.sha256(verifier.encode()).digest()
    return hmac.compare_digest(base64.urlsafe_b64encode(digest).rstrip(b"="), code.challenge.encode())
