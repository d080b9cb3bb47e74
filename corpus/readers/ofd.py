"""OFD files (GB/T 33190), the national format of official documents: text by its place on the page, pictures through OCR.

Knows nothing of other formats.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from corpus.readers import layout
from corpus.readers.layout import Line, Page
from corpus.readers.package import open_package, parse_xml, part_bytes
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_POINTS_PER_MM = 72 / 25.4
_PAGE_LIMIT = 5000
_OBJECT_LIMIT = 200_000
_DEPTH_LIMIT = 20
_NUMBERS = re.compile(r"-?(?:\d+\.?\d*|\.\d+)(?:[eE]-?\d+)?")
_JBIG2 = b"\x97JB2\r\n\x1a\n"


def read_raw(data: bytes) -> Raw:
    """Every page of every document in the file. Raises ReadError when it is damaged, encrypted or no OFD."""
    package = open_package(data)
    try:
        root = parse_xml(part_bytes(package, "OFD.xml"))
    except KeyError:
        raise ReadError("the file is damaged or not of the kind its name says", None, "save it again as OFD") from None
    writer = Writer()
    pages: list[Page] = []
    for body in _all_named(root, "DocBody"):
        writer.title = writer.title or _text_of(body, "Title")
        place = _text_of(body, "DocRoot")
        if place:
            pages += _Document(package, place, writer).read_pages()
    if not pages:
        raise ReadError("the OFD holds no page that can be read", None, "save it again")
    if not re.search(r"[\u4e00-\u9fff]{4}", writer.title):
        writer.title = ""
    layout.write_pages(pages, writer)
    return writer.to_raw()


class _Document:
    def __init__(self, package: zipfile.ZipFile, place: str, writer: Writer) -> None:
        self._package, self._writer = package, writer
        self._folder = posixpath.dirname(place)
        try:
            self._root = parse_xml(_read_part(package, place))
        except KeyError:
            raise ReadError(
                "the OFD is damaged: it names a document it does not hold", place, "save it again"
            ) from None
        self._size = _parse_box(_text_of(self._root, "PhysicalBox")) or (0.0, 0.0, 210.0, 297.0)
        self._media = self._read_resources()
        self._templates = {
            str(entry.get("ID")): posixpath.join(self._folder, entry.get("BaseLoc") or "")
            for entry in _all_named(self._root, "TemplatePage")
        }

    def _read_resources(self) -> dict[str, str]:
        """Pictures by their id."""
        media: dict[str, str] = {}
        for kind in ("PublicRes", "DocumentRes"):
            for entry in _all_named(self._root, kind):
                place = posixpath.join(self._folder, (entry.text or "").strip())
                try:
                    root = parse_xml(_read_part(self._package, place))
                except (KeyError, ReadError):
                    continue
                base = posixpath.join(posixpath.dirname(place), root.get("BaseLoc") or "")
                for item in _all_named(root, "MultiMedia"):
                    media[str(item.get("ID"))] = posixpath.join(base, _text_of(item, "MediaFile"))
        return media

    def read_pages(self) -> list[Page]:
        found = []
        entries = [entry for pages in _all_named(self._root, "Pages") for entry in _all_named(pages, "Page")]
        for number, entry in enumerate(entries):
            if number >= _PAGE_LIMIT:
                self._writer.warn(f"only the first {_PAGE_LIMIT} of {len(entries)} pages were read")
                break
            try:
                found.append(self._read_page(posixpath.join(self._folder, entry.get("BaseLoc") or "")))
            except (KeyError, ReadError):
                self._writer.warn(f"page {number + 1} is damaged and was left out")
                found.append(Page(self._size[2] * _POINTS_PER_MM, self._size[3] * _POINTS_PER_MM))
        return found

    def _read_page(self, place: str) -> Page:
        root = parse_xml(_read_part(self._package, place))
        area = next((_parse_box(_text_of(a, "PhysicalBox")) for a in _all_named(root, "Area")), None) or self._size
        page = Page(area[2] * _POINTS_PER_MM, area[3] * _POINTS_PER_MM)
        pictures: list[Any] = []
        for layer in (*self._template_pages(root), root):
            self._gather_objects(layer, page, pictures)
        page.lines = layout_lines(page.lines)
        if sum(len(line.text) for line in page.lines) < 8:
            for picture in pictures:
                page.lines += self._recognise_picture(picture)
        return page

    def _template_pages(self, root: Any) -> Iterator[Any]:
        """The template pages that a page is printed on: a letterhead, a form's labels."""
        named = dict.fromkeys(
            self._templates.get(str(entry.get("TemplateID"))) for entry in _all_named(root, "Template")
        )
        for place in filter(None, named):
            try:
                yield parse_xml(_read_part(self._package, place))
            except (KeyError, ReadError):
                self._writer.warn("a template page is damaged and was left out")

    def _gather_objects(self, root: Any, page: Page, pictures: list[Any]) -> None:
        """Adds the lines and pictures of a page or template."""
        for number, element in enumerate(root.iter()):
            if number > _OBJECT_LIMIT:
                self._writer.warn("a page holds more objects than a document has and was cut")
                break
            name = _local_name(element)
            if name == "TextObject":
                page.lines += _text_lines(element)
            elif name == "ImageObject":
                pictures.append(element)

    def _recognise_picture(self, element: Any) -> list[Line]:
        """The words of a picture that fills its boundary on the page."""
        import numpy

        from corpus.readers import ocr

        place, box = self._media.get(str(element.get("ResourceID"))), _parse_box(element.get("Boundary") or "")
        if place is None or box is None or box[2] < 20:
            return []
        try:
            import io

            from PIL import Image

            data = _read_part(self._package, place)
            if data.startswith(_JBIG2) or place.lower().endswith((".jb2", ".jbig2", ".gbig2")):
                self._writer.warn("a picture in JBIG2 was left out: print the file to PDF to have it read")
                return []
            picture = Image.open(io.BytesIO(data))
            if picture.width * picture.height > ocr.PIXEL_LIMIT * 4:
                return []
            pixels = numpy.asarray(picture.convert("RGB"))
        except Exception as error:  # a picture in a coding that Pillow does not know
            self._writer.warn(f"a picture could not be read ({type(error).__name__})")
            return []
        self._writer.warn("pages without text were read by OCR: check figures against the original")
        scale = box[2] * _POINTS_PER_MM / picture.width
        left, top = box[0] * _POINTS_PER_MM, box[1] * _POINTS_PER_MM
        return [
            Line(n.text, left + n.x0 * scale, top + n.y0 * scale, left + n.x1 * scale, top + n.y1 * scale)
            for n in ocr.recognise_lines(pixels)
        ]


