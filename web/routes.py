"""The routes of the screens beside Gradio's: documents, conversations, sign-in. Knows nothing of how an answer is made."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request, Response, UploadFile
from pydantic import BaseModel, Field

from assistant.cards.comparing import Comparison
from corpus.types import FailedFile
from errors import ProfileError
from web import comparing, export, revisions, view
from web.cases import save_case
from web.gate import Person
from web.http_errors import Refusal, cause_in_words, error_in_words
from web.library import Library
from web.service import Service
from web.texts import screen_words as texts

Offset = Annotated[int, Field(ge=0)]


class Cited(BaseModel):
    """A citation whose present place is asked for."""

    start: Offset
    end: Offset
    quote: str = Field(max_length=50_000)
    sha256: str = Field("", max_length=64)
    verified: bool = False


class ViewRequest(BaseModel):
    """A document to read, and the citations to find in it."""

    citations: list[Cited] = Field(default=[], max_length=200)


class Opinion(BaseModel):
    """What a person says of an answer."""

    verdict: Literal["right", "wrong", "wrong_source"]
    comment: str = Field("", max_length=2000)


class Applicant(BaseModel):
    """What an applicant says of itself, by the names of a profile."""

    profile: dict[str, Any] = Field(max_length=30)


class Sentences(BaseModel):
    """The same in a few sentences."""

    text: str = Field(max_length=2000)


class Title(BaseModel):
    """Another title for a conversation."""

    title: str = Field(min_length=1, max_length=120, pattern=r"\S")


def asking_person(request: Request) -> Person:
    """Who asks, as the gate found."""
    found: Person = request.scope["suyuan.person"]
    return found


def asking_owner(request: Request) -> Person:
    """Who asks, when they may change the documents."""
    found = asking_person(request)
    if not found.owner:
        raise Refusal("owner", 403)
    return found


def screen_language(request: Request) -> str:
    """The language of the reader's screen, as the gate found."""
    found: str = request.scope["suyuan.language"]
    return found


Someone = Annotated[Person, Depends(asking_person)]
Tongue = Annotated[str, Depends(screen_language)]


WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MARKDOWN = "text/markdown; charset=utf-8"
Sort = Literal["title", "issued", "expires", "next"]
# The ids of documents, and names of places after @, that are put side by side.
Chosen = Annotated[list[Annotated[str, Field(max_length=200)]], Query(max_length=20)]
Result = TypeVar("Result")


def screen_routes(service: Service, library: Library, *, login: bool) -> APIRouter:
    """Everything of the screens under /suyuan/api/."""
    router = APIRouter(prefix="/suyuan/api")
    router.include_router(_reading_routes(service, library, login=login))
    router.include_router(_card_routes(service))
    router.include_router(_comparison_routes(service))
    router.include_router(_revision_routes(service))
    router.include_router(_eligibility_routes(service))
    router.include_router(_owner_routes(service, library))
    router.include_router(_conversation_routes(service))
    router.include_router(_turn_routes(service))
    return router


def _reading_routes(service: Service, library: Library, *, login: bool) -> APIRouter:
    from corpus.readers import READERS

    router = APIRouter()

    @router.get("/me")
    def show_person(who: Someone, language: Tongue) -> dict[str, Any]:
        settings, documents = service.settings, service.handle.current().documents()
        return {
            "name": who.name,
            "owner": who.owner,
            "login": login,
            "language": language,
            "question_characters": settings.question_characters,
            "upload_megabytes": settings.upload_megabytes,
            "documents": len(documents),
            "formats": sorted(READERS),
        }

    @router.get("/examples")
    def show_examples() -> dict[str, Any]:
        made = service.examples.current_questions()
        return {"examples": list(made or ()), "ready": made is not None}

    @router.get("/sources")
    def list_sources(language: Tongue) -> dict[str, Any]:
        failed = _failed_in_words(library.failed, language)
        listed = [view.source_values(each) for each in service.handle.current().documents()]
        return {"sources": [_with_warnings(each, language) for each in listed], "failed": failed}

    @router.get("/sources/report.md")
    def download_report(language: Tongue) -> Response:
        from web.report import report_page

        index = service.handle.current()
        documents = (index.document(each.id) for each in index.documents())
        return _download_response(
            report_page(documents, library.failed, language).encode(), MARKDOWN, f"{texts(language)['report.title']}.md"
        )

    @router.post("/sources/{doc_id}/view")
    def view_document(doc_id: str, asked: ViewRequest, language: Tongue) -> dict[str, Any]:
        document = _found_or_gone(service.handle.current().document, doc_id)
        shown = _with_warnings(
            view.document_values(document, [each.model_dump() for each in asked.citations]), language
        )
        shown |= {"versions": revisions.version_pairs(service.handle.current(), [doc_id])}
        return shown | {"scanned": shown["pictures"] and _is_scan(library.file_of(document.source), shown["citations"])}

    @router.get("/sources/{doc_id}/pages/{page}.png")
    def page_image(doc_id: str, page: int, start: Offset = 0, end: Offset = 0) -> Response:
        from web.pages import page_picture

        document = _found_or_gone(service.handle.current().document, doc_id)
        words = document.text[start:end][:20_000]
        path = library.file_of(document.source)
        try:
            png = _found_or_gone(page_picture, path, page, words)
        except (ValueError, OSError):
            raise Refusal("picture", 404) from None
        return Response(png, media_type="image/png")

    return router


