"""The door of the server: who is it, may they come in, how much may they carry. Knows nothing of questions or documents.

Every request passes here first, Gradio's own included. What is not on the list of paths does not exist; a request that
changes something must come from our own page; a body has a size; a browser without login is told apart by a random cookie,
so that its conversations are its own.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from settings import Settings
from web.accounts import Accounts
from web.http_errors import Refusal
from web.openai_protocol import error_body
from web.store import Store

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SIGN_IN, VISITOR, LANGUAGE = "suyuan_session", "suyuan_visitor", "suyuan_language"
YEAR = 365 * 24 * 3600
MOST_BODY = 256 * 1024  # bytes of a request that is not an upload: a question, a comment, a scope of many documents
MOST_MESSAGES = 1_000_000  # bytes of a program's request, which brings the whole conversation each time
PROGRAMS = "/v1/"

# what of Gradio is needed: its page, its queue, its named endpoints and their description
_OPEN = re.compile(r"/healthz|/readyz|/metrics|/suyuan/(login|static/.*|texts/.*)|/favicon\.ico|/robots\.txt")
_KNOWN = re.compile(
    r"/|/healthz|/readyz|/metrics|/suyuan/.*|/assets/.*|/static/.*|/config/?|/theme\.css|/manifest\.json|/favicon\.ico|/robots\.txt"
    r"|/v1/models(/.*)?|/v1/chat/completions"
    r"|/gradio_api/(call/.*|info/?|openapi\.json|queue/(join|data)|heartbeat/.*|startup-events|app_id/?|theme\.css|login_check/?|mcp/.*|mcp)"
)
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # no-referrer would take the origin from our own forms
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who a request comes from: `key` owns conversations, `owner` may change the documents, `paced` is held to the rate."""

    key: str
    name: str
    owner: bool
    paced: bool


class TooLargeError(Exception):
    """A body went over its limit while it was read."""


def token_digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return address == "localhost"


