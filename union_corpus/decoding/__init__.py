"""
Bytes to text by stretches: which encoding each stretch is in, what was lost, and the way back to every byte.

Three doors: ``detect_encoding`` ranks what the bytes may be and changes nothing; ``decode`` makes a document whose
every character leads back to its bytes; ``Candidate`` is one row of the ranking.
"""

from __future__ import annotations

from union_corpus.decoding.candidates import Candidate
from union_corpus.decoding.detection import detect_encoding
from union_corpus.decoding.documents import decode

__all__ = ["Candidate", "decode", "detect_encoding"]
