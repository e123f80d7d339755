"""Who is asking for a change by form: a session, and the token that only its own pages carry."""

from http import HTTPStatus
from typing import Annotated

from fastapi import Depends, Form, HTTPException

from app.accounts.sessions import SignedIn
from app.doors.asking import CSRF_REFUSED, Me


def changing(me: Me, csrf_token: Annotated[str, Form()] = "") -> SignedIn:
    if not me.csrf_matches(csrf_token):
        raise HTTPException(HTTPStatus.FORBIDDEN, CSRF_REFUSED)
    return me


ChangingMe = Annotated[SignedIn, Depends(changing)]
