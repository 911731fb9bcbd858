"""
Whatever a researcher's folder holds, as bytes and then as text with places.

``read_files`` walks folders, globs and archives; ``read_text`` turns one file into a document, whatever its format.
"""

from __future__ import annotations

from union_corpus.files.folders import read_files
from union_corpus.files.formats import detect_format, read_text
from union_corpus.files.limits import DEFAULT_LIMITS, Limits, Unreadable

__all__ = ["DEFAULT_LIMITS", "Limits", "Unreadable", "detect_format", "read_files", "read_text"]