def _text_lines(element: Any) -> list[Line]:
    """The TextCodes of a TextObject: X and Y in its boundary, DeltaX between characters (also as `g n d`), sizes in mm."""
    box = _parse_box(element.get("Boundary") or "") or (0.0, 0.0, 0.0, 0.0)
    matrix = [float(n) for n in _NUMBERS.findall(element.get("CTM") or "")]
    a, b, c, d, e, f = matrix if len(matrix) == 6 else (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
    size = _float_or(element.get("Size"), 4.0)
    lines = []
    x, y = 0.0, size
    for code in _all_named(element, "TextCode"):
        text = "".join(code.itertext())
        x, y = _float_or(code.get("X"), x), _float_or(code.get("Y"), y)
        if not text.strip():
            continue
        width = sum(_character_steps(code.get("DeltaX") or "", len(text) - 1, size)) + size
        left, base = box[0] + a * x + c * y + e, box[1] + b * x + d * y + f
        height = size * abs(d or 1.0)
        points = [
            v * _POINTS_PER_MM for v in (left, base - 0.85 * height, left + width * abs(a or 1.0), base + 0.15 * height)
        ]
        lines.append(Line(layout.unify_ideographs(text), *points))
    return lines


def _character_steps(text: str, count: int, size: float) -> list[float]:
    """Steps from character to character; `g 3 4.2` repeats 4.2 three times. Without them each step is the size."""
    parts = text.split()
    steps: list[float] = []
    place = 0
    while place < len(parts) and len(steps) < count:
        if parts[place] == "g" and place + 2 < len(parts):
            steps += [_float_or(parts[place + 2], size)] * min(count, int(_float_or(parts[place + 1], 0)))
            place += 3
        else:
            steps.append(_float_or(parts[place], size))
            place += 1
    return steps[:count] if steps else [size] * max(0, count)


def layout_lines(lines: list[Line]) -> list[Line]:
    """Producers write a line as one object or one object a character: pieces that touch on one baseline are one line."""
    joined: list[Line] = []
    for line in sorted(lines, key=lambda line: (round(line.y1, 0), line.x0)):
        last = joined[-1] if joined else None
        near = (
            last is not None
            and abs(last.y1 - line.y1) < 0.3 * line.size
            and -0.5 * line.size < line.x0 - last.x1 < line.size
        )
        if last is not None and near:
            joined[-1] = Line(
                last.text + line.text, last.x0, min(last.y0, line.y0), max(last.x1, line.x1), max(last.y1, line.y1)
            )
        else:
            joined.append(line)
    return joined


def _read_part(package: zipfile.ZipFile, place: str) -> bytes:
    place = posixpath.normpath(place.replace("\\", "/")).lstrip("/")
    if place.startswith(".."):
        raise KeyError(place)
    return part_bytes(package, place)


def _local_name(element: Any) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all_named(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element.iter() if _local_name(child) == name)


def _text_of(element: Any, name: str) -> str:
    found = next(_all_named(element, name), None)
    return (found.text or "").strip() if found is not None else ""


def _parse_box(text: str) -> tuple[float, float, float, float] | None:
    numbers = [float(n) for n in _NUMBERS.findall(text)]
    return (numbers[0], numbers[1], numbers[2], numbers[3]) if len(numbers) >= 4 else None


def _float_or(text: str | None, default: float) -> float:
    match = _NUMBERS.match(text.strip()) if text else None
    return float(match[0]) if match and abs(float(match[0])) < 1e6 else default
