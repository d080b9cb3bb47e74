"""`python -m web users add|remove|list`: who may sign in. Knows nothing of the chat."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from cli import print_note, run_command
from errors import AccountError
from settings import load_settings
from web.accounts import Accounts


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m web", description="Who may sign in to the chat.")
    users = parser.add_subparsers(dest="room", required=True).add_parser("users", help="the users file")
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


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    given = getpass.getpass("Password: ")
    if getpass.getpass("Again: ") != given:
        raise AccountError("the two passwords differ")
    return given


def main() -> int:
    """Runs the command. Returns the exit code."""
    args = _arguments().parse_args()
    settings = load_settings(users=args.users)
    accounts = Accounts(settings.users or settings.data / "users.json")
    if args.act == "add":
        accounts.add(args.name, _password(), "owner" if args.owner else "user")
        print_note(f"{accounts.path}: {args.name}; start the chat with SUYUAN_USERS={accounts.path}")
    elif args.act == "remove":
        accounts.remove(args.name)
    else:
        for account in accounts.all().values():
            print(f"{account.name}\t{account.role}")
    return 0


if __name__ == "__main__":
    run_command(main)