def _headers_of(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _parse_cookies(header: str) -> dict[str, str]:
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(header)
    except CookieError:
        return {}
    return {name: morsel.value for name, morsel in jar.items()}


def set_cookie_header(name: str, value: str, seconds: int, *, secure: bool) -> str:
    """A Set-Cookie header that no script reads and no other site sends."""
    return f"{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{'; Secure' if secure else ''}"


class Gate:
    """ASGI middleware around the whole application."""

    def __init__(self, app: App, settings: Settings, store: Store, accounts: Accounts | None) -> None:
        self.app, self.settings, self.store, self.accounts = app, settings, store, accounts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lets a request through, or answers it here."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        headers = _headers_of(scope)
        cookies = _parse_cookies(headers.get("cookie", ""))
        language = scope["suyuan.language"] = _language_of(cookies, self.settings)
        refusal = self._refusal_of_request(scope, headers)
        known = self._program_asking if scope["path"].startswith(PROGRAMS) else self._person_asking
        person, fresh = (None, None) if refusal else known(scope, headers, cookies)
        if refusal is None and person is None and not _OPEN.fullmatch(scope["path"]):
            refusal = self._refusal_of_unknown(scope["path"])
            if scope["path"] == "/" and scope["method"] in ("GET", "HEAD"):
                await _send_plain(send, 303, {"location": "/suyuan/login"})
                return
        if refusal:
            await _send_refusal(send, refusal, language, scope["path"])
            return
        scope["suyuan.person"] = person
        extra = (
            [set_cookie_header(VISITOR, fresh, YEAR, secure=speaks_https(scope.get("scheme", ""), headers))]
            if fresh
            else []
        )
        limit = self._body_limit(scope)
        body = _Body(receive, limit)
        with suppress(TooLargeError):
            await self.app(scope, body.receive_counted, _with_headers(send, extra, scope["path"], body))
        if body.over:
            await _send_refusal(send, Refusal("large", 413, most=limit), language, scope["path"])

    def _body_limit(self, scope: Scope) -> int:
        if scope["path"] == "/suyuan/api/sources":
            return self.settings.upload_megabytes * 1024 * 1024 * 8
        return MOST_MESSAGES if scope["path"].startswith(PROGRAMS) else MOST_BODY

    def _refusal_of_unknown(self, path: str) -> Refusal:
        """Why somebody who is nobody may not come in."""
        if not path.startswith(PROGRAMS):
            return Refusal("login", 401)
        return Refusal("api.key", 401) if self.settings.api_keys else Refusal("api.key.none", 401)

    def _refusal_of_request(self, scope: Scope, headers: dict[str, str]) -> Refusal | None:
        path, limit = scope["path"], self._body_limit(scope)
        if not _KNOWN.fullmatch(path) or "\\" in path or "/../" in f"{path}/" or "\0" in path:
            return Refusal("address", 404)
        if path.startswith(PROGRAMS) and not self.settings.api:
            return Refusal("api.off", 404)
        host = urlsplit(f"//{headers.get('host', '')}")
        if is_loopback(self.settings.host) and not is_loopback(host.hostname or ""):
            return Refusal("host", 421)  # a page elsewhere that points its own name at this machine
        if int(headers.get("content-length") or 0) > limit:
            return Refusal("large", 413, most=limit)
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            origin = headers.get("origin")
            if headers.get("sec-fetch-site") == "cross-site" or (
                origin and urlsplit(origin).netloc != headers.get("host")
            ):
                return Refusal("origin", 403)
        return None

    def _program_asking(
        self, scope: Scope, headers: dict[str, str], cookies: dict[str, str]
    ) -> tuple[Person | None, str | None]:
        """A program by its key; without keys and without login, one on this machine. Cookies are not looked at."""
        if not self.settings.api_keys:
            host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
            near = _is_near(scope, headers) and is_loopback(host) and self.accounts is None
            return (Person("program:local", "", False, False) if near else None), None
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = token_digest(token.strip() if scheme.lower() == "bearer" else "")
        keys = [token_digest(key.get_secret_value()) for key in self.settings.api_keys]
        matching = [key for key in keys if hmac.compare_digest(key, given)]
        return (Person(f"key:{matching[0][:40]}", "", False, True) if matching else None), None

    def _person_asking(
        self, scope: Scope, headers: dict[str, str], cookies: dict[str, str]
    ) -> tuple[Person | None, str | None]:
        near = _is_near(scope, headers)
        if self.accounts is not None:
            token = cookies.get(SIGN_IN)
            name = self.store.signed_in(token_digest(token)) if token else None
            account = self.accounts.read_users().get(name) if name else None
            if account is None:
                return None, None
            return Person(f"user:{account.name}", account.name, account.role == "owner", True), None
        token = cookies.get(VISITOR, "")
        fresh = None
        if not re.fullmatch(r"[\w-]{32,64}", token):
            token = fresh = secrets.token_urlsafe(32)
        return Person(f"visitor:{token_digest(token)[:40]}", "", near, not near), fresh


def _is_near(scope: Scope, headers: dict[str, str]) -> bool:
    """Whether a request comes from this machine, and not through a proxy on it."""
    return is_loopback((scope.get("client") or ("",))[0]) and "x-forwarded-for" not in headers


def speaks_https(scheme: str, headers: Mapping[str, str]) -> bool:
    """Whether the person's browser speaks HTTPS, to this server or to the proxy before it: cookies may then ask for it."""
    return scheme == "https" or headers.get("x-forwarded-proto") == "https"


def _language_of(cookies: dict[str, str], settings: Settings) -> str:
    chosen = cookies.get(LANGUAGE, "")
    return chosen if chosen in ("zh", "en") else settings.language


class _Body:
    """A request's body that may not grow over its limit, whatever its headers say of its size."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self.over = False

    async def receive_counted(self) -> dict[str, Any]:
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            self.over = True
            raise TooLargeError
        return message


def _with_headers(send: Send, cookies: list[str], path: str, body: _Body) -> Send:
    """Adds our headers to an answer; an answer to a body that was too large is not sent."""

    async def send_with_headers(message: dict[str, Any]) -> None:
        if body.over:
            return
        if message["type"] == "http.response.start":
            given = [pair for pair in message.get("headers", []) if pair[0].lower().decode("latin-1") not in HEADERS]
            given += [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            given += [(b"set-cookie", value.encode()) for value in cookies]
            if path.startswith(("/suyuan/api/", PROGRAMS)):
                given.append((b"cache-control", b"no-store"))
            message = message | {"headers": given}
        await send(message)

    return send_with_headers


async def _send_refusal(send: Send, refusal: Refusal, language: str, path: str) -> None:
    body = (
        error_body(refusal, language) if path.startswith(PROGRAMS) else {"detail": refusal.refusal_in_words(language)}
    )
    await _send_plain(send, refusal.status, {}, json.dumps(body, ensure_ascii=False).encode())


async def _send_plain(send: Send, status: int, headers: dict[str, str], body: bytes = b"") -> None:
    given = {"content-type": "application/json", "content-length": str(len(body))} | HEADERS | headers
    pairs = [(name.encode(), value.encode("latin-1")) for name, value in given.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
