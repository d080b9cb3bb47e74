"""Puts the server together: Gradio's application, the screens' routes and the gate before them. Knows nothing of answers."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from corpus.types import FailedFile
from errors import ServeError, SuyuanError
from settings import Settings
from web.service import Service
from web.texts import STATIC, TEXTS

if TYPE_CHECKING:
    import gradio as gr
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

    from index.types import IndexHandle
    from web.cards import Cards
    from web.examples import Examples
    from web.library import Update
    from web.types import Answerer


def _silence_libraries() -> None:
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    # Gradio sums up its own timings after every event, with pandas; nobody looks at them here
    os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "1000000000")
    os.environ.setdefault("GRADIO_ANALYTICS_MAX_EVENTS", "1000")


def build_blocks(assistant: Answerer, handle: IndexHandle, settings: Settings) -> gr.Blocks:
    """The Gradio application alone; `build_application` adds login, limits and the rest of the server around it."""
    _silence_libraries()
    from web.endpoints import build_page

    return build_page(Service(assistant, handle, settings))


def build_application(
    assistant: Answerer,
    handle: IndexHandle,
    settings: Settings,
    *,
    failed: tuple[FailedFile, ...] = (),
    update: Update | None = None,
    mcp: bool = False,
    examples: Examples | None = None,
    cards: Cards | None = None,
) -> FastAPI:
    """The whole server as an ASGI application.

    `failed` are the files the index was made without; `update` brings it up to date (the default: that of the settings);
    `examples` are the first screen's questions, `cards` the policy cards (the default: both made from the documents).
    Raises SettingsError for a database or users file that cannot be used, ServeError when MCP cannot start or a restore was not ended.
    """
    _silence_libraries()
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from web.accounts import Accounts
    from web.backup import refuse_unfinished
    from web.endpoints import HEAD, build_page, build_theme
    from web.gate import Gate
    from web.library import Library, index_update
    from web.metrics import Readiness
    from web.openai_api import openai_routes
    from web.probes import probe_routes
    from web.routes import screen_routes
    from web.signing import signing_routes

    refuse_unfinished(settings)
    accounts = Accounts(settings.users) if settings.users else None
    if accounts:
        accounts.read_users()
    service = Service(assistant, handle, settings, examples=examples, cards=cards)
    library = Library(settings, update or index_update(settings), failed)
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, lifespan=_mcp_lifespan(service) if mcp else None)
    app.add_exception_handler(SuyuanError, _error_response)
    app.mount("/suyuan/static", StaticFiles(directory=STATIC))
    app.mount("/suyuan/texts", StaticFiles(directory=TEXTS))
    token = settings.metrics_token.get_secret_value()
    app.include_router(probe_routes(service.metrics, Readiness(handle, service.store), token))
    app.include_router(screen_routes(service, library, login=accounts is not None))
    app.include_router(openai_routes(service))  # the gate keeps it shut where it is turned off
    if accounts:
        app.include_router(signing_routes(service.store, accounts))
    gr.mount_gradio_app(
        app, build_page(service), path="/", theme=build_theme(), head=HEAD, css="footer{display:none!important}", footer_links=[],
        ssr_mode=False, run_history=False, show_error=True, mcp_server=False, max_file_size=1,
        enable_monitoring=False, pwa=False, app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )  # fmt: skip
    app.add_middleware(Gate, settings=settings, store=service.store, accounts=accounts)
    app.state.service = service
    return app


def _mcp_lifespan(service: Service) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """What adds the MCP server to an application and keeps it alive with it. Raises ServeError without its package."""
    if find_spec("mcp") is None:
        raise ServeError("the MCP server needs a package that is not installed", "mcp", "pip install 'mcp>=1.21,<2'")
    from web import tools

    made = tools.build_mcp_server(service)

    @asynccontextmanager
    async def keep_alive(app: FastAPI) -> AsyncIterator[None]:
        app.router.routes[:0] = tools.mcp_routes(made)
        async with made.session_manager.run():
            yield

    return keep_alive


def _error_response(request: Request, error: Exception) -> JSONResponse:
    from fastapi.responses import JSONResponse

    from web.http_errors import Refusal, error_in_words

    if not isinstance(error, SuyuanError):  # cannot be: it is the handler of that class
        raise error
    status = error.status if isinstance(error, Refusal) else 400
    return JSONResponse({"detail": error_in_words(error, request.scope["suyuan.language"])}, status)


def open_socket(host: str, port: int) -> socket.socket:
    """A listening socket. Raises ServeError when the address cannot be used or the port is taken."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family[0], socket.SOCK_STREAM)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(family[4])
        opened.listen(1024)
    except socket.gaierror:
        raise ServeError("the address cannot be used", host, "give another with --host") from None
    except OSError as error:
        raise ServeError(
            f"the port cannot be used ({error.strerror})",
            f"{host}:{port}",
            "stop what uses it, or give another with --port",
        ) from None
    return opened


def _warm_up(service: Service) -> None:
    # Gradio loads matplotlib, where it is installed, in its first event: a second that the first person would wait
    if find_spec("matplotlib"):
        import_module("matplotlib.pyplot")
    service.warm_up()


def serve_application(app: FastAPI, opened: socket.socket) -> None:
    """Serves on a listening socket until interrupted."""
    import uvicorn

    threading.Thread(target=_warm_up, args=(app.state.service,), name="warm", daemon=True).start()
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=3, server_header=False
    )
    uvicorn.Server(config).run([opened])
