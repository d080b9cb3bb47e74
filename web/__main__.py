"""`python -m web`: who may sign in (`users`), `backup FILE` and `restore FILE`. Knows nothing of the running chat."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from cli import print_json, print_note, run_command
from errors import AccountError
from settings import load_settings
from web.accounts import Accounts


def _build_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m web", description="The chat's users, its backup and its restore.")
    rooms = parser.add_subparsers(dest="room", required=True)
    for room, told in (
        ("backup", "write conversations, feedback, uploads, saved cases and users to a file, while the chat runs"),
        ("restore", "put what a backup holds in the place of what is there; stop the chat first"),
    ):
        one = rooms.add_parser(room, help=told, description=told)
        one.add_argument("file", type=Path)
        one.add_argument("--force", action="store_true", help="also where something would be replaced")
        one.add_argument("--corpus", type=Path, help="folder of the documents (default: SUYUAN_CORPUS)")
    users = rooms.add_parser("users", help="the users file")
    users.add_argument(
        "--users", type=Path, help="the users file (default: SUYUAN_USERS, or users.json in the data folder)"
    )
    act = users.add_subparsers(dest="act", required=True)
    add = act.add_parser("add", help="add a user, or set another password; it is asked for, or read from stdin")
    add.add_argument("name")
    add.add_argument("--owner", action="store_true", help="may add and remove documents and see what is asked")
    act.add_parser("remove", help="take a user away").add_argument("name")
    act.add_parser("list", help="names and roles")
    return parser


def _ask_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != given:
        raise AccountError("the two passwords differ")
    return given


def _backup_or_restore(args: argparse.Namespace) -> int:
    from web.backup import restore_backup, write_backup

    settings = load_settings(corpus=args.corpus)
    print_json((write_backup if args.room == "backup" else restore_backup)(settings, args.file, force=args.force))
    return 0


def main() -> int:
    """Runs the command. Returns the exit code."""
    args = _build_parser().parse_args()
    if args.room != "users":
        return _backup_or_restore(args)
    settings = load_settings(users=args.users)
    accounts = Accounts(settings.users or settings.data / "users.json")
    if args.act == "add":
        accounts.add_user(args.name, _ask_password(), "owner" if args.owner else "user")
        print_note(f"{accounts.path}: {args.name}; start the chat with SUYUAN_USERS={accounts.path}")
    elif args.act == "remove":
        accounts.remove_user(args.name)
    else:
        for account in accounts.read_users().values():
            print(f"{account.name}\t{account.role}")
    return 0


if __name__ == "__main__":
    run_command(main)
