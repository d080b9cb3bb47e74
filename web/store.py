"""Conversations, feedback, sign-ins and rates in a database. Knows nothing of screens or of how an answer is made.

An owner is an opaque key (a user, or a browser without login): every read and write names it, so that nobody reaches
another's conversations. An answer is kept as the JSON that the screens show.
"""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    DateTime,
    Double,
    Engine,
    ForeignKey,
    Index,
    String,
    Text,
    create_engine,
    delete,
    event,
    func,
    select,
    update,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

from database import upgrade
from errors import SettingsError
from web.texts import storable_text

MOST_TITLE = 120
MIGRATIONS, VERSIONS = Path(__file__).with_name("migrations"), "chat_revision"


class Base(DeclarativeBase):
    """Every table; a change of one is a file in migrations/ too, which a test compares."""


class ConversationRow(Base):
    """A conversation of one owner."""

    __tablename__ = "conversations"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    owner: Mapped[str] = mapped_column(String(200), index=True)
    title: Mapped[str] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class TurnRow(Base):
    """A question and its answer; `answer` is JSON, `words` what a search of conversations looks in."""

    __tablename__ = "turns"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    conversation: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    position: Mapped[int]
    question: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20))
    answer: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text)
    asked: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    __table_args__ = (Index("turns_in_order", "conversation", "position"),)


class FeedbackRow(Base):
    """What a person said of an answer; one a turn, the last word counts."""

    __tablename__ = "feedback"
    turn: Mapped[str] = mapped_column(ForeignKey("turns.id", ondelete="CASCADE"), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(20))
    comment: Mapped[str] = mapped_column(Text)
    given: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class SignInRow(Base):
    """A signed-in browser; the token is kept as its SHA-256 only."""

    __tablename__ = "sign_ins"
    token: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[str] = mapped_column(String(100))
    until: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PaceRow(Base):
    """When somebody, as a SHA-256, asked in the last minute; `moments` is JSON, seconds by the database's clock."""

    __tablename__ = "paces"
    who: Mapped[str] = mapped_column(String(64), primary_key=True)
    moments: Mapped[str] = mapped_column(Text)
    until: Mapped[float] = mapped_column(Double)


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _iso_time(moment: datetime) -> str:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")


def _open_engine(url: str) -> Engine:
    try:
        sqlite = make_url(url).get_backend_name() == "sqlite"
        engine = create_engine(url, pool_pre_ping=not sqlite)
        if sqlite:
            event.listen(engine, "connect", _set_pragmas)
        _upgrade_tables(engine)
    except ArgumentError:
        raise SettingsError("the database URL cannot be read", None, "see database_url in settings.py") from None
    except (SQLAlchemyError, ImportError) as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        raise SettingsError(
            "the database cannot be opened", f"{make_url(url).render_as_string(hide_password=True)} ({reason})"
        ) from None
    return engine


def _upgrade_tables(engine: Engine) -> None:
    """Brings the tables up to date; a database that is not opened after all leaves no connection behind."""
    try:
        upgrade(engine, MIGRATIONS, VERSIONS)
    except BaseException:
        engine.dispose()
        raise


def _set_pragmas(connection: Any, _: object) -> None:
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "busy_timeout=10000"):
        connection.execute(f"PRAGMA {pragma}")


