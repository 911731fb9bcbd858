"""
Words: the tokenizer with the union lexicon, stop words, and candidates for new terms.

Tokens are slices of the text, so that ``"".join(tokenize(text)) == text``. Traditional text is cut where its simplified
view would be cut, by rjieba where it is installed and by jieba (the same tokens, twenty times slower) where it is not.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from itertools import accumulate, pairwise
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from union_corpus.errors import LexiconError, MissingDependencyError
from union_corpus.lexicon import read_table, table
from union_corpus.scripts import simplify

Backend = Literal["rjieba", "jieba"]


def tokenize(text: str, lexicon: str | Path | Iterable[str] | None = None) -> list[str]:
    """
    The words of a text in order, punctuation and blanks among them; joined they give the text back.

    Terms of the union lexicon stay whole, and so do those of ``lexicon``, given as words or as the path of a ``.tsv``
    word list with a column ``term`` (and ``aliases``). A term is kept by weight, not by force: where the surrounding
    words claim its characters (the 建家 of 创建家园), they get them.

    >>> tokenize("全市集体合同签订率达到95.6%。")
    ['全市', '集体合同', '签订', '率', '达到', '95.6%', '。']
    >>> tokenize("工會創建職工之家")
    ['工會', '創建', '職工之家']
    >>> tokenize("参加云岭职工跟党走活动", ["云岭职工跟党走"])
    ['参加', '云岭职工跟党走', '活动']
    """
    return _tokenizer(lexicon).tokenize(text)


def terms(text: str, *, lexicon: str | Path | Iterable[str] | None = None) -> list[str]:
    """
    The words worth counting, in order and simplified: no punctuation, numbers, stop words or single characters.

    A term stands as it was written (职代会 and 职工代表大会 are two words here); ``find_themes`` brings them under one
    name. Taiwan wording of mainland reports is read as in ``simplify``. Latin words are in lower case; a word with a
    digit in it (2009, 20xx, 十二五 is none) is left out unless it also has a Han character.

    >>> terms("2009年，全縣各級工會認真召開職代會，簽訂集體契約120份。")
    ['全县', '工会', '召开', '职代会', '签订', '集体合同']
    """
    stop = stop_words()
    return [
        word.lower()
        for word in _tokenizer(lexicon).tokenize(simplify(text))
        if len(word) > 1 and word not in stop and _COUNTABLE.fullmatch(word) and not _NUMERAL.fullmatch(word)
    ]


# A word with a Han character, or of Latin letters alone.
_COUNTABLE = re.compile(r"(?=.*[㐀-鿿])\S+|[A-Za-z]{2,}")
# Numerals with what hangs on them: 一百二十, 第三, 两千多, 三分之一, 百分之, 十几.
_NUMERAL = re.compile(
    r"[第数近约逾]?[0-9０-９〇零○一二三四五六七八九十百千万亿两俩廿卅壹贰叁肆伍陆柒捌玖拾佰仟.．,%％]+[多余几来]?"
    r"|[一二三四五六七八九十百]+分之[一二三四五六七八九十百]*"
    r"|[几数][十百千万亿]+"
)


@cache
def stop_words() -> frozenset[str]:
    """Words too common in any Chinese text, or in this genre, to tell reports apart; from ``lexicon/stop_words.tsv``."""
    return frozenset(row["word"] for row in table("stop_words"))


@dataclass(frozen=True)
class Tokenizer:
    """
    A tokenizer with words of your own beside the union lexicon (without it if ``union_terms`` is False).

    ``new_words`` lets it join characters to words that no list has, as names are; without, they stand alone.

    >>> Tokenizer(lexicon=("晨曦护航",)).tokenize("晨曦护航行动")
    ['晨曦护航', '行动']
    """

    lexicon: tuple[str, ...] = ()
    union_terms: bool = True
    new_words: bool = True
    backend: Backend | None = None

    def tokenize(self, text: str) -> list[str]:
        """The words of a text in order; joined they give the text back."""
        if not text:
            return []
        view = simplify(text, taiwan_terms=False)
        readable = _UNREADABLE.sub("\ufffd", view) if _UNREADABLE.search(view) else view
        words = _cutter(self.lexicon, self.union_terms, self.backend or _backend())(readable, self.new_words)
        words = _with_ascii_runs(words)
        if readable is text or readable == text:
            return words
        ends = accumulate(map(len, words), initial=0)
        return [text[start:end] for start, end in pairwise(ends)]


# Characters that jieba cuts one by one while rjieba joins them (rare Han outside the first block), and lone surrogates,
# which no compiled library takes.
_UNREADABLE = re.compile("[\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U000323af]")

# ASCII within a text is cut by one rule of ours, for the two libraries differ: 2026-02-03, PM_2.5, 20xx-20xx.
_ASCII_WORDS = re.compile(r"\r\n|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?%?|[a-zA-Z0-9]+(?:\.[0-9]+)?%?|[\s\S]")


def _with_ascii_runs(words: list[str]) -> list[str]:
    """The words with each run of ASCII characters cut anew."""
    joined: list[str] = []
    run: list[str] = []
    for word in words:
        if word.isascii():
            run.append(word)
            continue
        if run:
            joined += _ASCII_WORDS.findall("".join(run)) if len(run) > 1 or len(run[0]) > 1 else run
            run = []
        joined.append(word)
    if run:
        joined += _ASCII_WORDS.findall("".join(run))
    return joined


def _tokenizer(lexicon: str | Path | Iterable[str] | None) -> Tokenizer:
    if lexicon is None:
        return _PLAIN
    return Tokenizer(lexicon=_words_of(lexicon))


_PLAIN = Tokenizer()


def _words_of(lexicon: str | Path | Iterable[str]) -> tuple[str, ...]:
    """The words of a user's lexicon: a list, or a ``.tsv`` file with the columns term and (if any) aliases."""
    if not isinstance(lexicon, str | Path):
        return tuple(dict.fromkeys(lexicon))
    words: dict[str, None] = {}
    for row in read_table(lexicon):
        if "term" not in row:
            raise LexiconError(f"{lexicon}: no column named term; the heading has {', '.join(row)}")
        words |= dict.fromkeys(word for word in [row["term"], *row.get("aliases", "").split("|")] if word)
    return tuple(words)


