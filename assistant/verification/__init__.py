"""Checks a statement against the words it cites, by rules, for every reader alike. Knows no models, indexes or questions."""

from assistant.verification.types import Verdict
from assistant.verification.verifier import verify

__all__ = ["Verdict", "verify"]
