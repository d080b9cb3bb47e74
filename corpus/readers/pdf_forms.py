"""Fields of a PDF form as text of their pages: what was filled in stands beside a page's text, not in it. Knows nothing of layout."""

from __future__ import annotations

import contextlib
import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pypdfium2

XFA_WARNING = "the fields of this form are in XFA and were left out: print it to PDF to have them read"


def has_fields(document: pypdfium2.PdfDocument) -> bool:
    """Whether the document is a form whose fields can be made text."""
    from pypdfium2 import raw

    return bool(document.get_formtype() == raw.FORMTYPE_ACRO_FORM)


def is_xfa(document: pypdfium2.PdfDocument) -> bool:
    """Whether the document is a form that only one maker's programs fill in."""
    from pypdfium2 import raw

    return bool(document.get_formtype() == raw.FORMTYPE_XFA_FULL)


def with_fields_as_text(document: pypdfium2.PdfDocument, pages: int) -> bytes:
    """The document with the fields and remarks of its first pages drawn into them as a reader sees them."""
    import pypdfium2

    document.init_forms()
    for number in range(pages):
        with contextlib.suppress(pypdfium2.PdfiumError):  # a damaged page keeps the text it has
            page = document[number]
            page.flatten()
            page.close()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()
