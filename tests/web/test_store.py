"""Conversations in a real database: SQLite in a file, and PostgreSQL as a team has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from errors import SettingsError
from web.store import Store

ANSWER: dict[str, Any] = {
    "status": "answered",
    "text": "先进制造[1]。",
    "citations": [{"quote": "先进制造100%"}],
    "hits": [{"text": "没有引用的话"}],
}


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store in each database."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres")
    opened = Store(url, tmp_path)
    yield opened
    opened.close()


def owner_of(store: Store) -> str:
    """An owner nobody else has: the PostgreSQL is shared by the tests."""
    return f"user:{id(store)}"


def test_a_conversation_is_kept(store: Store) -> None:
    me = owner_of(store)
    conversation, title, turn = store.add_turn(me, "", "溧阳的四大经济是什么", ANSWER)
    store.add_turn(me, conversation, "它的口号呢", ANSWER | {"status": "not_found"})
    assert title == "溧阳的四大经济是什么"
    kept = store.read_conversation(me, conversation)
    assert [each["question"] for each in kept["turns"]] == ["溧阳的四大经济是什么", "它的口号呢"]
    assert kept["turns"][0]["answer"] == ANSWER
    store.keep_feedback(me, turn, "wrong", "少了一项")
    store.keep_feedback(me, turn, "right", "")
    assert store.read_conversation(me, conversation)["turns"][0]["feedback"] == "right"
    store.rename_conversation(me, conversation, "四大经济")
    assert [each["title"] for each in store.list_conversations(me)] == ["四大经济"]
    store.remove_conversation(me, conversation)
    assert store.list_conversations(me) == []
    with pytest.raises(KeyError):
        store.read_turn(me, turn)


@pytest.mark.parametrize(
    ("words", "found"), [("先进制造", 1), ("100%", 1), ("100_", 0), ("没有引用的话", 0), ("四大", 1)]
)
def test_search_looks_in_questions_answers_and_quotes(store: Store, words: str, found: int) -> None:
    me = owner_of(store)
    conversation, _, _ = store.add_turn(me, "", "四大经济", ANSWER)
    assert len(store.list_conversations(me, words)) == found
    store.remove_conversation(me, conversation)


def test_nobody_reaches_anothers(store: Store) -> None:
    me, other = owner_of(store), "user:other"
    conversation, _, turn = store.add_turn(me, "", "我的问题", ANSWER)
    for attempt in (
        lambda: store.read_conversation(other, conversation),
        lambda: store.add_turn(other, conversation, "混进来", ANSWER),
        lambda: store.rename_conversation(other, conversation, "改名"),
        lambda: store.remove_conversation(other, conversation),
        lambda: store.read_turn(other, turn),
        lambda: store.keep_feedback(other, turn, "wrong", ""),
    ):
        with pytest.raises(KeyError):
            attempt()
    assert store.list_conversations(other, "我的") == []
    assert len(store.read_conversation(me, conversation)["turns"]) == 1
    store.remove_conversation(me, conversation)


def test_a_sign_in_ends(store: Store) -> None:
    now = datetime.now(UTC)
    store.sign_in("a" * 64, "zhang", now + timedelta(minutes=1))
    assert store.signed_in("a" * 64) == "zhang"
    assert store.signed_in("b" * 64) is None
    store.sign_out("a" * 64)
    assert store.signed_in("a" * 64) is None
    store.sign_in("c" * 64, "zhang", now - timedelta(seconds=1))
    assert store.signed_in("c" * 64) is None


def test_chats_survive_a_restart(tmp_path: Path) -> None:
    first = Store("", tmp_path)
    conversation, _, _ = first.add_turn("me", "", "问题", ANSWER)
    first.close()
    second = Store("", tmp_path)
    assert second.read_conversation("me", conversation)["turns"][0]["answer"] == ANSWER
    second.close()


def test_a_wrong_url_is_one_line_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as caught:
        Store("postgresql+psycopg://suyuan:geheim@127.0.0.1:1/none", tmp_path)
    assert "geheim" not in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(SettingsError):
        Store("not a url", tmp_path)


def test_what_a_database_refuses_is_left_out(store: Store) -> None:
    me = owner_of(store)
    conversation, _, turn = store.add_turn(me, "", "问题", ANSWER | {"text": "先\x00进\ud800"})
    store.keep_feedback(me, turn, "wrong", "一\x00二")
    store.rename_conversation(me, conversation, "名\x00称\ud800")
    assert [each["title"] for each in store.list_conversations(me, "先进")] == ["名称"]
    store.remove_conversation(me, conversation)
