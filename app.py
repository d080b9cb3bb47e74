"""Entry: settings, index, assistant, web chat; nothing else."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from pathlib import Path

from corpus.console import run
from settings import Settings, load


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The chat; builds or updates the index first.")
    parser.add_argument("--corpus", type=Path, help="folder of the documents")
    parser.add_argument("--index", type=Path, help="folder of the index")
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default 7860; 0: any free one)")
    parser.add_argument("--model", help="language model, such as openai:NAME; none: the extractive reader")
    parser.add_argument(
        "--mcp", action="store_true", help="also serve ask and search as MCP tools, under /gradio_api/mcp/"
    )
    return parser.parse_args()


def serve_chat(settings: Settings, mcp: bool) -> None:
    """Opens the port first (a taken one is known at once), then the index, then serves."""
    from assistant.prepare import open_assistant
    from web.app import application, listen, serve

    opened = listen(settings.host, settings.port)
    assistant, handle, summary = open_assistant(settings, progress())
    app = application(assistant, handle, settings, failed=summary.failed, mcp=mcp)
    host, port = opened.getsockname()[:2]
    for failed in summary.failed:
        print(f"left out {failed.source}: {failed.reason}", file=sys.stderr)
    print(f"Suyuan 溯源: http://{host}:{port}  ({summary.documents} documents)", file=sys.stderr, flush=True)
    serve(app, opened)


def progress() -> Callable[[str, int, int], None]:
    """What tells of the index while it is made: a bar on a terminal; in a log one line, with the number of documents."""
    from assistant.console import progress_bar

    def line(stage: str, done: int, total: int) -> None:
        if stage == "read" and done == 0:
            print(f"reading {total} new or changed documents", file=sys.stderr, flush=True)

    return progress_bar() or line


def main() -> int:
    """Runs the chat until interrupted. Returns the exit code."""
    args = arguments()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    serve_chat(load(corpus=args.corpus, index=args.index, host=args.host, port=args.port, model=args.model), args.mcp)
    return 0


if __name__ == "__main__":
    run(main)
