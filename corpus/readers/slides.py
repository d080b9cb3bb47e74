"""PowerPoint files (.pptx): slide by slide, titles as headings, tables as rows. Knows nothing of other formats."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from corpus.readers.package import open_package
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_DEPTH_LIMIT = 30


def read_raw(data: bytes) -> Raw:
    """Each slide as a page: title, text, tables, speaker's notes. Raises ReadError for a damaged or encrypted file."""
    open_package(data).close()
    from pptx import Presentation

    try:
        slides = list(Presentation(io.BytesIO(data)).slides)
    except Exception as error:  # damaged files fail in many ways inside the library
        raise ReadError(
            "the presentation is damaged", f"{type(error).__name__}: {error}"[:120], "save it again"
        ) from error
    writer = Writer()
    for place, slide in enumerate(slides, 1):
        writer.start_page()
        try:
            _read_slide(slide, writer)
        except Exception as error:  # one damaged slide does not cost the others
            writer.warn(f"slide {place} could not be read: {type(error).__name__}")
    return writer.to_raw()


def _read_slide(slide: Any, writer: Writer) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame and title.text_frame.text.strip():
        words = " ".join(title.text_frame.text.split())
        writer.title = writer.title or words
        writer.write_line(words, 1)
    for shape in _shapes_in_order(slide.shapes, 0):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if getattr(shape, "has_table", False) and shape.has_table:
            writer.write_table([[cell.text for cell in row.cells] for row in shape.table.rows])
        elif shape.has_text_frame:
            for paragraph in shape.text_frame.paragraphs:
                writer.write_line("".join(run.text for run in paragraph.runs))
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        notes = slide.notes_slide.notes_text_frame.text
        if notes.strip():
            writer.write_line(f"备注：{notes}")


def _shapes_in_order(shapes: Any, depth: int) -> Iterator[Any]:
    """Shapes from top to bottom, those of groups in their place."""
    for shape in sorted(shapes, key=lambda shape: (shape.top or 0, shape.left or 0)):
        if hasattr(shape, "shapes") and depth < _DEPTH_LIMIT:
            yield from _shapes_in_order(shape.shapes, depth + 1)
        else:
            yield shape
