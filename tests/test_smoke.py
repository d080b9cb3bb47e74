"""What must hold whatever else changes: the light rooms stay light, and their names are real."""

import socket
import subprocess
import sys

import pytest

HEAVY = ("torch", "gradio", "faiss", "sentence_transformers", "langchain", "openai", "transformers")


def test_importing_the_rooms_loads_nothing_heavy() -> None:
    code = f"import sys, corpus, index, assistant; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_network_is_closed() -> None:
    with pytest.raises(OSError, match="no network in tests"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