def _card_routes(service: Service) -> APIRouter:
    from assistant.cards.calendar import write_ics
    from assistant.cards.table import write_workbook
    from assistant.cards.wire import card_to_dict, deadline_to_dict

    router = APIRouter()
    cards = service.cards

    @router.get("/cards")
    def list_cards(
        find: Annotated[str, Query(max_length=200)] = "",
        sort: Sort = "title",
        down: bool = False,
        held: Literal["", "in", "past"] = "",
        start: Offset = 0,
    ) -> dict[str, Any]:
        return cards.page_of_rows(find, sort, down=down, held=held, start=start)

    @router.get("/cards/days")
    def list_days() -> dict[str, Any]:
        return cards.making_state() | {"days": [deadline_to_dict(one) for one in cards.all_deadlines()]}

    @router.get("/sources/{doc_id}/card")
    def show_card(doc_id: str) -> dict[str, Any]:
        return card_to_dict(_found_or_gone(cards.card_of, doc_id))

    @router.get("/cards/export.xlsx")
    def download_cards() -> Response:
        _all_made()
        return _download_response(write_workbook(list(cards.all_cards())), SHEET, "政策速览.xlsx")

    @router.get("/cards/export.ics")
    def download_calendar() -> Response:
        _all_made()
        return _download_response(write_ics(cards.all_deadlines()), "text/calendar; charset=utf-8", "政策日历.ics")

    def _all_made() -> None:
        state = cards.making_state()
        if not state["ready"]:
            raise Refusal("cards.making", 409, done=state["done"], total=state["total"])

    return router


def _comparison_routes(service: Service) -> APIRouter:
    from assistant.cards.table import comparison_workbook

    router = APIRouter(prefix="/compare")

    @router.get("")
    def show_comparison(of: Chosen) -> dict[str, Any]:
        return comparing.comparison_table(make_comparison(of))

    @router.get("/export.xlsx")
    def download_comparison(of: Chosen) -> Response:
        return _download_response(comparison_workbook(make_comparison(of)), SHEET, "政策对比.xlsx")

    def make_comparison(of: list[str]) -> Comparison:
        return _found_or_gone(comparing.side_by_side, service.cards, service.handle.current(), of)

    return router


def _revision_routes(service: Service) -> APIRouter:
    router = APIRouter(prefix="/revisions/{old}/{new}")

    @router.get("")
    def show_revision(old: str, new: str) -> dict[str, Any]:
        return revisions.revision_for_screen(
            _found_or_gone(revisions.compare_documents, service.handle.current(), old, new)
        )

    @router.get("/table.docx")
    def download_revision(old: str, new: str) -> Response:
        from corpus.revisions.word import revision_to_docx

        made = _found_or_gone(revisions.compare_documents, service.handle.current(), old, new)
        return _download_response(revision_to_docx(made), WORD, _file_name(f"{made.new.title[:30]}_条文对照表", "docx"))

    return router


def _eligibility_routes(service: Service) -> APIRouter:
    from assistant.eligibility import judge_policies, profile_from_mapping, profile_from_text, wire

    router = APIRouter(prefix="/eligible")

    @router.post("")
    def judge_applicant(who: Someone, given: Applicant) -> dict[str, Any]:
        if who.paced:
            service.pace.count_request(who.key)
        try:
            profile = profile_from_mapping(given.profile)
        except ProfileError as error:
            raise Refusal("profile", seen=error.value) from None
        return wire.fits_to_dict(profile, judge_policies(service.handle.current(), profile, date.today()))

    @router.post("/read")
    def read_profile(given: Sentences) -> dict[str, Any]:
        try:
            return {"profile": wire.profile_to_dict(profile_from_text(given.text))}
        except ProfileError:
            raise Refusal("profile.text") from None

    return router


