"""An OpenAI-compatible server on loopback that plays a script: a queue of replies and a history of what was asked."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PASSAGE = re.compile(r"^\[(\d+)\] (.*)$", re.MULTILINE)


@dataclass
class Reply:
    """What the server does with one request.

    text: the words, where {words of a passage} stands for the number of the evidence that holds them (unless `literal`);
    size: characters a chunk; reason: why it says it ended; comments: seconds of keep-alive comments before any word; status:
    an HTTP status other than 200 and no words; cut: break the connection after so many chunks; pause: seconds before each
    chunk; raw: lines sent as they are instead.
    """

    text: str = ""
    size: int = 7
    status: int = 200
    cut: int | None = None
    pause: float = 0.0
    raw: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    forever: bool = False
    finish: bool = True
    reason: str = "stop"
    comments: float = 0.0
    literal: bool = False


class Server:
    """The server, running until closed; `url` is its base URL."""

    def __init__(self) -> None:
        self.queue: list[Reply] = []
        self.history: list[dict[str, Any]] = []
        self.stopped = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.history.append(body)
                reply = outer.queue.pop(0) if len(outer.queue) > 1 else outer.queue[0]
                try:
                    outer.play(reply, body, self)
                except (BrokenPipeError, ConnectionResetError):
                    outer.stopped.set()
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/v1"
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def script(self, *replies: Reply) -> None:
        self.queue = list(replies)
        self.history.clear()
        self.stopped.clear()

    def play(self, reply: Reply, body: dict[str, Any], request: BaseHTTPRequestHandler) -> None:
        if reply.status != 200:
            data = json.dumps({"error": {"message": "scripted failure", "type": "server_error"}}).encode()
            request.send_response(reply.status)
            for name, value in reply.headers.items():
                request.send_header(name, value)
            request.send_header("Content-Type", "application/json")
            request.send_header("Content-Length", str(len(data)))
            request.end_headers()
            request.wfile.write(data)
            return
        request.send_response(200)
        request.send_header("Content-Type", "text/event-stream")
        request.send_header("Connection", "close")
        request.end_headers()
        write: Callable[[str], int] = lambda line: request.wfile.write(line.encode())  # noqa: E731
        if reply.raw is not None:
            write(reply.raw)
            return
        prompt = body["messages"][-1]["content"]
        text = reply.text if reply.literal else resolve(reply.text, prompt)
        chunks = [text[at : at + reply.size] for at in range(0, len(text), reply.size)]
        sent = 0
        for _ in range(int(reply.comments / 0.05)):
            write(": keep-alive\n\n")
            request.wfile.flush()
            time.sleep(0.05)
        while True:
            for chunk in chunks:
                if reply.cut is not None and sent >= reply.cut:
                    return
                time.sleep(reply.pause)
                write(f"data: {json.dumps(event(chunk), ensure_ascii=False)}\n\n")
                request.wfile.flush()
                sent += 1
            if not reply.forever:
                break
        if reply.finish:
            write(f"data: {json.dumps(event('', reply.reason))}\n\ndata: [DONE]\n\n")

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()


def resolve(text: str, prompt: str) -> str:
    """The text with each {words} exchanged for the number of the evidence in the prompt that holds the words."""
    blocks = dict(PASSAGE.findall(prompt))

    def number(match: re.Match[str]) -> str:
        return next((n for n, words in blocks.items() if match.group(1) in words), "99")

    return re.sub(r"\{([^{}]+)\}", number, text)


def event(words: str, finish: str | None = None) -> dict[str, Any]:
    """One chunk as OpenAI's servers send it."""
    delta = {"content": words} if finish is None else {}
    return {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "scripted",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
