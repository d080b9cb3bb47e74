"""The tools of the MCP server: ask, search, sources, document, as structured content. Knows nothing of screens or of Gradio.

Gradio has an MCP server of its own; it calls the chat again over HTTP without the caller's session, so that nobody gets in
where people sign in, and it prints answers as Python does. Here a tool calls the service itself, as the person the gate found.
The package mcp is heavy and optional: import this module where the server is made.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

import anyio
from mcp.server.fastmcp import Context, FastMCP
from mcp.server.transport_security import TransportSecuritySettings
from mcp.types import ToolAnnotations
from pydantic import Field
from starlette.routing import BaseRoute, Mount, Route

from assistant.wire import answer_to_dict
from errors import SuyuanError
from web import view
from web.http_errors import Refusal, error_in_words
from web.service import Service

PATH = "/gradio_api/mcp"
ABOUT = "Answers about Chinese policy documents. Every statement cites the exact words of a document, with offsets."
READS = ToolAnnotations(readOnlyHint=True, openWorldHint=False)

Asking = Context[Any, Any, Any]
Scope = Annotated[
    dict[str, Any] | None,
    Field(
        description="Where to look: lists under doc_ids, sources, regions, issuers, years or statuses. None: everywhere."
    ),
]
Result = TypeVar("Result")


class _Worker:
    """Runs tools in threads, as many at once and as many waiting as the settings say for the chat."""

    def __init__(self, at_once: int, waiting: int) -> None:
        self._limiter, self._waiting = anyio.CapacityLimiter(at_once), waiting

    async def run_for(self, asking: Asking, work: Callable[[str, bool, str], Result]) -> Result:
        """`work` called with who asks, whether they are held to the rate, and their language. Raises ValueError in words."""
        request = asking.request_context.request
        if request is None:  # cannot be over HTTP
            raise ValueError("no request")
        scope = request.scope
        language = scope["suyuan.language"]
        if self._limiter.statistics().tasks_waiting >= self._waiting:
            raise ValueError(Refusal("busy", 503).refusal_in_words(language))
        person = scope["suyuan.person"]
        try:
            return await anyio.to_thread.run_sync(
                lambda: work(person.key, person.paced, language), limiter=self._limiter
            )
        except SuyuanError as error:
            raise ValueError(error_in_words(error, language)) from None


def build_mcp_server(service: Service) -> FastMCP[Any]:
    """The MCP server over a service. Nothing is kept between calls."""
    made: FastMCP[Any] = FastMCP(
        "suyuan", ABOUT, stateless_http=True, json_response=True, streamable_http_path="/", log_level="WARNING",
        # the gate has looked at host and origin already, and knows the address the chat was started with
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )  # fmt: skip
    _add_tools(made, service, _Worker(service.settings.answers_at_once, service.settings.queue_size))
    return made


def mcp_routes(made: FastMCP[Any]) -> list[BaseRoute]:
    """The routes of the server, with and without a slash; its `session_manager.run()` must be entered while it is served."""
    served = made.streamable_http_app().routes[0].app  # type: ignore[attr-defined]
    return [Route(PATH, endpoint=served), Mount(PATH, app=served)]


def _add_tools(made: FastMCP[Any], service: Service, worker: _Worker) -> None:
    @made.tool(annotations=READS)
    async def ask(question: str, asking: Asking, scope: Scope = None) -> dict[str, Any]:
        """Answer a question about the policy documents, each statement with the exact words of the source it rests on.

        `status` is answered, not_found or clarify; `citations` hold quote, document, locator and offsets; cite their quotes.
        """
        return await worker.run_for(
            asking,
            lambda key, paced, language: answer_to_dict(service.answer_question(key, paced, language, question, scope)),
        )

    @made.tool(annotations=READS)
    async def search(
        question: str, asking: Asking, count: Annotated[int, Field(ge=1, le=50)] = 10, scope: Scope = None
    ) -> dict[str, Any]:
        """Find passages of the policy documents, best first, each with its document, locator and offsets."""
        return await worker.run_for(asking, lambda *_: {"passages": service.search_passages(question, count, scope)})

    @made.tool(annotations=READS)
    async def sources(asking: Asking) -> dict[str, Any]:
        """List the policy documents with their metadata."""
        listed = service.handle.current().documents
        return await worker.run_for(asking, lambda *_: {"documents": [view.source_values(each) for each in listed()]})

    @made.tool(annotations=READS)
    async def document(doc_id: str, asking: Asking) -> dict[str, Any]:
        """Read one policy document: its text, outline and metadata. `doc_id` is what sources and citations give."""
        return await worker.run_for(asking, lambda *_: service.document_values(doc_id))
