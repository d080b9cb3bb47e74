"""Compound files (.doc, .xls, .ppt, .msg): their streams, opened within limits. Knows nothing of what the streams mean."""

from __future__ import annotations

import io
from typing import Any

from errors import ReadError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
STREAM_LIMIT = 256 << 20
_NAME_LIMIT = 10_000


class Compound:
    """The streams of a compound file by their path, letters in upper case as the format compares them."""

    def __init__(self, data: bytes) -> None:
        """Raises ReadError for a damaged file."""
        import olefile

        self._size = len(data)
        try:
            self._file: Any = olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_FATAL)
            paths = self._file.listdir(streams=True, storages=False)[:_NAME_LIMIT]
        except Exception as error:  # damaged files fail in many ways inside the library
            raise ReadError("the file is damaged", _shorten_error(error), "save it again") from None
        self._paths = {"/".join(path).upper(): path for path in paths}
        self.names = tuple(self._paths)

    def __contains__(self, name: str) -> bool:
        return name.upper() in self._paths

    def read_stream(self, name: str) -> bytes:
        """A stream's bytes. Raises KeyError when it is not there, ReadError when it is damaged or larger than the file."""
        path = self._paths[name.upper()]
        try:
            if self._file.get_size(path) > min(STREAM_LIMIT, self._size):
                raise ReadError(
                    "a stream of the file claims more than the file holds", name, "check where it comes from"
                )
            with self._file.openstream(path) as stream:
                return bytes(stream.read())
        except ReadError:
            raise
        except Exception as error:
            raise ReadError("a stream of the file is damaged", name, _shorten_error(error)) from None

    def read_title(self) -> str:
        """The title in the file's properties, "" when there is none."""
        try:
            found = self._file.get_metadata()
            name = {936: "gb18030", 950: "big5", 65001: "utf-8"}.get(found.codepage, "latin-1")
            return (found.title or b"").decode(name, "replace").strip("\0 ")
        except Exception:  # properties are an extra, and often damaged
            return ""


def _shorten_error(error: BaseException) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__
