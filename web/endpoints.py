"""The Gradio page and the named endpoints that programs call. Knows nothing of HTTP or of what an answer is made of.

`ask`, `search`, `sources` and `document` are for programs: `/gradio_api/call/ask` and Gradio's clients. The screen itself
asks through `chat`. Gradio is heavy: import this module where the server is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gradio as gr

from errors import SuyuanError
from web import view
from web.http_errors import error_in_words
from web.service import Service
from web.texts import screen_words

SHELL = '<div id="suyuan" class="suyuan"></div>'
# the page's own script and style are files of this server; nothing is fetched from elsewhere
ON_LOAD = "import('/suyuan/static/main.js').then((suyuan) => suyuan.start());"
HEAD = '<link rel="stylesheet" href="/suyuan/static/style.css"><link rel="modulepreload" href="/suyuan/static/main.js">'


def build_theme() -> Any:
    """Gradio's own parts in our colours, with system fonts only."""
    sans = ["system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
    base = gr.themes.Base(primary_hue="teal", neutral_hue="stone", font=sans, font_mono=["ui-monospace", "monospace"])
    return base.set(body_background_fill="#faf8f3", body_background_fill_dark="#191a1b")


def build_page(service: Service) -> gr.Blocks:
    """The page and the named endpoints over a service."""
    with gr.Blocks(
        title=str(screen_words(service.settings.language)["name"]), analytics_enabled=False, fill_width=True
    ) as page:
        gr.HTML(SHELL, apply_default_css=False, js_on_load=ON_LOAD)
        _add_endpoints(service)
    page.queue(max_size=service.settings.queue_size, default_concurrency_limit=service.settings.answers_at_once)
    return page


def _person_asking(request: gr.Request) -> tuple[str, bool, str]:
    scope = request.request.scope
    return scope["suyuan.person"].key, scope["suyuan.person"].paced, scope["suyuan.language"]


def _add_endpoints(service: Service) -> None:
    def refuse_in_words(error: SuyuanError, request: gr.Request) -> gr.Error:
        return gr.Error(error_in_words(error, _person_asking(request)[2]), print_exception=False)

    def chat(payload: dict[str, Any], request: gr.Request) -> Iterator[dict[str, Any]]:
        """The events of an answer, for the screen."""
        yield from service.chat_events(*_person_asking(request), payload)

    def ask(question: str, request: gr.Request, scope: dict[str, Any] | None = None) -> dict[str, Any]:  # noqa: D417
        """Answer a question about the policy documents, each statement with the exact words of the source it rests on.

        Args:
            question: The question, in Chinese or English.
            scope: Where to look: lists under doc_ids, sources, regions, issuers, years or statuses. Empty: everywhere.

        """
        from assistant.wire import answer_to_dict

        try:
            answer: dict[str, Any] = answer_to_dict(service.answer_question(*_person_asking(request), question, scope))
            return answer
        except SuyuanError as error:
            raise refuse_in_words(error, request) from None

    def search(  # noqa: D417
        question: str, request: gr.Request, count: int = 10, scope: dict[str, Any] | None = None
    ) -> list[dict[str, Any]]:
        """Find passages of the policy documents, best first, each with its document, locator and offsets.

        Args:
            question: Words or a question.
            count: How many passages, 1 to 50.
            scope: Where to look: lists under doc_ids, sources, regions, issuers, years or statuses. Empty: everywhere.

        """
        try:
            return service.search_passages(question, int(count), scope)
        except SuyuanError as error:
            raise refuse_in_words(error, request) from None

    def sources() -> list[dict[str, Any]]:
        """List the policy documents with their metadata."""
        return [view.source_values(each) for each in service.handle.current().documents()]

    def document(doc_id: str, request: gr.Request) -> dict[str, Any]:  # noqa: D417
        """Read one policy document: its text, outline and metadata.

        Args:
            doc_id: The id of the document, as `sources` and citations give it.

        """
        try:
            return service.document_values(doc_id)
        except SuyuanError as error:
            raise refuse_in_words(error, request) from None

    gr.api(chat, api_name="chat", api_visibility="undocumented")
    for endpoint in (ask, search, sources, document):
        gr.api(endpoint, api_name=endpoint.__name__)
