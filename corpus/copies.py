"""Documents from an address of an object store, or from a list of files, as a folder like any other. Knows nothing of reading them.

The folder is a copy that is brought up to date: only what changed is fetched. Nothing in it is removed before everything
that is named was found and fetched, so an address that went away is an error and no document counts as deleted.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from errors import CorpusError

Tell = Callable[[str, int, int], None]
SCHEMES = ("s3",)
STATE = ".copied.json"  # hidden: no document
AT_ONCE = 16  # fetched at the same time: an object store answers late, not slowly


@dataclass(frozen=True, slots=True)
class Original:
    """A document elsewhere: the path it gets in the copy, what fetches it, and what changes whenever it does."""

    source: str
    place: str
    version: str


def is_elsewhere(place: Path | str) -> bool:
    """True for an address, and for a file, which is then a list of documents."""
    return isinstance(place, str) or place.is_file()


def folder_of(place: Path | str, copies: Path, tell: Tell | None = None) -> Path:
    """The folder with the documents of a place: itself, or the copy of an address or a list, brought up to date.

    Raises CorpusError when an address does not answer, holds nothing, or when any document that is named cannot be fetched.
    """
    if not is_elsewhere(place):
        return Path(place)
    name = str(place) if isinstance(place, str) else str(place.resolve())
    copy = copies / hashlib.sha256(name.encode()).hexdigest()[:12]
    originals = originals_listed(place) if isinstance(place, Path) else objects_under(place)
    _bring_up_to_date(copy, originals, tell or (lambda *_: None))
    return copy


def objects_under(address: str) -> list[Original]:
    """The documents under an address."""
    files, root = _open_store(address)
    with _explain_errors(address):
        files.invalidate_cache()
        found = files.find(root, detail=True)
    prefix = root.rstrip("/") + "/"
    originals = [
        Original(path.removeprefix(prefix), f"{address.partition('://')[0]}://{path}", _object_version(about))
        for path, about in sorted(found.items())
        if path.startswith(prefix) and not _is_hidden(path.removeprefix(prefix))
    ]
    if not originals:
        raise CorpusError("there is no document under the address", address, "correct it, or put documents there")
    return originals


def originals_listed(file: Path) -> list[Original]:
    """The documents that the lines of a file name: paths, from the file's folder on, and addresses. # begins a remark."""
    originals: dict[str, Original] = {}
    for number, line in enumerate(_read_lines(file), 1):
        named = line.strip()
        if not named or named.startswith("#"):
            continue
        one = _one_object(named) if "://" in named else _one_file(file, named, number)
        if originals.setdefault(one.source, one) != one:
            raise CorpusError(
                "two lines name documents that would have one name", f"{file}:{number} {named}", "rename one"
            )
    if not originals:
        raise CorpusError("the list names no document", file, "write one path or address a line")
    return list(originals.values())


def _read_lines(file: Path) -> list[str]:
    try:
        return file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CorpusError("the list of documents cannot be read", f"{file} ({error})", "write it in UTF-8") from None


def _one_file(file: Path, named: str, number: int) -> Original:
    path = file.parent / named
    try:
        seen = path.stat()
    except OSError as error:
        raise CorpusError(
            "a listed document is not there", f"{file}:{number} {named} ({error.strerror})", "correct the list"
        ) from None
    source = PurePosixPath(named).relative_to("/") if Path(named).is_absolute() else PurePosixPath(named)
    kept = [part for part in source.parts if part not in ("..", ".")]
    return Original("/".join(kept), str(path.resolve()), f"{seen.st_size} {seen.st_mtime_ns} {seen.st_ino}")


def _one_object(address: str) -> Original:
    files, path = _open_store(address)
    with _explain_errors(address):
        files.invalidate_cache()
        return Original(path, address, _object_version(files.info(path)))


def _open_store(address: str) -> tuple[Any, str]:
    """The file system of an address, and the path in it."""
    scheme = address.partition("://")[0]
    if scheme not in SCHEMES:
        raise CorpusError(
            "documents cannot be fetched from such an address",
            address,
            f"give a folder, a list, or {SCHEMES[0]}://BUCKET/PREFIX",
        )
    try:
        from fsspec.core import url_to_fs

        files, path = url_to_fs(address)
    except ImportError as error:
        raise CorpusError("a package for such addresses is missing", error, "pip install -e '.[cluster]'") from None
    return files, str(path)


def _object_version(about: dict[str, Any]) -> str:
    changed = about.get("ETag") or about.get("LastModified") or about.get("created") or ""
    return f"{about['size']} {changed}"


def _is_hidden(source: str) -> bool:
    parts = source.split("/")
    return any(part in ("", "..") or part.startswith((".", "~$")) for part in parts)


@contextmanager
def _explain_errors(what: str) -> Iterator[None]:
    """Turns what a store and its client say into one line. The client's own errors have no class in common with OSError."""
    try:
        yield
    except CorpusError:
        raise
    except FileNotFoundError:
        raise CorpusError(
            "there is nothing at the address", what, "nothing was taken for deleted; correct the address"
        ) from None
    except Exception as error:
        why = " ".join(str(error).split())[:120] or type(error).__name__
        raise CorpusError(
            f"the address does not answer ({why})", what, "nothing was taken for deleted; run again"
        ) from None


def _bring_up_to_date(copy: Path, originals: list[Original], tell: Tell) -> None:
    copy.mkdir(parents=True, exist_ok=True)
    state = copy / STATE
    had: dict[str, str] = json.loads(state.read_text(encoding="utf-8")) if state.exists() else {}
    late = [one for one in originals if had.get(one.source) != one.version or not (copy / one.source).is_file()]
    for one in late:
        had.pop(one.source, None)
    _write_json(state, had)  # killed from here on, what was not fetched yet is fetched again
    with ThreadPoolExecutor(AT_ONCE) as many:
        for done, _ in enumerate(many.map(lambda one: _fetch_document(one, copy / one.source), late), 1):
            tell("fetch", done, len(late))
    now = {one.source: one.version for one in originals}
    _write_json(state, now)
    for path in sorted(copy.rglob("*"), reverse=True):  # what is in a folder comes before the folder
        if path.is_dir():
            _remove_empty(path)
        elif path != state and path.relative_to(copy).as_posix() not in now:
            path.unlink()


def _fetch_document(one: Original, target: Path) -> None:
    """Writes one document, there under its name only once it is whole."""
    beside = target.with_name(f".{hashlib.sha256(target.name.encode()).hexdigest()[:16]}.part")
    with _explain_errors(one.place):
        target.parent.mkdir(parents=True, exist_ok=True)
        if "://" in one.place:
            files, path = _open_store(one.place)
            files.get_file(path, str(beside))
        else:
            beside.write_bytes(Path(one.place).read_bytes())
        size = int(one.version.partition(" ")[0])
        if beside.stat().st_size != size:
            raise CorpusError("a document changed while it was fetched", one.place, "run again")
        beside.replace(target)


def _remove_empty(folder: Path) -> None:
    if not any(folder.iterdir()):
        folder.rmdir()


def _write_json(file: Path, told: dict[str, str]) -> None:
    beside = file.with_name(f"{file.name}.part")
    beside.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    beside.replace(file)
