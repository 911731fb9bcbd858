"""
Which of its traditional forms a character takes: 發展 but 頭髮, 以後 but 皇后, and never 会.

The language model counts traditional characters as their simplified forms, so that it reads both kinds of text. Where
a text is known to be traditional, this tells the forms apart: how often each is the one that is written, and how that
changes with the character before and the one behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

# The log of how often a form stands that traditional texts do not write.
NOT_WRITTEN = -9.0


@dataclass(frozen=True)
class Spelling:
    """
    How likely each form of a character is, as logs.

    ``forms`` has the forms that are not a matter of course; ``before`` and ``after`` what a neighbour adds, by the
    simplified form of the one before and the form itself, or the form and the simplified form of the one behind.
    """

    folded: Mapping[str, str]
    forms: Mapping[str, float]
    before: Mapping[str, float]
    after: Mapping[str, float]

    def worth(self, history: str, char: str) -> float:
        """What the form of ``char`` costs after ``history``, and what ``char`` tells of the form before it."""
        worth = self.forms.get(char, 0.0)
        if not history:
            return worth
        last = history[-1]
        if worth:
            worth += self.before.get(self.folded.get(last, last) + char, 0.0)
        if last in self.forms:
            worth += self.after.get(last + self.folded.get(char, char), 0.0)
        return worth

    def worths(self, text: str) -> Iterable[float]:
        """``worth`` of every character of a text after those before it; the text begins at a line end."""
        return map(self.worth, "\n" + text, text)


def pack_spelling(spelling: Spelling) -> dict[str, NDArray[Any]]:
    """The arrays to store for a spelling; ``folded`` is the model's own."""
    import numpy as np

    arrays: dict[str, Any] = {}
    for name, costs in (("forms", spelling.forms), ("before", spelling.before), ("after", spelling.after)):
        arrays[f"spelling_{name}"] = np.frombuffer("".join(costs).encode("utf-16-le"), dtype=np.uint16)
        arrays[f"spelling_{name}_costs"] = np.array(list(costs.values()), dtype=np.float16)
    return arrays


def unpack_spelling(arrays: Mapping[str, NDArray[Any]], folded: Mapping[str, str]) -> Spelling:
    """The spelling that ``pack_spelling`` stored."""
    found = []
    for name, length in (("forms", 1), ("before", 2), ("after", 2)):
        string = arrays[f"spelling_{name}"].tobytes().decode("utf-16-le")
        keys = (string[at : at + length] for at in range(0, len(string), length))
        found.append(dict(zip(keys, arrays[f"spelling_{name}_costs"].astype(float).tolist(), strict=True)))
    return Spelling(folded, *found)
