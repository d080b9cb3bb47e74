"""Documents through the browser into the real index: a Word file and a scan are added, asked about, scoped and removed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from settings import ROOT, load_settings
from tests.web.conftest import Server, ask, running, tab
from web.library import safe_name

TINTED = """() => {
  const image = document.querySelector(".sy-page img");
  if (!image.complete || !image.naturalWidth) return 0;
  const canvas = Object.assign(document.createElement("canvas"), { width: image.naturalWidth, height: image.naturalHeight });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
  let found = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at + 2] < data[at] - 40) found += 1;
  return found;
}"""
WORD_FACT = "青石镇今年安排养蜂补助资金三十六万元，每箱蜜蜂补助八十元。"
SCAN_FACT = "白塘乡茶园改造每亩奖励一千二百元"


def word() -> bytes:
    """A notice as a .docx file."""
    from docx import Document

    document = Document()
    document.add_heading("青石镇关于扶持养蜂的通知", level=1)
    document.add_paragraph(WORD_FACT)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def scan() -> bytes:
    """A PDF that is only a picture of a page."""
    from PIL import Image, ImageDraw, ImageFont

    found = next(Path("/usr/share/fonts").rglob("NotoSansCJK-Regular.ttc"), None)
    if found is None:
        pytest.skip("no Chinese font to draw a scan with (apt-get install fonts-noto-cjk)")
    page = Image.new("L", (1240, 900), 255)
    pen = ImageDraw.Draw(page)
    pen.text((150, 120), "白塘乡茶园改造奖励办法", font=ImageFont.truetype(str(found), 52), fill=0)
    pen.text((150, 300), SCAN_FACT + "。", font=ImageFont.truetype(str(found), 40), fill=0)
    out = BytesIO()
    page.save(out, "PDF", resolution=150)
    return out.getvalue()


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real assistant over a copy of the shipped documents."""
    from assistant.prepare import open_assistant

    folder = tmp_path_factory.mktemp("documents")
    shutil.copytree(ROOT / "corpus" / "documents", folder / "corpus")
    settings = load_settings(corpus=folder / "corpus", data=folder / "data", index=folder / "index", upload_megabytes=5)
    assistant, handle, summary = open_assistant(settings)
    with running(settings, assistant, handle, failed=summary.failed) as server:
        yield server


@pytest.fixture(scope="module")
def desk(browser: Any, real: Server) -> Iterator[Any]:
    """One page for the whole story."""
    with tab(browser, real.url, path="/#sources") as page:
        yield page


def add(page: Any, *files: tuple[str, bytes]) -> None:
    page.locator("#sy-files").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    )
    page.locator(".sy-progress").wait_for()
    page.locator(".sy-progress").wait_for(state="hidden")


@pytest.mark.browser
def test_a_word_file_and_a_scan_are_added_and_answer(desk: Any, real: Server) -> None:
    desk.locator("tr[data-source]").first.wait_for()
    add(desk, ("养蜂.docx", word()), ("茶园.pdf", scan()))
    desk.locator("tr[data-source='uploads/养蜂.docx']").wait_for()
    desk.locator("tr[data-source='uploads/茶园.pdf']").wait_for()
    desk.goto(real.url + "/#")
    answer = ask(desk, "青石镇每箱蜜蜂补助多少元？")
    assert "八十元" in answer.locator(".sy-prose").inner_text()
    answer.locator(".sy-prose .sy-chip").first.click()
    desk.locator("mark.sy-current").first.wait_for()
    answer = ask(desk, "白塘乡茶园改造每亩奖励多少元？")
    assert "一千二百元" in answer.locator(".sy-prose").inner_text()


@pytest.mark.browser
def test_a_page_of_a_scan_is_a_picture(desk: Any) -> None:
    desk.locator(".sy-turn").last.locator(".sy-prose .sy-chip").first.click()
    desk.locator(".sy-source-title", has_text="茶园").wait_for()
    picture = desk.locator(".sy-page img")  # shown at once: the words of the answer are read off it
    picture.wait_for()
    desk.wait_for_function("document.querySelector('.sy-page img').src.includes('?start=')")
    desk.wait_for_function(f"({TINTED})() > 1000")  # the cited line is boxed on the picture


@pytest.mark.browser
def test_a_scope_keeps_other_documents_out(desk: Any, real: Server) -> None:
    desk.goto(real.url + "/#sources")
    desk.locator("tr[data-source^='天宁区']").get_by_role("checkbox").check()
    desk.get_by_role("button", name="在选中的 1 份中提问").click()
    answer = ask(desk, "青石镇每箱蜜蜂补助多少元？")
    assert "八十元" not in answer.locator(".sy-prose").inner_text()


@pytest.mark.browser
def test_a_removed_document_answers_no_more_and_is_not_lost(desk: Any, real: Server) -> None:
    desk.goto(real.url + "/#sources")
    desk.locator("tr[data-source='uploads/养蜂.docx']").get_by_role("button").last.click()
    desk.locator("dialog").get_by_role("button", name="删除").click()
    desk.locator("tr[data-source='uploads/养蜂.docx']").wait_for(state="detached")
    kept = list((real.settings.data / "removed").glob("*/养蜂.docx"))
    assert [path.read_bytes()[:2] for path in kept] == [b"PK"]
    desk.locator(".sy-conversations a").last.click()  # the first one that was asked
    desk.locator(".sy-prose .sy-chip[data-state=gone]").first.click()
    desk.locator(".sy-source-body", has_text="已不在库中").wait_for()
    expect(desk.locator(".sy-source-body .sy-quote")).to_contain_text("八十元")


def test_what_is_not_taken_is_a_clear_refusal(real: Server) -> None:
    with httpx.Client(base_url=real.url, trust_env=False, timeout=60) as program:
        before = sorted(real.settings.corpus.rglob("*"))
        for name, data, status in [
            ("a.exe", b"MZ", 400), ("noending", b"x", 400), ("../../.ssh/.md", b"x", 400), ("big.md", b"x" * (5 * 1024 * 1024 + 1), 413),
        ]:  # fmt: skip
            refused = program.post("/suyuan/api/sources", files={"files": (name, data)})
            assert refused.status_code == status, name
            assert refused.json()["detail"]
        assert sorted(real.settings.corpus.rglob("*")) == before


def test_a_broken_file_costs_only_itself(real: Server) -> None:
    with httpx.Client(base_url=real.url, trust_env=False, timeout=60) as program:
        job = program.post("/suyuan/api/sources", files={"files": ("broken.docx", b"PK\x03\x04 not really")}).json()[
            "job"
        ]
        state = program.get(f"/suyuan/api/jobs/{job}").json()
        while not state["finished"]:
            time.sleep(0.05)
            state = program.get(f"/suyuan/api/jobs/{job}").json()
        assert state["error"] == ""
        listed = program.get("/suyuan/api/sources").json()
        assert [each["source"] for each in listed["failed"]] == ["uploads/broken.docx"]
        assert len(listed["sources"]) >= 7


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.md", "a.md"), ("../../etc/a.md", "a.md"), ("C:\\x\\a.md", "a.md"), ("a\u202efdp.md", "afdp.md"), ("<b>.md", "b.md"),
        (".hidden.md", "hidden.md"), ("a\x00b\n.md", "ab.md"), ("长" * 300 + ".docx", "长" * 116 + ".docx"),
    ],
)  # fmt: skip
def test_a_file_name_is_only_a_name(name: str, kept: str) -> None:
    assert safe_name(name) == kept
