"""The page where people sign in and out. Knows nothing of what they may do afterwards."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from web.accounts import Accounts
from web.gate import SIGN_IN, set_cookie_header, speaks_https, token_digest
from web.http_errors import TooManyError
from web.pace import Pace
from web.store import Store
from web.texts import screen_words

DAYS = 14
TRIES = 10  # wrong ones a minute, for one name from one address; for all names from one address six times as many

_PAGE = Template(Path(__file__).with_name("login.html").read_text(encoding="utf-8"))


def signing_routes(store: Store, accounts: Accounts) -> APIRouter:
    """/suyuan/login and /suyuan/logout."""
    router = APIRouter(prefix="/suyuan")
    one = Pace(TRIES, store.engine, "wrong password")
    all_names = Pace(6 * TRIES, store.engine, "wrong password of any name")

    @router.get("/login")
    def show_page(request: Request) -> HTMLResponse:
        return _page_response(request.scope["suyuan.language"], "")

    @router.post("/login")
    def sign_in(request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
        language = request.scope["suyuan.language"]
        address = request.client.host if request.client else ""
        both = f"{address} {name[:64]}"
        try:
            one.require_room(both)
            all_names.require_room(address)
        except TooManyError:
            return _page_response(language, "login.many", 429)
        account = accounts.check_password(name, password)
        if account is None:
            one.count_request(both)
            all_names.count_request(address)
            return _page_response(language, "login.wrong", 401)
        token = secrets.token_urlsafe(32)
        store.sign_in(token_digest(token), account.name, datetime.now(UTC) + timedelta(days=DAYS))
        return _redirect_to(
            "/",
            set_cookie_header(SIGN_IN, token, DAYS * 86400, secure=speaks_https(request.url.scheme, request.headers)),
        )

    @router.post("/logout")
    def sign_out(request: Request) -> Response:
        store.sign_out(token_digest(request.cookies.get(SIGN_IN, "")))
        return _redirect_to(
            "/suyuan/login", set_cookie_header(SIGN_IN, "", 0, secure=speaks_https(request.url.scheme, request.headers))
        )

    return router


def _redirect_to(where: str, set_cookie: str) -> Response:
    return RedirectResponse(where, 303, headers={"set-cookie": set_cookie})


def _page_response(language: str, message: str, status: int = 200) -> HTMLResponse:
    text = screen_words(language)
    values = {
        "lang": "zh-CN" if language == "zh" else "en",
        "title": text["name"],
        "tagline": text["tagline"],
        "message": text[message] if message else "",
        "name": text["login.name"],
        "password": text["login.password"],
        "enter": text["login.enter"],
        "other": text["login.other"],
        "other_language": "en" if language == "zh" else "zh",
    }
    return HTMLResponse(_PAGE.substitute({key: escape(value) for key, value in values.items()}), status)