def _owner_routes(service: Service, library: Library) -> APIRouter:
    router = APIRouter(dependencies=[Depends(asking_owner)])

    @router.get("/jobs/{job}")
    def show_job(job: str, language: Tongue) -> dict[str, Any]:
        found = _found_or_gone(library.job_of, job)
        return asdict(replace(found, error=None)) | {
            "error": error_in_words(found.error, language) if found.error else "",
            "failed": _failed_in_words(found.failed, language),
            "documents": len(service.handle.current().documents()),
        }

    @router.post("/sources")
    def add_documents(files: list[UploadFile]) -> dict[str, Any]:
        most = service.settings.upload_megabytes * 1024 * 1024
        with tempfile.TemporaryDirectory() as folder:
            received = []
            for number, file in enumerate(files):
                if file.size is None or file.size > most:
                    name = (file.filename or "")[:80]
                    raise Refusal("file.size", 413, seen=name, most=service.settings.upload_megabytes)
                path = Path(folder, str(number))
                path.write_bytes(file.file.read())
                received.append((file.filename or "", path))
            return {"job": library.add_files(received).id}

    @router.delete("/sources/{doc_id}")
    def remove_document(doc_id: str) -> dict[str, Any]:
        document = _found_or_gone(service.handle.current().document, doc_id)
        return {"job": library.remove_document(document.source).id}

    @router.get("/owner")
    def show_report() -> dict[str, Any]:
        return service.store.report_of_days()

    @router.post("/turns/{turn}/case")
    def keep_case(who: Someone, turn: str) -> dict[str, Any]:
        asked = _found_or_gone(service.store.read_turn, who.key, turn)
        kept = service.store.read_conversation(who.key, asked["conversation"])["turns"]
        before = kept[: [each["id"] for each in kept].index(turn)]
        return save_case(service.settings, service.handle.current(), kept[len(before)], before)

    return router


def _conversation_routes(service: Service) -> APIRouter:
    router = APIRouter(prefix="/conversations")

    @router.get("")
    def list_conversations(who: Someone, find: str = "") -> dict[str, Any]:
        return {"conversations": service.store.list_conversations(who.key, find[:200])}

    @router.get("/{conversation}")
    def show_conversation(who: Someone, conversation: str) -> dict[str, Any]:
        return _found_or_gone(service.refreshed_conversation, who.key, conversation)

    @router.get("/{conversation}/export.{form}")
    def download_conversation(
        who: Someone, language: Tongue, conversation: str, form: Literal["docx", "md"]
    ) -> Response:
        kept = _found_or_gone(service.refreshed_conversation, who.key, conversation)
        return _conversation_file(kept["title"], kept["turns"], form, language)

    @router.patch("/{conversation}")
    def rename_conversation(who: Someone, conversation: str, given: Title) -> dict[str, Any]:
        _found_or_gone(service.store.rename_conversation, who.key, conversation, given.title.strip())
        return {}

    @router.delete("/{conversation}")
    def remove_conversation(who: Someone, conversation: str) -> dict[str, Any]:
        _found_or_gone(service.store.remove_conversation, who.key, conversation)
        return {}

    return router


def _turn_routes(service: Service) -> APIRouter:
    router = APIRouter(prefix="/turns/{turn}")

    @router.post("/feedback")
    def keep_feedback(who: Someone, turn: str, given: Opinion) -> dict[str, Any]:
        _found_or_gone(service.store.keep_feedback, who.key, turn, given.verdict, given.comment)
        return {}

    @router.get("/export.{form}")
    def download_turn(who: Someone, language: Tongue, turn: str, form: Literal["docx", "md"]) -> Response:
        kept = _found_or_gone(service.store.read_turn, who.key, turn)
        return _conversation_file(kept["question"], [kept], form, language)

    return router


def _conversation_file(title: str, turns: list[dict[str, Any]], form: str, language: str) -> Response:
    if form == "docx":
        body, kind = export.export_docx(title, turns, language), WORD
    else:
        body, kind = export.export_markdown(title, turns, language).encode(), "text/markdown; charset=utf-8"
    return _download_response(body, kind, _file_name(title, form))


def _file_name(title: str, form: str) -> str:
    """A name for a file, of a title's letters and figures."""
    return "".join(c if c.isalnum() else "_" for c in title[:40]) + f".{form}"


def _download_response(body: bytes, kind: str, name: str) -> Response:
    """A file to save."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(body, media_type=kind, headers={"content-disposition": disposition})


def _found_or_gone(action: Callable[..., Result], *arguments: Any) -> Result:
    try:
        return action(*arguments)
    except KeyError:
        raise Refusal("gone", 404) from None


def _is_scan(path: Path, citations: list[dict[str, Any]]) -> bool:
    """Whether a document's words are read off a picture, where it is cited or else on its first page."""
    from web.pages import is_scanned_page

    return any(is_scanned_page(path, page) for page in {each["page"] for each in citations if each["page"]} or {1})


def _failed_in_words(files: Iterable[FailedFile], language: str) -> list[dict[str, str]]:
    return [{"source": each.source, "reason": cause_in_words(each.reason, language)} for each in files]


def _with_warnings(shown: dict[str, Any], language: str) -> dict[str, Any]:
    return shown | {"warnings": [cause_in_words(each, language) for each in shown["warnings"]]}