class Store:
    """The database of one chat. Raises SettingsError when it cannot be opened, KeyError for what the owner does not have."""

    def __init__(self, url: str, data: Path) -> None:
        if not url:
            data.mkdir(parents=True, exist_ok=True)
            url = f"sqlite:///{data / 'chats.sqlite'}"
        self.engine = _open_engine(url)
        self._open = sessionmaker(self.engine)

    def close(self) -> None:
        """Gives the connections back."""
        self.engine.dispose()

    def ping_database(self) -> None:
        """Asks the database for nothing. Raises SQLAlchemyError when it does not answer."""
        with self._open() as session:
            session.execute(select(1))

    # conversations

    def list_conversations(self, owner: str, find: str = "") -> list[dict[str, str]]:
        """Those of the owner, newest first; `find` is looked for in titles, questions and answers."""
        wanted = select(ConversationRow).where(ConversationRow.owner == owner).order_by(ConversationRow.updated.desc())
        if find:
            inside = select(TurnRow.conversation).where(TurnRow.words.icontains(find, autoescape=True))
            wanted = wanted.where(
                ConversationRow.title.icontains(find, autoescape=True) | ConversationRow.id.in_(inside)
            )
        with self._open() as session:
            return [
                {"id": row.id, "title": row.title, "updated": _iso_time(row.updated)}
                for row in session.scalars(wanted.limit(500))
            ]

    def read_conversation(self, owner: str, conversation: str) -> dict[str, Any]:
        """Its title and its turns, oldest first, with the feedback given."""
        with self._open() as session:
            row = session.get(ConversationRow, conversation)
            if row is None or row.owner != owner:
                raise KeyError(conversation)
            turns = session.execute(
                select(TurnRow, FeedbackRow.verdict)
                .outerjoin(FeedbackRow, FeedbackRow.turn == TurnRow.id)
                .where(TurnRow.conversation == conversation)
                .order_by(TurnRow.position)
            ).all()
            return {
                "id": row.id,
                "title": row.title,
                "turns": [_turn_values(turn) | {"feedback": verdict} for turn, verdict in turns],
            }

    def add_turn(self, owner: str, conversation: str, question: str, answer: dict[str, Any]) -> tuple[str, str, str]:
        """Keeps an answer; an empty conversation id starts one. Returns conversation id, its title, turn id."""
        now = _utc_now()
        with self._open.begin() as session:
            row = session.get(ConversationRow, conversation) if conversation else None
            if conversation and (row is None or row.owner != owner):
                raise KeyError(conversation)
            if row is None:
                title = " ".join(question.split())[:MOST_TITLE]
                row = ConversationRow(id=uuid.uuid4().hex, owner=owner, title=title, created=now, updated=now)
                session.add(row)
                session.flush()
            row.updated = now
            count = session.scalar(select(func.count()).where(TurnRow.conversation == row.id)) or 0
            turn = TurnRow(
                id=uuid.uuid4().hex,
                conversation=row.id,
                position=count,
                question=question,
                status=answer["status"],
                answer=storable_text(json.dumps(answer, ensure_ascii=False)),
                words=storable_text(
                    "\n".join([question, answer["text"], *(each["quote"] for each in answer["citations"])])
                ),
                asked=now,
            )
            session.add(turn)
            return row.id, row.title, turn.id

    def rename_conversation(self, owner: str, conversation: str, title: str) -> None:
        """Gives a conversation another title."""
        named = (
            update(ConversationRow)
            .where(ConversationRow.id == conversation, ConversationRow.owner == owner)
            .values(title=storable_text(title)[:MOST_TITLE])
        )
        self._change_one(named, conversation)

    def remove_conversation(self, owner: str, conversation: str) -> None:
        """Deletes a conversation and everything in it."""
        self._change_one(
            delete(ConversationRow).where(ConversationRow.id == conversation, ConversationRow.owner == owner),
            conversation,
        )

    def _change_one(self, change: Any, key: str) -> None:
        with self._open.begin() as session:
            if not session.execute(change).rowcount:  # type: ignore[attr-defined]
                raise KeyError(key)

    # turns

    def read_turn(self, owner: str, turn: str) -> dict[str, Any]:
        """One question and its answer."""
        with self._open() as session:
            row = session.get(TurnRow, turn)
            above = session.get(ConversationRow, row.conversation) if row else None
            if row is None or above is None or above.owner != owner:
                raise KeyError(turn)
            return _turn_values(row)

    def keep_feedback(self, owner: str, turn: str, verdict: str, comment: str) -> None:
        """Keeps what a person says of an answer."""
        self.read_turn(owner, turn)
        with self._open.begin() as session:
            session.merge(FeedbackRow(turn=turn, verdict=verdict, comment=storable_text(comment), given=_utc_now()))

    def report_of_days(self, days: int = 30) -> dict[str, Any]:
        """What was asked by everybody, without who: counts, a row a day, a row a question (not found first)."""
        since = _utc_now() - timedelta(days=days)
        with self._open() as session:
            rows = session.execute(
                select(TurnRow.question, TurnRow.status, TurnRow.asked, FeedbackRow.verdict, FeedbackRow.comment)
                .outerjoin(FeedbackRow, FeedbackRow.turn == TurnRow.id)
                .where(TurnRow.asked >= since)
                .order_by(TurnRow.asked.desc())
                .limit(20_000)
            ).all()
        return _summarise_rows([tuple(row) for row in rows])

    # sign-ins

    def sign_in(self, token: str, user: str, until: datetime) -> None:
        """Remembers a signed-in browser by the SHA-256 of its token; forgets those whose time is over."""
        with self._open.begin() as session:
            session.execute(delete(SignInRow).where(SignInRow.until < _utc_now()))
            session.add(SignInRow(token=token, user=user, until=until))

    def signed_in(self, token: str) -> str | None:
        """The user of a token's SHA-256, or None."""
        with self._open() as session:
            return session.scalar(select(SignInRow.user).where(SignInRow.token == token, SignInRow.until >= _utc_now()))

    def sign_out(self, token: str) -> None:
        """Forgets a browser."""
        with self._open.begin() as session:
            session.execute(delete(SignInRow).where(SignInRow.token == token))


def _turn_values(row: TurnRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "conversation": row.conversation,
        "question": row.question,
        "asked": _iso_time(row.asked),
        "answer": json.loads(row.answer),
    }


def _summarise_rows(rows: list[tuple[Any, ...]]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    days: dict[str, dict[str, Any]] = {}
    questions: dict[tuple[str, str], dict[str, Any]] = {}
    for question, status, asked, verdict, comment in rows:
        counts[status] = counts.get(status, 0) + 1
        day = days.setdefault(_iso_time(asked)[:10], {"day": _iso_time(asked)[:10]})
        day[status] = day.get(status, 0) + 1
        row = questions.setdefault(
            (question, status),
            {
                "question": question,
                "status": status,
                "times": 0,
                "last": _iso_time(asked),
                "verdicts": [],
                "comments": [],
            },
        )
        row["times"] += 1
        if verdict and verdict not in row["verdicts"]:
            row["verdicts"].append(verdict)
        if comment:
            row["comments"].append(comment)
    first = ("not_found", "error", "clarify", "answered")
    order = sorted(questions.values(), key=lambda row: (first.index(row["status"]), -row["times"]))
    return {"counts": counts, "days": sorted(days.values(), key=lambda day: str(day["day"])), "questions": order[:500]}
