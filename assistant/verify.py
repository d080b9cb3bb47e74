"""The door to the verifier: `verify(statement, quotes)`. Knows nothing of how statements are made."""

from assistant.verification import Verdict, verify

__all__ = ["Verdict", "verify"]
