"""Entry: settings, index, assistant, web chat; nothing else."""

from __future__ import annotations

import argparse
from pathlib import Path

from cli import ExitCode, folder_or_address, print_note, progress_bar, run_command
from settings import Settings, load_settings


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python app.py", description="The chat; builds or updates the index first.")
    parser.add_argument("--corpus", type=Path, help="folder of the documents")
    parser.add_argument("--index", type=folder_or_address, help="folder of the index, or milvus+http://HOST:PORT/NAME")
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
    from web.app import build_application, open_socket, serve_application
    from web.metrics import set_up_logs

    set_up_logs(settings.log_format)
    opened = open_socket(settings.host, settings.port)
    with progress_bar(log=True) as tell:
        assistant, handle, summary = open_assistant(settings, tell)
    app = build_application(assistant, handle, settings, failed=summary.failed, mcp=mcp)
    host, port = opened.getsockname()[:2]
    for failed in summary.failed:
        print_note(f"not read: {failed.source}: {failed.reason}")
    print_note(f"Suyuan 溯源: http://{host}:{port}  ({summary.documents} documents)")
    serve_application(app, opened)


def main() -> int:
    """Runs the chat until interrupted. Returns the exit code."""
    args = arguments()
    settings = load_settings(corpus=args.corpus, index=args.index, host=args.host, port=args.port, model=args.model)
    serve_chat(settings, args.mcp)
    return ExitCode.DONE


if __name__ == "__main__":
    run_command(main)
