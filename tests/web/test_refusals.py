"""What the server says when it does not do something: both languages, and no English of the lower rooms on a Chinese screen."""

from __future__ import annotations

import ast
import json
import re
import string
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from corpus.readers.pdf_forms import XFA_WARNING
from corpus.report import advice_for
from settings import ROOT
from tests.web.conftest import Server
from web.http_errors import Refusal, cause_in_words
from web.texts import TEXTS, screen_words

ENGLISH, CHINESE = {"cookie": "suyuan_language=en"}, {"cookie": "suyuan_language=zh"}
# parsed here, before there is a browser: under its greenlets CPython 3.11 loses count of the parser's depth
WEB = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "web").glob("*.py")]
READERS = [
    ast.parse(path.read_text(encoding="utf-8"))
    for path in [*(ROOT / "corpus").rglob("*.py"), *(ROOT / "index").glob("*.py")]
    if path.name != "__main__.py"
]
HAN = re.compile(r"[\u4e00-\u9fff]")


def test_both_languages_have_the_same_words_with_the_same_values() -> None:
    zh, en = screen_words("zh"), screen_words("en")
    assert set(zh) == set(en)
    for key, text in zh.items():
        if isinstance(text, str):
            fields = [{name for _, name, _, _ in string.Formatter().parse(each) if name} for each in (text, en[key])]
            assert fields[0] == fields[1], key


def test_every_refusal_of_the_code_has_its_words_and_values() -> None:
    used = set()
    for tree in WEB:
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            if getattr(call.func, "id", "") in ("Refusal", "TooManyError"):
                key = ast.literal_eval(call.args[0])
                values: dict[str, Any] = {each.arg: "x" for each in call.keywords if each.arg}
                for language in ("zh", "en"):
                    assert "{" not in Refusal(key, **values).refusal_in_words(language)
                used.add(f"refusal.{key}")
    assert used == {key for key in screen_words("zh") if key.startswith("refusal.")}


def literals(node: ast.expr) -> Iterator[str]:
    """The texts an argument may have, its values as {}."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in node.values)


def told_by_the_readers() -> set[str]:
    """Every message with which a file is left out or warned of."""
    found: set[str] = set()
    for tree in READERS:
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            for place in {"ReadError": (0, 2), "FailedFile": (1,), "warn": (0,)}.get(name, ()):
                if place < len(call.args):
                    found.update(text for text in literals(call.args[place]) if text)
    return found


def test_no_reader_speaks_english_on_a_chinese_screen() -> None:
    told = told_by_the_readers()
    assert len(told) > 40
    unknown = {text for text in told if not HAN.search(cause_in_words(text, "zh"))}
    assert not unknown, "add them to web/texts/causes.json"
    assert all(cause_in_words(text, "en") == text for text in told)


def test_no_warning_put_together_elsewhere_and_no_advice_is_english_on_a_chinese_screen() -> None:
    others = (
        "3 of 40 lines are not UTF-8 and were read as gb18030",
        "2 characters could not be read and show as \ufffd",
        "the encoding may be another than gb18030: the text holds characters that are hardly ever used",
        "lines broken at 80 columns were joined to paragraphs",
        "the front matter is not closed with --- and was left in the text",
        "坏.pdf was left out: the PDF is damaged",
        XFA_WARNING,
    )
    for warning in (*told_by_the_readers(), *others):
        assert HAN.search(cause_in_words(warning, "zh")), warning
        step = advice_for(warning)
        assert not step or HAN.search(cause_in_words(step, "zh")), step


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("the PDF is encrypted — save it without a password", "PDF 已加密，请去掉密码后另存"),
        ("a part of the file is damaged: word/document.xml — save it again", "文件有一部分已损坏：word/document.xml，请重新保存"),
        ("page 3 is damaged and was left out", "第 3 页已损坏，未读取"),
        ("something new: 5 — do it", "something new: 5 — do it"),
        ("{0.__class__} is odd", "{0.__class__} is odd"),
    ],
)  # fmt: skip
def test_causes(text: str, shown: str) -> None:
    assert cause_in_words(text, "zh") == shown


def test_a_value_that_looks_like_a_template_stays_a_value() -> None:
    assert "{known}" in Refusal("file.kind", seen="{known}.exe", known=".md").refusal_in_words("zh")
    patterns = json.loads((TEXTS / "causes.json").read_text(encoding="utf-8"))
    for english, chinese in patterns.items():
        assert english.count("{}") == chinese.count("{}"), english


REFUSED: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/suyuan/api/sources", {"files": {"files": ("a.exe", b"MZ")}}),
    ("POST", "/suyuan/api/sources", {"files": {"files": ("noending", b"x")}}),
    ("GET", "/suyuan/api/conversations/none", {}),
    ("POST", "/suyuan/api/turns/none/feedback", {"json": {"verdict": "right"}}),
    ("GET", "/suyuan/api/jobs/none", {}),
    ("GET", "/nowhere", {}),
    ("POST", "/gradio_api/call/ask", {"content": b"x" * 300_000}),
]


@pytest.mark.parametrize(("method", "path", "given"), REFUSED)
def test_the_server_refuses_in_the_language_of_the_screen(
    chat: Server, method: str, path: str, given: dict[str, Any]
) -> None:
    with httpx.Client(base_url=chat.url, trust_env=False, timeout=60) as program:
        said = [program.request(method, path, headers=head, **given) for head in (CHINESE, ENGLISH)]
    assert said[0].status_code == said[1].status_code >= 400
    chinese, english = (each.json()["detail"] for each in said)
    assert HAN.search(chinese)
    assert not HAN.search(english)


def test_an_endpoint_refuses_in_the_language_of_the_screen(chat: Server) -> None:
    for head, han in ((CHINESE, True), (ENGLISH, False)):
        with httpx.Client(base_url=chat.url, trust_env=False, timeout=60, headers=head) as program:
            for name, data in (("ask", ["", None]), ("search", ["问", 99, None]), ("document", ["none"])):
                joined = program.post(f"/gradio_api/call/{name}", json={"data": data}).json()
                told = program.get(f"/gradio_api/call/{name}/{joined['event_id']}").text
                assert told.startswith("event: error")
                error = json.loads(told.split("data: ", 1)[1])["error"]
                assert bool(HAN.search(error)) is han, error


def test_the_answer_speaks_the_language_of_the_screen(chat: Server) -> None:
    with httpx.Client(base_url=chat.url, trust_env=False, timeout=60, headers=ENGLISH) as program:
        joined = program.post("/gradio_api/call/ask", json={"data": ["溧阳的四大经济是什么", None]}).json()
        program.get(f"/gradio_api/call/ask/{joined['event_id']}")
    assert chat.assistant.asked[-1].language == "en"
