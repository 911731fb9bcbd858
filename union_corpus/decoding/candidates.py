"""One answer to the question what bytes are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """
    One answer to "what are these bytes?": an encoding for the bytes ``start:end``, with its evidence.

    ``encoding`` is a name that Python's codecs know, or None where the bytes are not text. ``score`` is the chance,
    from 0 to 1, that the answer is right; ``reason`` says in words what speaks for it, ``evidence`` from where:
    ``form`` (marks and signatures, or the only way the bytes can be read), ``bits`` (what they cost under each
    encoding), ``mark`` (a byte-order mark that counts), ``chardet`` (the second opinion).
    """

    encoding: str | None
    start: int
    end: int
    score: float
    reason: str
    evidence: tuple[str, ...] = ("form",)