@cache
def union_terms() -> tuple[str, ...]:
    """All terms and aliases of ``lexicon/terms.tsv`` that are one word (no punctuation inside), in their order there."""
    words = (
        simplify(word, taiwan_terms=False)
        for row in table("terms")
        for word in [row["term"], *row["aliases"].split("|")]
    )
    return tuple(dict.fromkeys(word for word in words if _ONE_WORD.fullmatch(word)))


_ONE_WORD = re.compile(r"[\u4e00-\u9fd5A-Za-z0-9+]*[\u4e00-\u9fd5][\u4e00-\u9fd5A-Za-z0-9+]*")


# -- the two libraries --------------------------------------------------------------------------------------------


def _backend() -> Backend:
    if find_spec("rjieba") is not None:
        return "rjieba"
    if find_spec("jieba") is not None:
        return "jieba"
    raise MissingDependencyError("neither rjieba nor jieba is installed; pip install rjieba jieba")


# Each holds a dictionary of some 350,000 words, so only a few are kept.
@lru_cache(maxsize=4)
def _cutter(lexicon: tuple[str, ...], with_union_terms: bool, backend: Backend) -> Callable[[str, bool], list[str]]:
    """A function from text (and whether to guess new words) to words, with the added words weighed in."""
    own = [simplify(word, taiwan_terms=False) for word in lexicon]
    bad = next((word for word in own if not _ONE_WORD.fullmatch(word)), None)
    if bad is not None:
        raise LexiconError(f"{bad!r} cannot be kept as one word: a term needs a Han character, and no blank or punctuation")
    words = dict.fromkeys([*(union_terms() if with_union_terms else ()), *own])
    if backend == "rjieba":
        import rjieba

        fast = rjieba.Jieba()
        for word in words:
            fast.add_word(word, _frequency(word), None)
        return fast.cut  # type: ignore[no-any-return]
    slow = _quiet_jieba().Tokenizer()
    # What initialize() would do, without its messages and without a cache file in the temporary folder.
    slow.FREQ, slow.total = slow.gen_pfdict(slow.get_dict_file())
    slow.initialized = True
    for word in words:
        # rjieba takes the old count of a known word out of the total; jieba forgets to, and then differs in close calls.
        slow.total -= slow.FREQ.get(word, 0)
        slow.add_word(word, _frequency(word))
    return lambda text, new_words: slow.lcut(text, HMM=new_words)


def _frequency(word: str) -> int:
    """
    How often an added word is taken to occur, in jieba's count of 60 million words.

    Long terms are given more than any chance run of common words could reach; short ones about as much as 工会
    has, so that they do not break up their neighbours.
    """
    return 3_000 if len(word) == 2 else 50_000 if len(word) == 3 else 1_000_000


def _quiet_jieba() -> ModuleType:
    """jieba, imported without its log handler, its warnings, and pkg_resources (which it only tries)."""
    if "jieba" not in sys.modules:
        missing: Any = None
        before = sys.modules.get("pkg_resources", missing)
        sys.modules["pkg_resources"] = missing
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import jieba
        finally:
            if before is None:
                del sys.modules["pkg_resources"]
            else:
                sys.modules["pkg_resources"] = before
        jieba.default_logger.removeHandler(jieba.log_console)
    return sys.modules["jieba"]
