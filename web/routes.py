"""The routes of the screens beside Gradio's: documents, conversations, sign-in. Knows nothing of how an answer is made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import BaseModel, Field

from web import view
from web.gate import Person
from web.service import Service

if TYPE_CHECKING:
    from web.accounts import Accounts

Offset = Annotated[int, Field(ge=0)]


class Cited(BaseModel):
    """A citation whose present place is asked for."""

    start: Offset
    end: Offset
    quote: str = Field(max_length=50_000)
    sha256: str = Field("", max_length=64)
    verified: bool = False


class View(BaseModel):
    """A document to read, and the citations to find in it."""

    citations: list[Cited] = Field(default=[], max_length=200)


class Title(BaseModel):
    """Another title for a conversation."""

    title: str = Field(min_length=1, max_length=120, pattern=r"\S")


def person(request: Request) -> Person:
    """Who asks, as the gate found."""
    found: Person = request.scope["suyuan.person"]
    return found


def owner(request: Request) -> Person:
    """Who asks, when they may change the documents."""
    found = person(request)
    if not found.owner:
        raise HTTPException(403, "只有负责人可以这样做")
    return found


Someone = Annotated[Person, Depends(person)]
Owner = Annotated[Person, Depends(owner)]


def routes(service: Service, accounts: Accounts | None) -> APIRouter:
    """Everything under /suyuan/ that is not a file."""
    router = APIRouter(prefix="/suyuan")
    router.include_router(_reading(service, accounts))
    router.include_router(_conversations(service))
    return router


def _reading(service: Service, accounts: Accounts | None) -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.get("/me")
    def me(who: Someone) -> dict[str, Any]:
        settings = service.settings
        return {
            "name": who.name,
            "owner": who.owner,
            "login": accounts is not None,
            "language": settings.language,
            "question_characters": settings.question_characters,
            "upload_megabytes": settings.upload_megabytes,
            "documents": len(service.handle.current().documents()),
            "formats": [],
        }

    @router.get("/sources")
    def sources() -> dict[str, Any]:
        failed = [{"source": each.source, "reason": each.reason} for each in service.failed]
        return {"sources": [view.source(each) for each in service.handle.current().documents()], "failed": failed}

    @router.post("/sources/{doc_id}/view")
    def read(doc_id: str, asked: View) -> dict[str, Any]:
        try:
            found = service.handle.current().document(doc_id)
        except KeyError:
            raise HTTPException(404, "没有这份文件") from None
        return view.document(found, [each.model_dump() for each in asked.citations])

    return router


def _conversations(service: Service) -> APIRouter:
    router = APIRouter(prefix="/api/conversations")

    @router.get("")
    def listed(who: Someone, find: str = "") -> dict[str, Any]:
        return {"conversations": service.store.conversations(who.key, find[:200])}

    @router.get("/{conversation}")
    def one(who: Someone, conversation: str) -> dict[str, Any]:
        kept: dict[str, Any] = _found(service.conversation, who.key, conversation)
        return kept

    @router.patch("/{conversation}")
    def rename(who: Someone, conversation: str, given: Title) -> dict[str, Any]:
        _found(service.store.rename, who.key, conversation, given.title.strip())
        return {}

    @router.delete("/{conversation}")
    def remove(who: Someone, conversation: str) -> dict[str, Any]:
        _found(service.store.remove, who.key, conversation)
        return {}

    return router


def _found(action: Any, *arguments: Any) -> Any:
    try:
        return action(*arguments)
    except KeyError:
        raise HTTPException(404, "没有找到，可能已被删除") from None
