"""A chat's conversations, feedback, uploads, saved cases and users in one file, and back. Knows nothing of the file's form.

A backup is of one moment and needs no pause of the chat. A restore compares the whole file with its checksums first, keeps
what is there in a backup beside, and then replaces the rows in one transaction and each folder by a rename. Until it has
ended a note lies in the data folder, with which no chat starts; the same command again ends it.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

import database
from errors import BackupError, EngineAway, ServeError
from settings import SECRETS, Settings
from web import archive, rows
from web.library import UPLOADS
from web.store import MIGRATIONS, VERSIONS, Store

SUITE = "suite"  # cases saved from the chat
USERS = "users.json"
UNFINISHED = "restore-unfinished.json"
ROWS = "rows"


def write_backup(settings: Settings, file: Path, *, force: bool = False) -> dict[str, Any]:
    """Write everything to a file. Returns what it holds. Raises BackupError, SettingsError for a database that is away."""
    with (
        closing(Store(settings.database_url, settings.data)) as store,
        archive.write_archive(file, force=force) as made,
    ):
        with rows.snapshot_connection(store.engine) as connection:
            revision = database.revision_of(connection, VERSIONS)
            for table in rows.KEPT:
                made.add_part(f"{ROWS}/{table.name}.jsonl", rows.lines_of_table(connection, table))
        files = 0
        for name, path in _files_kept(settings):
            files += _add_file(made, name, path)
        moment = datetime.now(UTC).isoformat(timespec="seconds")
        made.about = {
            "made": moment,
            "revision": revision,
            "index": _index_place(settings),
            "settings": _public_settings(settings),
        }
    return {"file": str(file), **made.about, "files": files, "bytes": file.stat().st_size}


def restore_backup(settings: Settings, file: Path, *, force: bool = False) -> dict[str, Any]:
    """Put what a backup holds in the place of what is there. Returns what was restored, and where the old state is kept.

    Raises BackupError for a file that is damaged or of a newer release, and, without `force`, where there is anything to
    lose; then nothing was changed.
    """
    with archive.read_archive(file) as held, closing(Store(settings.database_url, settings.data)) as store:
        revision = held.about.get("revision")
        if revision not in database.revisions(MIGRATIONS):
            raise BackupError("the backup is of a newer release", revision, "install that release")
        settings.data.mkdir(parents=True, exist_ok=True)
        there = _what_is_there(settings, store)
        if there and not force:
            what = f"{there} — what is there now would be kept in a backup beside"
            raise BackupError("there is something already", what, "give --force")
        kept = _kept_before(settings) or (_back_up_present(settings) if there else None)
        try:
            staged = _stage_files(settings, held)
            counts = _replace_everything(settings, store, held, kept, staged)
        except OSError as error:
            raise BackupError("the backup cannot be restored", f"{error.filename} ({error.strerror})") from None
        return {"file": str(file), "made": held.about.get("made"), "kept": str(kept) if kept else None, **counts}


def _replace_everything(
    settings: Settings, store: Store, held: archive.Verified, kept: Path | None, staged: dict[Path, Path]
) -> dict[str, int]:
    """The rows first: when they cannot be used, nothing was changed. Returns how many each table got."""
    note = settings.data / UNFINISHED
    note.write_text(json.dumps({"file": str(held.file), "kept": str(kept or "")}), encoding="utf-8")
    try:
        counts = _replace_rows(store, held)
    except BackupError:
        for beside in staged.values():
            _clear_path(beside)
        note.unlink()
        raise
    for target, beside in staged.items():
        _switch_in(target, beside)
    note.unlink()
    return counts


def _unfinished_restore(settings: Settings) -> dict[str, str] | None:
    """What a restore that did not end noted."""
    try:
        told: dict[str, str] = json.loads((settings.data / UNFINISHED).read_text(encoding="utf-8"))
        return told
    except FileNotFoundError:
        return None
    except ValueError:  # cut short while it was written: nothing had been replaced yet
        return {}


def _kept_before(settings: Settings) -> Path | None:
    """The backup that a restore which did not end had made of what was there: what is there now may be half of each."""
    told = (_unfinished_restore(settings) or {}).get("kept")
    return Path(told) if told else None


def refuse_unfinished(settings: Settings) -> None:
    """Raises ServeError while a restore was begun and not ended."""
    told = _unfinished_restore(settings)
    if told is not None:
        kept = f" (what was there before is kept in {told['kept']})" if told.get("kept") else ""
        raise ServeError(
            f"a restore was not ended{kept}", told.get("file"), "run python -m web restore FILE --force again"
        )


def _places_kept(settings: Settings) -> dict[str, Path]:
    """The folders and the file that belong to a chat beside its database, by the name they have in a backup."""
    users = settings.users or settings.data / USERS
    return {UPLOADS: settings.corpus / UPLOADS, SUITE: settings.data / SUITE, USERS: users}


def _files_kept(settings: Settings) -> Iterator[tuple[str, Path]]:
    for name, place in _places_kept(settings).items():
        if place.is_file():
            yield name, place
        for path in sorted(place.rglob("*")) if place.is_dir() else ():
            if path.is_file() and not path.is_symlink() and not path.name.startswith("."):  # .part: not added yet
                yield f"{name}/{path.relative_to(place).as_posix()}", path


def _add_file(made: archive.Archive, name: str, path: Path) -> int:
    """Adds a file; one that was taken away since it was listed is left out. Returns how many were added."""
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        return 0
    with stream:  # a file that is replaced meanwhile is read to its end as it was
        made.add_part(name, iter(lambda: stream.read(archive.PIECE), b""))
    return 1


def _index_place(settings: Settings) -> dict[str, str]:
    """Where the index is and what it serves, for whoever rebuilds it: the documents are its source."""
    from assistant.prepare import index_place
    from index.open import pointer

    place = index_place(settings)
    try:
        return {"place": str(place), "serves": pointer(place)}
    except EngineAway as error:
        return {"place": str(place), "serves": f"not known: {error}"}


def _public_settings(settings: Settings) -> dict[str, Any]:
    """The settings without what must stay secret."""
    plain: dict[str, Any] = settings.model_dump(mode="json", exclude={*SECRETS, "database_url"})
    return plain


def _what_is_there(settings: Settings, store: Store) -> str:
    """What a restore would replace, in words; empty when nothing is there."""
    found = [f"{count} conversations"] if (count := rows.count_conversations(store.engine)) else []
    found += [name for name, place in _places_kept(settings).items() if place.is_file() or _holds_files(place)]
    return ", ".join(found)


def _holds_files(place: Path) -> bool:
    return place.is_dir() and any(path.is_file() for path in place.rglob("*"))


def _back_up_present(settings: Settings) -> Path:
    """A backup of what is there now, beside it."""
    kept = settings.data / f"before-restore-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.zip"
    write_backup(settings, kept)
    return kept


def _replace_rows(store: Store, held: archive.Verified) -> dict[str, int]:
    try:
        with ExitStack() as opened:  # a part left open keeps the whole file open until it is collected
            given = {
                table.name: opened.enter_context(held.open_part(f"{ROWS}/{table.name}.jsonl")) for table in rows.KEPT
            }
            return rows.replace_all(store.engine, given)
    except (SQLAlchemyError, ValueError, KeyError, TypeError) as error:
        why = " ".join(str(getattr(error, "orig", None) or error).split())[:120]
        raise BackupError(f"the backup's rows cannot be used ({why})", held.file, "take another one") from None


def _stage_files(settings: Settings, held: archive.Verified) -> dict[Path, Path]:
    """What is to stand where, written whole beside it. A backup without users leaves those that are there."""
    staged: dict[Path, Path] = {}
    for name, target in _places_kept(settings).items():
        parts = [part for part in held.names if part == name or part.startswith(f"{name}/")]
        if name == USERS and not parts:
            continue
        beside = staged[target] = _hidden_name(target, "restoring")
        _clear_path(beside)
        target.parent.mkdir(parents=True, exist_ok=True)
        for part in parts:
            _extract_part(held, part, beside / part[len(name) + 1 :] if part != name else beside)
    return staged


def _extract_part(held: archive.Verified, part: str, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600 if part == USERS else 0o644)
    with held.open_part(part) as source, path.open("wb") as written:
        shutil.copyfileobj(source, written, archive.PIECE)


def _switch_in(target: Path, beside: Path) -> None:
    """Puts what was written beside in its place; what stood there is in the backup made before."""
    old = _hidden_name(target, "replaced")
    _clear_path(old)
    if target.exists():
        target.replace(old)
    if beside.exists():
        beside.replace(target)
    _clear_path(old)


def _hidden_name(target: Path, why: str) -> Path:
    return target.with_name(f".{target.name}.{why}")


def _clear_path(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
