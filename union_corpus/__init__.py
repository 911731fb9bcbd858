"""
union_corpus: clean, date and count Chinese trade-union (工会) reports.

>>> import union_corpus as uc
>>> uc.repair("工會(huì)召開(kāi)職代會(huì)").text
'工會召開職代會'

Importing reads no file and loads no model: each door opens its room when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from union_corpus import plots as plots
    from union_corpus.comparisons import compare_years as compare_years
    from union_corpus.corpus import Corpus as Corpus
    from union_corpus.corpus import load_corpus as load_corpus
    from union_corpus.corpus import open_corpus as open_corpus
    from union_corpus.decoding import decode as decode
    from union_corpus.decoding import detect_encoding as detect_encoding
    from union_corpus.documents import Document as Document
    from union_corpus.documents import Edit as Edit
    from union_corpus.documents import Problem as Problem
    from union_corpus.documents import RawFile as RawFile
    from union_corpus.documents import Repair as Repair
    from union_corpus.errors import UnionCorpusError as UnionCorpusError
    from union_corpus.exports import to_sdmx_csv as to_sdmx_csv
    from union_corpus.exports import to_wide as to_wide
    from union_corpus.indicators import Indicator as Indicator
    from union_corpus.indicators import find_indicators as find_indicators
    from union_corpus.keyness import keyness_frame as keyness_frame
    from union_corpus.numerals import Number as Number
    from union_corpus.numerals import find_numbers as find_numbers
    from union_corpus.repairs import diagnose as diagnose
    from union_corpus.repairs import repair as repair
    from union_corpus.scripts import simplify as simplify
    from union_corpus.segments import Segment as Segment
    from union_corpus.segments import segment as segment
    from union_corpus.themes import Theme as Theme
    from union_corpus.themes import find_themes as find_themes
    from union_corpus.tokens import tokenize as tokenize
    from union_corpus.topics import TopicModel as TopicModel

__version__ = "0.1.0"

# Public name → the room it lives in.
_DOORS = {
    "Corpus": "corpus",
    "Document": "documents",
    "Edit": "documents",
    "Indicator": "indicators",
    "Number": "numerals",
    "Problem": "documents",
    "RawFile": "documents",
    "Repair": "documents",
    "Segment": "segments",
    "Theme": "themes",
    "TopicModel": "topics",
    "UnionCorpusError": "errors",
    "compare_years": "comparisons",
    "decode": "decoding",
    "detect_encoding": "decoding",
    "diagnose": "repairs",
    "find_indicators": "indicators",
    "find_numbers": "numerals",
    "find_themes": "themes",
    "keyness_frame": "keyness",
    "load_corpus": "corpus",
    "open_corpus": "corpus",
    "repair": "repairs",
    "segment": "segments",
    "simplify": "scripts",
    "to_sdmx_csv": "exports",
    "to_wide": "exports",
    "tokenize": "tokens",
}

__all__ = [*sorted(_DOORS), "plots"]


def __getattr__(name: str) -> Any:
    if name == "plots":
        return import_module("union_corpus.plots")
    if name not in _DOORS:
        raise AttributeError(f"module 'union_corpus' has no attribute {name!r}")
    door = getattr(import_module(f"union_corpus.{_DOORS[name]}"), name)
    globals()[name] = door
    return door


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
