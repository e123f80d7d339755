"""Google's OAuth endpoints: consent page, token, revocation."""

import base64
import html
from binascii import Error as Base64Error
from urllib.parse import parse_qs, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.simulator.answers import DroppedConnection, error_answer
from app.simulator.faults import FaultKind
from app.simulator.grants import CODE_LIFETIME, AuthorizationCode, Grant, OAuthError
from app.simulator.signing import BadAssertionError
from app.simulator.simulator import Simulator

TOKEN_METHOD = "oauth.token"  # noqa: S105 - a name for the fault plan
SERVICE_ACCOUNT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
CHOICE = "simulator_mailbox"
DENIED = "none"

_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Simulated consent</title></head>
<body><h1>Simulated Google consent</h1><p>{client} asks for:</p><ul>{scopes}</ul>
<p>Allow it for</p><ul>{mailboxes}</ul><p><a href="{deny}">Cancel</a></p></body></html>"""


def oauth_routes(simulator: Simulator) -> list[Route]:
    doors = _OAuth(simulator)
    return [
        Route("/o/oauth2/v2/auth", doors.consent, methods=["GET"]),
        Route("/token", doors.token, methods=["POST"]),
        Route("/revoke", doors.revoke, methods=["POST"]),
    ]


class _OAuth:
    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator

    async def consent(self, request: Request) -> Response:
        query = request.query_params
        target = urlsplit(query.get("redirect_uri", ""))
        if query.get("response_type") != "code" or target.scheme not in {"http", "https"} or not query.get("scope"):
            return HTMLResponse("<h1>Error 400: invalid_request</h1>", 400)
        if not self._knows_client(query.get("client_id", "")):
            return HTMLResponse("<h1>Error 401: invalid_client</h1>", 401)
        choice = query.get(CHOICE, "") or self._choose(query.get("login_hint", "").lower())
        if choice == DENIED:
            return _redirect(request, {"error": "access_denied"})
        if choice not in self._simulator.mailboxes:
            return self._page(request)
        return _redirect(request, {"code": self._issue_code(request, choice), "scope": query["scope"]})

    def _choose(self, login_hint: str) -> str:
        if not self._simulator.switches.auto_consent:
            return ""
        if len(self._simulator.mailboxes) == 1:
            return next(iter(self._simulator.mailboxes))
        return login_hint

    def _issue_code(self, request: Request, mailbox: str) -> str:
        query = request.query_params
        return self._simulator.grants.issue_code(
            AuthorizationCode(
                mailbox=mailbox,
                scopes=tuple(query["scope"].split()),
                client_id=query.get("client_id", ""),
                redirect_uri=query["redirect_uri"],
                challenge=query.get("code_challenge", ""),
                challenge_method=query.get("code_challenge_method", "plain"),
                offline=query.get("access_type") == "offline",
                expires_at=self._simulator.clock() + CODE_LIFETIME,
            )
        )

    def _page(self, request: Request) -> Response:
        def link(choice: str) -> str:
            return html.escape("?" + urlencode([*request.query_params.multi_items(), (CHOICE, choice)]))

        scopes = "".join(f"<li>{html.escape(scope)}</li>" for scope in request.query_params["scope"].split())
        mailboxes = "".join(
            f'<li><a href="{link(address)}">{html.escape(address)}</a></li>' for address in self._simulator.mailboxes
        )
        client = html.escape(request.query_params.get("client_id", "") or "An application")
        return HTMLResponse(_PAGE.format(client=client, scopes=scopes, mailboxes=mailboxes, deny=link(DENIED)))

    async def token(self, request: Request) -> Response:
        form = await _form(request)
        try:
            failure = await self._planned_failure(request, form)
            if failure is not None:
                return failure
            if form.get("grant_type") == SERVICE_ACCOUNT_GRANT:
                answer = self._service_account_answer(request, form)
            else:
                answer = self._grant_answer(form, self._authenticated_client(request, form))
        except OAuthError as error:
            return JSONResponse({"error": error.error, "error_description": error.description}, error.status)
        return JSONResponse(answer, headers={"Cache-Control": "no-cache, no-store, max-age=0, must-revalidate"})

    async def _planned_failure(self, request: Request, form: dict[str, str]) -> Response | None:
        grant = self._simulator.grants.by_refresh_token.get(form.get("refresh_token", ""))
        fault = self._simulator.faults.next_for(TOKEN_METHOD, grant.mailbox if grant else "")
        if fault is None:
            return None
        if fault.kind is FaultKind.ERROR and fault.status in {400, 401}:
            raise OAuthError(fault.reason, fault.message or "Bad Request", fault.status)
        if fault.kind is FaultKind.ERROR:
            return error_answer(request, fault.error(), retry_after=fault.retry_after)
        if fault.kind is FaultKind.MALFORMED:
            return Response(b'{"access_token": "ya29', headers={"Content-Type": "application/json"})
        return DroppedConnection(after=fault.delay, reset=fault.kind is FaultKind.RESET)

    def _authenticated_client(self, request: Request, form: dict[str, str]) -> str:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "basic":
            client_id, secret = _basic_credentials(value)
        wanted_secret = self._simulator.switches.client_secret
        if not self._knows_client(client_id) or (wanted_secret and secret != wanted_secret):
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        return client_id

    def _knows_client(self, client_id: str) -> bool:
        return self._simulator.switches.client_id in {"", client_id}

    def _grant_answer(self, form: dict[str, str], client_id: str) -> dict[str, str | int]:
        match form.get("grant_type"):
            case "refresh_token":
                return self._tokens(self._simulator.grants.refresh(form.get("refresh_token", "")))
            case "authorization_code":
                code = self._simulator.grants.redeem_code(
                    form.get("code", ""),
                    client_id=client_id,
                    redirect_uri=form.get("redirect_uri", ""),
                    verifier=form.get("code_verifier", ""),
                    now=self._simulator.clock(),
                )
                grant = self._simulator.grants.new_grant(code.mailbox, code.scopes)
                self._simulator.save()
                return self._tokens(grant) | ({"refresh_token": grant.refresh_token} if code.offline else {})
            case None:
                raise OAuthError("invalid_request", "Required parameter is missing: grant_type")
            case _:
                raise OAuthError("unsupported_grant_type", "Invalid grant_type")

    def _service_account_answer(self, request: Request, form: dict[str, str]) -> dict[str, str | int]:
        try:
            self._simulator.signing.check_assertion(form.get("assertion", ""), token_uri=str(request.url))
        except BadAssertionError as error:
            raise OAuthError("invalid_grant", "Invalid JWT Signature.") from error
        lifetime = int(self._simulator.grants.access_token_lifetime.total_seconds())
        return {"access_token": self._simulator.pubsub.new_token(), "expires_in": lifetime, "token_type": "Bearer"}

    def _tokens(self, grant: Grant) -> dict[str, str | int]:
        return {
            "access_token": self._simulator.grants.new_access_token(grant, self._simulator.clock()),
            "expires_in": int(self._simulator.grants.access_token_lifetime.total_seconds()),
            "scope": " ".join(grant.scopes),
            "token_type": "Bearer",
        }

    async def revoke(self, request: Request) -> Response:
        token = (await _form(request)).get("token") or request.query_params.get("token", "")
        if not self._simulator.grants.revoke_token(token):
            return JSONResponse({"error": "invalid_token", "error_description": "Token expired or revoked"}, 400)
        self._simulator.save()
        return JSONResponse({})


async def _form(request: Request) -> dict[str, str]:
    content = (await request.body()).decode("utf-8", "replace")
    return {name: values[-1] for name, values in parse_qs(content, keep_blank_values=True).items()}


def _basic_credentials(value: str) -> tuple[str, str]:
    try:
        client_id, _, secret = base64.b64decode(value).decode().partition(":")
    except (Base64Error, UnicodeDecodeError) as error:
        raise OAuthError("invalid_client", "The OAuth client was not found.", 401) from error
    return client_id, secret


def _redirect(request: Request, answer: dict[str, str]) -> Response:
    target = request.query_params["redirect_uri"]
    state = {"state": request.query_params["state"]} if "state" in request.query_params else {}
    joiner = "&" if "?" in target else "?"
    return RedirectResponse(target + joiner + urlencode(answer | state), 302)
