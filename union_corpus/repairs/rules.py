"""What a repair rule is: a name, the family of damage it answers, and a function that finds edits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from union_corpus.documents import Edit, Problem


@dataclass(frozen=True)
class Rule:
    """
    One rule: ``find`` takes a text and gives edits in order, each with a confidence; it changes nothing.

    ``name`` is the same string in code, options, tables and documentation. A rule that ``takes_model`` can be given a
    language model (``find(text, model=…)``) that has also read the user's own clean reports.
    """

    name: str
    family: str
    find: Callable[..., list[Edit]]
    takes_model: bool = False


@dataclass(frozen=True)
class Detector:
    """Finds damage that nobody can repair: ``find`` takes a text and gives problems with their places."""

    name: str
    family: str
    find: Callable[[str], list[Problem]]
