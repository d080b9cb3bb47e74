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
    router.include_router(_reading(service, library, login=login))
    router.include_router(_cards(service))
    router.include_router(_comparing(service))
    router.include_router(_revising(service))
    router.include_router(_applying(service))
    router.include_router(_changing(service, library))
    router.include_router(_conversations(service))
    router.include_router(_turns(service))
    return router


def _reading(service: Service, library: Library, *, login: bool) -> APIRouter:
    from corpus.readers import READERS

    router = APIRouter()

    @router.get("/me")
    def me(who: Someone, language: Tongue) -> dict[str, Any]:
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
    def examples() -> dict[str, Any]:
        made = service.examples.current()
        return {"examples": list(made or ()), "ready": made is not None}

    @router.get("/sources")
    def sources(language: Tongue) -> dict[str, Any]:
        failed = _failed(library.failed, language)
        listed = [view.source_values(each) for each in service.handle.current().documents()]
        return {"sources": [_warned(each, language) for each in listed], "failed": failed}

    @router.get("/sources/report.md")
    def report(language: Tongue) -> Response:
        from web.report import page

        index = service.handle.current()
        documents = (index.document(each.id) for each in index.documents())
        return _download(
            page(documents, library.failed, language).encode(), MARKDOWN, f"{texts(language)['report.title']}.md"
        )

    @router.post("/sources/{doc_id}/view")
    def read(doc_id: str, asked: ViewRequest, language: Tongue) -> dict[str, Any]:
        document = _found(service.handle.current().document, doc_id)
        shown = _warned(view.document_values(document, [each.model_dump() for each in asked.citations]), language)
        shown |= {"versions": revisions.version_pairs(service.handle.current(), [doc_id])}
        return shown | {"scanned": shown["pictures"] and _is_scan(library.file(document.source), shown["citations"])}

    @router.get("/sources/{doc_id}/pages/{page}.png")
    def page(doc_id: str, page: int, start: Offset = 0, end: Offset = 0) -> Response:
        from web.pages import page_picture

        document = _found(service.handle.current().document, doc_id)
        words = document.text[start:end][:20_000]
        path = library.file(document.source)
        try:
            png = _found(page_picture, path, page, words)
        except (ValueError, OSError):
            raise Refusal("picture", 404) from None
        return Response(png, media_type="image/png")

    return router


def _cards(service: Service) -> APIRouter:
    from assistant.cards.calendar import write_ics
    from assistant.cards.table import write_workbook
    from assistant.cards.wire import card_to_dict, deadline_to_dict

    router = APIRouter()
    cards = service.cards

    @router.get("/cards")
    def listed(
        find: Annotated[str, Query(max_length=200)] = "",
        sort: Sort = "title",
        down: bool = False,
        held: Literal["", "in", "past"] = "",
        start: Offset = 0,
    ) -> dict[str, Any]:
        return cards.page(find, sort, down=down, held=held, start=start)

    @router.get("/cards/days")
    def days() -> dict[str, Any]:
        return cards.state() | {"days": [deadline_to_dict(one) for one in cards.deadlines()]}

    @router.get("/sources/{doc_id}/card")
    def card(doc_id: str) -> dict[str, Any]:
        return card_to_dict(_found(cards.card, doc_id))

    @router.get("/cards/export.xlsx")
    def table() -> Response:
        _all_made()
        return _download(write_workbook(list(cards.all())), SHEET, "政策速览.xlsx")

    @router.get("/cards/export.ics")
    def calendar() -> Response:
        _all_made()
        return _download(write_ics(cards.deadlines()), "text/calendar; charset=utf-8", "政策日历.ics")

    def _all_made() -> None:
        state = cards.state()
        if not state["ready"]:
            raise Refusal("cards.making", 409, done=state["done"], total=state["total"])

    return router


def _comparing(service: Service) -> APIRouter:
    from assistant.cards.table import comparison_workbook

    router = APIRouter(prefix="/compare")

    @router.get("")
    def table(of: Chosen) -> dict[str, Any]:
        return comparing.table(made(of))

    @router.get("/export.xlsx")
    def saved(of: Chosen) -> Response:
        return _download(comparison_workbook(made(of)), SHEET, "政策对比.xlsx")

    def made(of: list[str]) -> Comparison:
        return _found(comparing.side_by_side, service.cards, service.handle.current(), of)

    return router


def _revising(service: Service) -> APIRouter:
    router = APIRouter(prefix="/revisions/{old}/{new}")

    @router.get("")
    def table(old: str, new: str) -> dict[str, Any]:
        return revisions.revision_for_screen(_found(revisions.compare_documents, service.handle.current(), old, new))

    @router.get("/table.docx")
    def saved(old: str, new: str) -> Response:
        from corpus.revisions.word import revision_to_docx

        made = _found(revisions.compare_documents, service.handle.current(), old, new)
        return _download(revision_to_docx(made), WORD, _file_name(f"{made.new.title[:30]}_条文对照表", "docx"))

    return router


