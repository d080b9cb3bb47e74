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
from web.service import RateLimiter
from web.store import Store
from web.texts import screen_words

DAYS = 14
TRIES = 10  # wrong ones a minute, for one name from one address; for all names from one address six times as many

_PAGE = Template(Path(__file__).with_name("login.html").read_text(encoding="utf-8"))


def signing_routes(store: Store, accounts: Accounts) -> APIRouter:
    """/suyuan/login and /suyuan/logout."""
    router = APIRouter(prefix="/suyuan")
    one, all_names = RateLimiter(TRIES), RateLimiter(6 * TRIES)

    @router.get("/login")
    def show(request: Request) -> HTMLResponse:
        return _page(request.scope["suyuan.language"], "")

    @router.post("/login")
    def enter(request: Request, name: Annotated[str, Form()] = "", password: Annotated[str, Form()] = "") -> Response:
        language = request.scope["suyuan.language"]
        address = request.client.host if request.client else ""
        both = f"{address} {name[:64]}"
        try:
            one.check(both)
            all_names.check(address)
        except TooManyError:
            return _page(language, "login.many", 429)
        account = accounts.check(name, password)
        if account is None:
            one.take(both)
            all_names.take(address)
            return _page(language, "login.wrong", 401)
        token = secrets.token_urlsafe(32)
        store.sign_in(token_digest(token), account.name, datetime.now(UTC) + timedelta(days=DAYS))
        return _away(
            "/",
            set_cookie_header(SIGN_IN, token, DAYS * 86400, secure=speaks_https(request.url.scheme, request.headers)),
        )

    @router.post("/logout")
    def leave(request: Request) -> Response:
        store.sign_out(token_digest(request.cookies.get(SIGN_IN, "")))
        return _away(
            "/suyuan/login", set_cookie_header(SIGN_IN, "", 0, secure=speaks_https(request.url.scheme, request.headers))
        )

    return router


def _away(where: str, set_cookie: str) -> Response:
    return RedirectResponse(where, 303, headers={"set-cookie": set_cookie})


def _page(language: str, message: str, status: int = 200) -> HTMLResponse:
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
