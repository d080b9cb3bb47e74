"""Where an index is: a folder, or the address of servers. Knows nothing of what is there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from errors import SettingsError, StoreError

SCHEMES = {"milvus+http": "http", "milvus+https": "https"}
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
FORM = "write it as milvus+http://HOST:PORT/NAME"


@dataclass(frozen=True, slots=True)
class Address:
    """A Milvus server, the name of the index there, and the database of its catalogue. Passwords stay out of its text."""

    scheme: str
    host: str
    port: int
    name: str
    token: str = field(default="", repr=False)
    catalogue: str = field(default="", repr=False)

    @property
    def server_url(self) -> str:
        """The server's own address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{SCHEMES[self.scheme]}://{host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.scheme}:{self.server_url.partition(':')[2]}/{self.name}"


Place = Path | Address


def is_address(text: str | Path) -> bool:
    """True for what names servers rather than a folder."""
    return isinstance(text, str) and text.partition("://")[0] in SCHEMES


def place_of(text: str | Path, catalogue: str | None = None) -> Place:
    """The folder or the address that a person named; `catalogue` None takes the database from the settings.

    Raises StoreError for an address that is none, SettingsError when no catalogue is set for one.
    """
    if isinstance(text, Path) or not is_address(text):
        return Path(text)
    parts = urlsplit(text)
    name = parts.path.strip("/")
    try:
        port = parts.port
    except ValueError:
        port = None
    if not parts.hostname or not port or not NAME.fullmatch(name) or parts.query or parts.fragment:
        raise StoreError("the address of the index cannot be read", _without_password(text), FORM)
    token = f"{parts.username}:{parts.password or ''}" if parts.username else ""
    return Address(
        parts.scheme, parts.hostname, port, name, token, _catalogue_url() if catalogue is None else catalogue
    )


def _without_password(text: str) -> str:
    return re.sub(r"//[^/@]*@", "//…@", text)


def _catalogue_url() -> str:
    """The database of catalogues, as set."""
    import settings

    url = settings.load_settings().catalogue_url.get_secret_value()
    if not url:
        raise SettingsError(
            "an index on servers needs a catalogue", None,
            "set SUYUAN_CATALOGUE_URL=postgresql+psycopg://USER@HOST/DATABASE",
        )  # fmt: skip
    return url
