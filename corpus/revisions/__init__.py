"""What changed from one version of a document to the next, provision by provision. Knows nothing of files, folders or search."""

from corpus.revisions.comparing import compare_versions, have_same_matter
from corpus.revisions.types import Cell, Change, Revision, Row

__all__ = ["Cell", "Change", "Revision", "Row", "compare_versions", "have_same_matter"]
