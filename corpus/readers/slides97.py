"""PowerPoint files of 1997 to 2003 (.ppt, .dps): slide by slide, titles as headings, notes. Knows nothing of other formats.

Written after the public specification [MS-PPT]; names of records are those of its text.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from corpus.readers.ole import Compound
from corpus.readers.raw import Raw, Writer
from errors import ReadError, ReadRefused

_SLIDE, _NOTES, _DOCUMENT = 1006, 1008, 1000
_SLIDE_LIST, _PERSIST, _HEADER, _CHARS, _BYTES, _OUTLINE_REF = 4080, 1011, 3999, 4000, 4008, 3998
_USER_EDIT, _DIRECTORY, _NOTES_ATOM, _SLIDE_ATOM = 4085, 6002, 1009, 1007
_DRAWING, _TEXT_BOX = 1036, 0xF00D
_TITLES = frozenset((0, 6))
_ENCRYPTED = 0xF3D1C4DF
_DEPTH_LIMIT = 40
_RECORD_LIMIT = 1_000_000
_EDIT_LIMIT = 1000


class _Record(NamedTuple):
    kind: int
    instance: int
    start: int
    end: int
    holds: bool


def read_raw(data: bytes) -> Raw:
    """Each slide as a page: title, text, notes. Raises ReadError for a damaged or encrypted file."""
    compound = Compound(data)
    try:
        stream = compound.read_stream("PowerPoint Document")
        current = compound.read_stream("Current User")
    except KeyError:
        raise ReadError("the file is no presentation", None, "save it again from its own program") from None
    try:
        return _Deck(stream, current).read_slides()
    except (struct.error, IndexError) as error:
        raise ReadError("the presentation is damaged", str(error)[:100], "save it again") from None


class _Deck:
    def __init__(self, stream: bytes, current: bytes) -> None:
        token, edit = struct.unpack_from("<II", current, 12)
        if token == _ENCRYPTED:
            raise ReadError("the file is encrypted", None, "save it without a password")
        self._data = stream
        self._left = _RECORD_LIMIT
        self._places, self._root = self._read_directory(edit)
        self._writer = Writer()

    def read_slides(self) -> Raw:
        document = self._record_at(self._places.get(self._root, -1))
        if document is None or document.kind != _DOCUMENT:
            raise ReadError("the presentation is damaged", "no document record", "save it again")
        lists = {record.instance: record for record in self._records_inside(document) if record.kind == _SLIDE_LIST}
        notes = self._read_notes(lists.get(2))
        for place, (persist, outline) in enumerate(self._read_outlines(lists.get(0)), 1):
            self._writer.start_page()
            slide = self._record_at(self._places.get(persist, -1))
            if slide is None or slide.kind != _SLIDE:
                self._writer.warn(f"slide {place} could not be read")
                continue
            self._read_slide(slide, outline, notes)
        return self._writer.to_raw()

    def _read_slide(self, slide: _Record, outline: list[tuple[int, str]], notes: dict[int, str]) -> None:
        texts: list[tuple[int, str]] = []
        used: set[int] = set()
        note = 0
        for record in self._records_inside(slide):
            if record.kind == _SLIDE_ATOM and record.end - record.start >= 20:
                note = struct.unpack_from("<I", self._data, record.start + 16)[0]
            elif record.kind == _DRAWING:
                for box in self._find_boxes(record, 0):
                    texts += self._texts_of_box(box, outline, used)
        texts = [text for place, text in enumerate(outline) if place not in used] + texts
        for kind, text in sorted(texts, key=lambda text: text[0] not in _TITLES):
            lines = [line for line in text.replace("\x0b", "\n").split("\r") if line.strip()]
            if kind in _TITLES:
                title = " ".join(" ".join(lines).split())
                self._writer.title = self._writer.title or title
                self._writer.write_line(title, 1)
            else:
                for line in lines:
                    self._writer.write_line(line)
        if notes.get(note):
            self._writer.write_line(f"备注：{notes[note]}")

    def _texts_of_box(self, box: _Record, outline: list[tuple[int, str]], used: set[int]) -> list[tuple[int, str]]:
        """The texts of a shape: its own, or those of the outline that it refers to."""
        found = []
        kind = 4
        for record in self._records_inside(box):
            if record.kind == _HEADER:
                kind = self._integer_of(record)
            elif record.kind in (_CHARS, _BYTES):
                found.append((kind, self._words_of(record)))
            elif record.kind == _OUTLINE_REF:
                place = self._integer_of(record)
                if 0 <= place < len(outline) and place not in used:
                    used.add(place)
                    found.append(outline[place])
        return found

    def _read_outlines(self, slides: _Record | None) -> list[tuple[int, list[tuple[int, str]]]]:
        """Each slide's persistent number and the texts of its outline with their kinds."""
        found: list[tuple[int, list[tuple[int, str]]]] = []
        for record in self._records_inside(slides) if slides is not None else ():
            if record.kind == _PERSIST:
                found.append((self._integer_of(record), []))
            elif record.kind == _HEADER and found:
                found[-1][1].append((self._integer_of(record), ""))
            elif record.kind in (_CHARS, _BYTES) and found and found[-1][1]:
                texts = found[-1][1]
                texts[-1] = (texts[-1][0], self._words_of(record))
        return found

    def _read_notes(self, pages: _Record | None) -> dict[int, str]:
        """What the notes of each slide say, by the identity that the slide gives them."""
        found = {}
        for record in self._records_inside(pages) if pages is not None else ():
            if record.kind != _PERSIST or record.end - record.start < 16:
                continue
            identity = struct.unpack_from("<I", self._data, record.start + 12)[0]
            page = self._record_at(self._places.get(self._integer_of(record), -1))
            if page is None or page.kind != _NOTES:
                continue
            drawings = [child for child in self._records_inside(page) if child.kind == _DRAWING]
            texts = [t for d in drawings for box in self._find_boxes(d, 0) for t in self._texts_of_box(box, [], set())]
            said = [" ".join(text.split()) for kind, text in texts if kind == 2]
            found[identity] = " ".join(filter(None, (line.strip("*") for line in said)))
        return found

    def _find_boxes(self, parent: _Record, depth: int) -> Iterator[_Record]:
        for record in self._records_inside(parent):
            if record.kind == _TEXT_BOX:
                yield record
            elif record.holds and depth < _DEPTH_LIMIT:
                yield from self._find_boxes(record, depth + 1)

    def _words_of(self, record: _Record) -> str:
        data = self._data[record.start : record.end]
        return data.decode("utf-16-le", "replace") if record.kind == _CHARS else data.decode("latin-1")

    def _integer_of(self, record: _Record) -> int:
        return int(struct.unpack_from("<I", self._data, record.start)[0])

    def _record_at(self, place: int) -> _Record | None:
        """The record that begins at a place of the stream, None where none does. Raises ReadError for too many of them."""
        if not 0 <= place <= len(self._data) - 8:
            return None
        self._left -= 1
        if self._left < 0:
            raise ReadRefused("the presentation holds more records than one has", _RECORD_LIMIT, "check its origin")
        first, kind, length = struct.unpack_from("<HHI", self._data, place)
        return _Record(kind, first >> 4, place + 8, min(place + 8 + length, len(self._data)), first & 0xF == 0xF)

    def _records_inside(self, parent: _Record) -> Iterator[_Record]:
        place = parent.start
        while place + 8 <= parent.end:
            record = self._record_at(place)
            if record is None:
                return
            yield record._replace(end=min(record.end, parent.end))
            place = record.end

    def _read_directory(self, edit: int) -> tuple[dict[int, int], int]:
        """Where each persistent object stands as last saved, and which of them is the document."""
        places: dict[int, int] = {}
        root = 0
        seen: set[int] = set()
        while edit and edit not in seen and len(seen) < _EDIT_LIMIT:
            seen.add(edit)
            record = self._record_at(edit)
            if record is None or record.kind != _USER_EDIT:
                break
            before, directory, document = struct.unpack_from("<III", self._data, record.start + 8)
            root = root or document
            table = self._record_at(directory)
            at = table.start if table is not None and table.kind == _DIRECTORY else 0
            while table is not None and at and at + 4 <= table.end:
                head = struct.unpack_from("<I", self._data, at)[0]
                first, count = head & 0xFFFFF, head >> 20
                count = min(count, (table.end - at - 4) // 4)
                for number, place in enumerate(struct.unpack_from(f"<{count}I", self._data, at + 4)):
                    places.setdefault(first + number, place)
                at += 4 + 4 * count
                if not count:
                    break
            edit = before
        return places, root
