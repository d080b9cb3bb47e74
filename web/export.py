"""Turns kept answers into Word (with footnotes) and Markdown. Knows nothing of screens or of the database."""

from __future__ import annotations

import io
import re
from typing import Any

from web.texts import screen_words, storable_text

MARKER = re.compile(r"\[(\d{1,3})\]")
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def citation_place(citation: dict[str, Any], language: str) -> str:
    """《title》, 文号, locator and page of a citation, in one line."""
    page = screen_words(language)["page"].replace("{n}", str(citation["page"])) if citation.get("page") else None
    locator = (
        citation["locator"]
        if citation["title"] in citation["locator"]
        else f"《{citation['title']}》{citation['locator']}"
    )
    number = citation.get("number")
    return " · ".join(part for part in (locator, number if number and number not in locator else None, page) if part)


def answer_paragraphs(answer: dict[str, Any]) -> list[list[str | dict[str, Any]]]:
    """The paragraphs of an answer, each a list of words and citations in order."""
    known = {each["marker"]: each for each in answer["citations"]}
    out: list[list[str | dict[str, Any]]] = []
    for line in filter(str.strip, answer["text"].splitlines()):
        row: list[str | dict[str, Any]] = []
        at = 0
        for found in MARKER.finditer(line):
            if int(found[1]) in known:
                row += [line[at : found.start()], known[int(found[1])]]
                at = found.end()
        out.append([*row, line[at:]])
    return out


def escape_markdown(text: str) -> str:
    """Words as they are, on one line of Markdown."""
    return re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", " ".join(text.split()))


def export_markdown(title: str, turns: list[dict[str, Any]], language: str = "zh") -> str:
    """A conversation as Markdown, the quotes as footnotes."""
    lines = [f"# {escape_markdown(title)}", ""]
    notes: list[str] = []
    for turn in turns:
        given: dict[int, int] = {}
        lines += [f"## {escape_markdown(turn['question'])}", "", f"*{turn['asked'][:16].replace('T', ' ')} UTC*", ""]
        for row in answer_paragraphs(turn["answer"]):
            text = ""
            for piece in row:
                if isinstance(piece, str):
                    text += re.sub(r"([\\`*_\[\]<>#|~&])", r"\\\1", piece)
                    continue
                if piece["marker"] not in given:
                    given[piece["marker"]] = len(notes) + 1
                    notes.append(
                        f"[^{len(notes) + 1}]: {escape_markdown(citation_place(piece, language))}：“{escape_markdown(piece['quote'])}”"
                    )
                text += f"[^{given[piece['marker']]}]"
            lines += [text, ""]
        lines += [f"> {escape_markdown(notice['text'])}\n" for notice in turn["answer"]["notices"]]
    return "\n".join([*lines, *notes, ""])


def export_docx(title: str, turns: list[dict[str, Any]], language: str = "zh") -> bytes:
    """A conversation as a Word document, the quotes as footnotes."""
    from docx import Document

    document = Document()
    _set_fonts(document)
    document.core_properties.title = storable_text(title)[:250]
    document.core_properties.author = str(screen_words(language)["name"])
    document.add_heading(storable_text(title), level=1)
    notes = _Footnotes(document)
    for turn in turns:
        document.add_heading(storable_text(turn["question"]), level=2)
        given: set[int] = set()
        for row in answer_paragraphs(turn["answer"]):
            paragraph = document.add_paragraph()
            for piece in row:
                if isinstance(piece, str):
                    paragraph.add_run(storable_text(piece))
                elif piece["marker"] in given:
                    paragraph.add_run(f"[{piece['marker']}]").font.superscript = True
                else:
                    given.add(piece["marker"])
                    notes.add_note(paragraph, f"{citation_place(piece, language)}：“{piece['quote']}”")
        for notice in turn["answer"]["notices"]:
            document.add_paragraph(storable_text(notice["text"]), style="Intense Quote")
    notes.attach_part()
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _set_fonts(document: Any) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    for name, font in (("Normal", "宋体"), ("Heading 1", "黑体"), ("Heading 2", "黑体")):
        style = document.styles[name]
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    document.styles["Normal"].font.size = Pt(12)
    document.styles["Normal"].paragraph_format.line_spacing = 1.5


class _Footnotes:
    """The footnotes part, which python-docx does not write itself (ECMA-376 part 1, 17.11)."""

    def __init__(self, document: Any) -> None:
        from lxml import etree

        self.document = document
        self.root = etree.Element(f"{{{_W}}}footnotes", nsmap={"w": _W})
        self.count = 1
        for number, kind in ((0, "separator"), (1, "continuationSeparator")):
            note = self._new_note(number)
            note.set(f"{{{_W}}}type", kind)
            run = etree.SubElement(etree.SubElement(note, f"{{{_W}}}p"), f"{{{_W}}}r")
            etree.SubElement(run, f"{{{_W}}}{kind}")

    def _new_note(self, number: int) -> Any:
        from lxml import etree

        note = etree.SubElement(self.root, f"{{{_W}}}footnote")
        note.set(f"{{{_W}}}id", str(number))
        return note

    def add_note(self, paragraph: Any, text: str) -> None:
        """A reference at the end of a paragraph, and its note."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from lxml import etree

        self.count += 1
        run = paragraph.add_run()
        run.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(self.count))
        run._r.append(reference)
        body = etree.SubElement(self._new_note(self.count), f"{{{_W}}}p")
        mark = etree.SubElement(body, f"{{{_W}}}r")
        raised = etree.SubElement(etree.SubElement(mark, f"{{{_W}}}rPr"), f"{{{_W}}}vertAlign")
        raised.set(f"{{{_W}}}val", "superscript")
        etree.SubElement(mark, f"{{{_W}}}footnoteRef")
        words_run = etree.SubElement(etree.SubElement(body, f"{{{_W}}}r"), f"{{{_W}}}t")
        words_run.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        words_run.text = " " + storable_text(" ".join(text.split()))

    def attach_part(self) -> None:
        """Puts the part into the package, when there is a note."""
        if self.count == 1:
            return
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        xml = etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)
        package = self.document.part.package
        part = Part(PackURI("/word/footnotes.xml"), _FOOTNOTES, xml, package)
        self.document.part.relate_to(part, _RELATION)
