"""Who is asking for JSON: a session, and for changes the token that only its own pages know."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Header, HTTPException

from app.accounts.sessions import SignedIn
from app.doors.asking import CSRF_REFUSED, Me


def changing(me: Me, x_csrf_token: Annotated[str, Header()] = "") -> SignedIn:
    if not me.csrf_matches(x_csrf_token):
        raise HTTPException(HTTPStatus.FORBIDDEN, CSRF_REFUSED)
    return me


ChangingMe = Annotated[SignedIn, Depends(changing)]
