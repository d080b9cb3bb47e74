"""The users file: names, hashed passwords, roles. Knows nothing of browsers or sessions.

Passwords are hashed with scrypt (RFC 7914), N=2^15, r=8, p=1, a 16-byte salt: about 33 MB and 0.1 s a try.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from errors import AccountError, SettingsError

Role = Literal["owner", "user"]
NAME = re.compile(r"[\w.@-]{1,64}")
LEAST_PASSWORD, MOST_PASSWORD = 8, 200
_N, _R, _P = 1 << 15, 8, 1


@dataclass(frozen=True, slots=True)
class Account:
    """One user; `role` "owner" may add and remove documents and see the owner's page."""

    name: str
    role: Role
    password: str


def _scrypt_hash(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=1 << 26, dklen=32)


def hash_password(password: str) -> str:
    """`scrypt$SALT$HASH`, both in base64."""
    salt = secrets.token_bytes(16)
    return "$".join(["scrypt", *(base64.b64encode(part).decode() for part in (salt, _scrypt_hash(password, salt)))])


def password_matches(password: str, kept: str) -> bool:
    """Whether a password is the one that was hashed; takes the same time either way."""
    _, salt, expected = kept.split("$")
    return hmac.compare_digest(_scrypt_hash(password, base64.b64decode(salt)), base64.b64decode(expected))


class Accounts:
    """A users file. It is read again when it changes, so that adding a user needs no restart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: tuple[tuple[int, int], dict[str, Account]] | None = None
        self._nobody = hash_password(secrets.token_urlsafe(16))

    def read_users(self) -> dict[str, Account]:
        """Every user by name. Raises SettingsError when the file cannot be read."""
        try:
            seen = self.path.stat()
            stamp = (seen.st_mtime_ns, seen.st_size)
            if self._read is None or self._read[0] != stamp:
                given = json.loads(self.path.read_text(encoding="utf-8"))["users"]
                users = {name: Account(name, row["role"], row["password"]) for name, row in given.items()}
                self._read = (stamp, users)
            return self._read[1]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise SettingsError(
                "the users file cannot be read", f"{self.path} ({error})", "python -m web users add NAME"
            ) from None

    def check_password(self, name: str, password: str) -> Account | None:
        """The user whose name and password these are, or None. An unknown name takes as long as a wrong password."""
        account = self.read_users().get(name)
        given = password[:MOST_PASSWORD]
        if password_matches(given, account.password if account else self._nobody) and account:
            return account
        return None

    def add_user(self, name: str, password: str, role: Role = "user") -> None:
        """Adds a user, or gives one another password or role. Raises AccountError for a name or password out of bounds."""
        if not NAME.fullmatch(name):
            raise AccountError("a user's name", name, "use 1 to 64 letters, digits, or . @ - _")
        if not LEAST_PASSWORD <= len(password) <= MOST_PASSWORD:
            raise AccountError(
                "a password's length", len(password), f"use {LEAST_PASSWORD} to {MOST_PASSWORD} characters"
            )
        users = dict(self.read_users()) if self.path.exists() else {}
        users[name] = Account(name, role, hash_password(password))
        self._write_users(users)

    def remove_user(self, name: str) -> None:
        """Takes a user away. Raises AccountError for an unknown name."""
        users = dict(self.read_users())
        if users.pop(name, None) is None:
            raise AccountError("no such user", name, "python -m web users list")
        self._write_users(users)

    def _write_users(self, users: dict[str, Account]) -> None:
        rows = {name: {"role": user.role, "password": user.password} for name, user in sorted(users.items())}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8") as file:
            json.dump({"users": rows}, file, ensure_ascii=False, indent=1)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        self._read = None
