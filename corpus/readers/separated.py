"""Tables as text (.csv, .tsv): rows that carry their header. Knows nothing of other formats."""

from __future__ import annotations

import csv
import io

from corpus.decoding import clean_text, decode_text
from corpus.readers.raw import Raw, Writer
from errors import ReadError

_ROW_LIMIT = 100_000
_FIELD_LIMIT = 1 << 20


def read_raw(data: bytes) -> Raw:
    """The rows. Raises ReadError for data that is no text."""
    text, _, warning = decode_text(data)
    text = clean_text(text)
    writer = Writer()
    if warning:
        writer.warn(warning)
    sample = text[:20_000]
    delimiter = max(",\t;|，", key=lambda mark: min(sample.count(mark), 10_000))
    csv.field_size_limit(_FIELD_LIMIT)
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            if len(rows) >= _ROW_LIMIT:
                writer.warn(f"the first {_ROW_LIMIT} rows were read")
                break
            rows.append(row)
    except csv.Error as error:
        raise ReadError("the rows cannot be told apart", error, "save it again as CSV in UTF-8") from None
    writer.write_table(rows)
    return writer.to_raw()