def _applying(service: Service) -> APIRouter:
    from assistant.eligibility import judge_policies, profile_from_mapping, profile_from_text, wire

    router = APIRouter(prefix="/eligible")

    @router.post("")
    def check(who: Someone, given: Applicant) -> dict[str, Any]:
        if who.paced:
            service.pace.take(who.key)
        try:
            profile = profile_from_mapping(given.profile)
        except ProfileError as error:
            raise Refusal("profile", seen=error.value) from None
        return wire.fits_to_dict(profile, judge_policies(service.handle.current(), profile, date.today()))

    @router.post("/read")
    def read(given: Sentences) -> dict[str, Any]:
        try:
            return {"profile": wire.profile_to_dict(profile_from_text(given.text))}
        except ProfileError:
            raise Refusal("profile.text") from None

    return router


def _changing(service: Service, library: Library) -> APIRouter:
    router = APIRouter(dependencies=[Depends(asking_owner)])

    @router.get("/jobs/{job}")
    def job(job: str, language: Tongue) -> dict[str, Any]:
        found = _found(library.job, job)
        return asdict(replace(found, error=None)) | {
            "error": error_in_words(found.error, language) if found.error else "",
            "failed": _failed(found.failed, language),
            "documents": len(service.handle.current().documents()),
        }

    @router.post("/sources")
    def add(files: list[UploadFile]) -> dict[str, Any]:
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
            return {"job": library.add(received).id}

    @router.delete("/sources/{doc_id}")
    def remove(doc_id: str) -> dict[str, Any]:
        document = _found(service.handle.current().document, doc_id)
        return {"job": library.remove(document.source).id}

    @router.get("/owner")
    def report() -> dict[str, Any]:
        return service.store.report()

    @router.post("/turns/{turn}/case")
    def case(who: Someone, turn: str) -> dict[str, Any]:
        asked = _found(service.store.turn, who.key, turn)
        kept = service.store.conversation(who.key, asked["conversation"])["turns"]
        before = kept[: [each["id"] for each in kept].index(turn)]
        return save_case(service.settings, service.handle.current(), kept[len(before)], before)

    return router


def _conversations(service: Service) -> APIRouter:
    router = APIRouter(prefix="/conversations")

    @router.get("")
    def listed(who: Someone, find: str = "") -> dict[str, Any]:
        return {"conversations": service.store.conversations(who.key, find[:200])}

    @router.get("/{conversation}")
    def one(who: Someone, conversation: str) -> dict[str, Any]:
        return _found(service.conversation, who.key, conversation)

    @router.get("/{conversation}/export.{form}")
    def saved(who: Someone, language: Tongue, conversation: str, form: Literal["docx", "md"]) -> Response:
        kept = _found(service.conversation, who.key, conversation)
        return _file(kept["title"], kept["turns"], form, language)

    @router.patch("/{conversation}")
    def rename(who: Someone, conversation: str, given: Title) -> dict[str, Any]:
        _found(service.store.rename, who.key, conversation, given.title.strip())
        return {}

    @router.delete("/{conversation}")
    def remove(who: Someone, conversation: str) -> dict[str, Any]:
        _found(service.store.remove, who.key, conversation)
        return {}

    return router


def _turns(service: Service) -> APIRouter:
    router = APIRouter(prefix="/turns/{turn}")

    @router.post("/feedback")
    def feedback(who: Someone, turn: str, given: Opinion) -> dict[str, Any]:
        _found(service.store.feedback, who.key, turn, given.verdict, given.comment)
        return {}

    @router.get("/export.{form}")
    def saved(who: Someone, language: Tongue, turn: str, form: Literal["docx", "md"]) -> Response:
        kept = _found(service.store.turn, who.key, turn)
        return _file(kept["question"], [kept], form, language)

    return router


def _file(title: str, turns: list[dict[str, Any]], form: str, language: str) -> Response:
    if form == "docx":
        body, kind = export.export_docx(title, turns, language), WORD
    else:
        body, kind = export.export_markdown(title, turns, language).encode(), "text/markdown; charset=utf-8"
    return _download(body, kind, _file_name(title, form))


def _file_name(title: str, form: str) -> str:
    """A name for a file, of a title's letters and figures."""
    return "".join(c if c.isalnum() else "_" for c in title[:40]) + f".{form}"


def _download(body: bytes, kind: str, name: str) -> Response:
    """A file to save."""
    disposition = f"attachment; filename*=UTF-8''{quote(name)}"
    return Response(body, media_type=kind, headers={"content-disposition": disposition})


def _found(action: Callable[..., Result], *arguments: Any) -> Result:
    try:
        return action(*arguments)
    except KeyError:
        raise Refusal("gone", 404) from None


def _is_scan(path: Path, citations: list[dict[str, Any]]) -> bool:
    """Whether a document's words are read off a picture, where it is cited or else on its first page."""
    from web.pages import is_scanned_page

    return any(is_scanned_page(path, page) for page in {each["page"] for each in citations if each["page"]} or {1})


def _failed(files: Iterable[FailedFile], language: str) -> list[dict[str, str]]:
    return [{"source": each.source, "reason": cause_in_words(each.reason, language)} for each in files]


def _warned(shown: dict[str, Any], language: str) -> dict[str, Any]:
    return shown | {"warnings": [cause_in_words(each, language) for each in shown["warnings"]]}
