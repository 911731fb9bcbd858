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
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from io import StringIO
from itertools import groupby
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, cast

from union_corpus.documents import Document, text_of
from union_corpus.errors import LexiconError, MissingDependencyError
from union_corpus.lexicon import own_table, table
from union_corpus.scripts import simplify
from union_corpus.tables import INTEGER, NUMBER, TEXT, frame

if TYPE_CHECKING:
    import pandas as pd

Backend = Literal["rjieba", "jieba"]


def tokenize(text: str | Document, lexicon: str | Path | Iterable[str] | None = None) -> list[str]:
    """
    The words of a text in order, punctuation and blanks among them; joined they give the text back.

    Terms of the union lexicon stay whole, and so do those of ``lexicon``, given as words or as the path of a ``.tsv``
    word list with the columns term and aliases (or theme and forms, as ``find_themes`` reads them). A term is kept by weight, not by force: where the surrounding
    words claim its characters (the 建家 of 创建家园), they get them.

    >>> tokenize("全市集体合同签订率达到95.6%。")
    ['全市', '集体合同', '签订', '率', '达到', '95.6%', '。']
    >>> tokenize("工會創建職工之家")
    ['工會', '創建', '職工之家']
    >>> tokenize("参加云岭职工跟党走活动", ["云岭职工跟党走"])
    ['参加', '云岭职工跟党走', '活动']
    """
    return _tokenizer(lexicon).tokenize(text_of(text, "tokenize"))


def terms(text: str, *, lexicon: str | Path | Iterable[str] | None = None) -> list[str]:
    """
    The words worth counting, in order and simplified: no punctuation, numbers, stop words or single characters.

    A term stands as it was written (职代会 and 职工代表大会 are two words here); ``find_themes`` brings them under one
    name. Taiwan wording of mainland reports is read as in ``simplify``. Latin words are in lower case; a word with a
    digit in it (2009, 20xx, 十二五 is none) is left out unless it also has a Han character.

    >>> terms("2009年，全縣各級工會認真召開職代會，簽訂集體契約120份。")
    ['全县', '工会', '召开', '职代会', '签订', '集体合同']
    """
    if len(_COUNTED) > _MOST_COUNTED:
        _COUNTED.clear()
    return list(filter(None, map(_COUNTED.__getitem__, _tokenizer(lexicon).tokenize(simplify(text)))))


class _Counted(dict[str, str]):
    """Word → the word as it is counted, empty for one that is not; looked up a million times a second, told once."""

    def __missing__(self, word: str) -> str:
        counted = len(word) > 1 and word not in stop_words() and _COUNTABLE.fullmatch(word)
        self[word] = told = word.lower() if counted and not _NUMERAL.fullmatch(word) else ""
        return told


_COUNTED = _Counted()
_MOST_COUNTED = 1 << 17


# A word with a Han character, or of Latin letters alone that are no mask (xx, XXX); no piece of 锟斤拷, which is lost text.
_COUNTABLE = re.compile(r"(?!.*(?:锟斤|斤拷|拷锟))(?=.*[㐀-鿿])\S+|(?![xX]+$)[A-Za-z]{2,}")
# Numerals with what hangs on them: 一百二十, 第三, 两千多, 三分之一, 百分之, 十几.
_NUMERAL = re.compile(
    r"[第数近约逾]?[0-9０-９〇零○一二三四五六七八九十百千万亿两俩廿卅壹贰叁肆伍陆柒捌玖拾佰仟.．,%％]+[多余几来]?"
    r"|[一二三四五六七八九十百]+分之[一二三四五六七八九十百]*"
    r"|[几数][十百千万亿]+|第[0-9一二三四五六七八九十百]+[次届个名批期条章节]"
)


@cache
def stop_words() -> frozenset[str]:
    """Words too common in any Chinese text, or in this genre, to tell reports apart; from ``lexicon/stop_words.tsv``."""
    return frozenset(row["word"] for row in table("stop_words"))


@cache
def _function_words() -> frozenset[str]:
    return frozenset(row["word"] for row in table("stop_words") if row["kind"] == "common")


def reports_of(docs: Iterable[str | Document] | str | Document) -> Iterable[str | Document]:
    """
    What is counted of the documents given: of a corpus its reports, not the compilations they were cut from as well.

    >>> reports_of("一篇")
    ['一篇']
    """
    if isinstance(docs, str | Document):
        return [docs]
    reports: Iterable[str | Document] = getattr(docs, "reports", docs)
    return reports


@dataclass(frozen=True)
class Tokenizer:
    """
    A tokenizer with words of your own beside the union lexicon (without it if ``union_terms`` is False).

    ``new_words`` lets it join characters to words that no list has, as names are; without, they stand alone.

    ``lexicon`` is given as in ``tokenize``; the tokenizer keeps its words as a tuple.

    >>> Tokenizer(lexicon=["晨曦护航"]).tokenize("晨曦护航行动")
    ['晨曦护航', '行动']
    """

    lexicon: str | Path | Iterable[str] = ()
    union_terms: bool = True
    new_words: bool = True
    backend: Backend | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "lexicon", _words_of(self.lexicon))

    def tokenize(self, text: str) -> list[str]:
        """The words of a text in order; joined they give the text back."""
        if not text:
            return []
        view = simplify(text, taiwan_terms=False)
        words = self.cut(view)
        if (view is text or view == text) and not _UNREADABLE.search(text):
            return words
        # Slices of the text, read off one after the other; newline="" leaves line ends as they are.
        return list(map(StringIO(text, newline="").read, map(len, words)))

    def cut(self, plain: str) -> list[str]:
        """The words of a text in simplified characters, as the library reads it: with a sign for what it cannot read."""
        cutter = _cutter(cast(tuple[str, ...], self.lexicon), self.union_terms, self.backend or _backend())
        readable = _UNREADABLE.sub("\ufffd", plain) if _UNREADABLE.search(plain) else plain
        return _with_ascii_runs(cutter(readable, self.new_words))


# Characters that jieba cuts one by one while rjieba joins them (rare Han outside the first block), and lone surrogates,
# which no compiled library takes.
_UNREADABLE = re.compile("[\u3400-\u4dbf\u9fd6-\u9fff\uf900-\ufaff\ud800-\udfff\U00020000-\U000323af]")

# ASCII within a text is cut by one rule of ours, for the two libraries differ: 2026-02-03, PM_2.5, 20xx-20xx.
_ASCII_WORDS = re.compile(r"\r\n|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?%?|[a-zA-Z0-9]+(?:\.[0-9]+)?%?|[\s\S]")


def _with_ascii_runs(words: list[str]) -> list[str]:
    """The words with each run of ASCII characters cut anew."""
    joined: list[str] = []
    for is_ascii, run in groupby(words, str.isascii):
        if is_ascii:
            letters = "".join(run)
            joined += _ASCII_WORDS.findall(letters) if len(letters) > 1 else letters
        else:
            joined += run
    return joined


def _tokenizer(lexicon: str | Path | Iterable[str] | None) -> Tokenizer:
    if lexicon is None:
        return _PLAIN
    return Tokenizer(lexicon=lexicon)


def _words_of(lexicon: str | Path | Iterable[str]) -> tuple[str, ...]:
    """The words of a user's lexicon: a list as it is, or what is one word in a ``.tsv`` file of terms or themes."""
    if not isinstance(lexicon, str | Path):
        return tuple(dict.fromkeys(lexicon))
    words: dict[str, None] = {}
    for row in own_table(lexicon):
        name = row.get("term") or row.get("theme")
        if name is None and "indicator" not in row:
            raise LexiconError(f"{lexicon}: no column named term or theme; the heading has {', '.join(row)}")
        forms = (row.get("aliases") or row.get("forms") or "").split("|")
        words |= dict.fromkeys(word for word in [name or "", *forms] if name and is_one_word(word))
    return tuple(words)


_PLAIN = Tokenizer()


@cache
def union_terms() -> tuple[str, ...]:
    """All terms and aliases of ``lexicon/terms.tsv`` that are one word (no punctuation inside), in their order there."""
    words = (
        simplify(word, taiwan_terms=False)
        for row in table("terms")
        for word in [row["term"], *row["aliases"].split("|")]
    )
    return tuple(dict.fromkeys(word for word in words if is_one_word(word)))


@cache
def longer_forms(term: str) -> frozenset[str]:
    """
    The term itself, and the forms of the same union term that contain it, each of which is one token.

    >>> sorted(longer_forms("送清凉"))
    ['夏送清凉', '送清凉']
    >>> sorted(longer_forms("工会"))
    ['工会']
    """
    rows = ([row["term"], *row["aliases"].split("|")] for row in table("terms"))
    family = {term}.union(*(forms for forms in rows if term in forms))
    return frozenset(form for form in family if term in form and is_one_word(form))


def is_one_word(term: str) -> bool:
    """
    True for a term that the tokenizer can keep whole: Han characters, Latin letters and digits without a break.

    >>> is_one_word("QC小组"), is_one_word("中国梦·劳动美"), is_one_word("12351")
    (True, False, False)
    """
    return _ONE_WORD.fullmatch(term) is not None


_ONE_WORD = re.compile(r"[\u4e00-\u9fd5A-Za-z0-9+]*[\u4e00-\u9fd5][\u4e00-\u9fd5A-Za-z0-9+]*")


# -- new terms ----------------------------------------------------------------------------------------------------

NEW_TERMS = {
    "term": TEXT,
    "count": INTEGER,
    "n_docs": INTEGER,
    "npmi": NUMBER,
    "left_entropy": NUMBER,
    "right_entropy": NUMBER,
    "score": NUMBER,
}
_LONGEST_TERM = 4  # tokens


def new_terms_frame(
    texts: Iterable[str | Document], *, min_count: int = 3, known: Iterable[str] | None = None
) -> pd.DataFrame:
    """
    Words and phrases that the texts use as terms and the lexicon does not have, best first, for a person to accept.

    A candidate is a run of up to four words, or one word that no dictionary has, found at least ``min_count`` times.
    ``npmi`` tells how firmly its parts hold together (1: never apart), the entropies (in nats) how freely the words
    before and after it change; ``score`` is npmi times the smaller entropy. Candidates that are ``known`` (by default
    the union lexicon; ``()`` for none) are left out. Everything is simplified first, so 職代會 and 职代会 count together.

    Columns: term, count, n_docs, npmi, left_entropy, right_entropy, score.

    >>> reports = ["组织晨曦护航行动。", "开展晨曦护航宣讲，", "推广晨曦护航经验", "把晨曦护航做实", "看晨曦护航成效"]
    >>> new_terms_frame(reports).term.tolist()
    ['晨曦护航']
    """
    from union_corpus.word_runs import Run, WordRuns

    words, stream, ends = _numbered_words(texts)
    runs = WordRuns(stream, ends, longest=_LONGEST_TERM, min_count=min_count)
    stop, left_out = stop_words(), frozenset(union_terms() if known is None else known)
    # The same term may be cut in two ways; its counts and neighbours are taken together.
    cuts: dict[str, list[Run]] = {}
    for run, spelling in runs:
        parts = [words[at] for at in spelling]
        if _may_be_term(parts, stop) and (term := "".join(parts)) not in left_out:
            cuts.setdefault(term, []).append(run)
    surroundings = zip(*(column.tolist() for column in runs.surroundings([*cuts.values()])), strict=True)
    rows = []
    for (term, same), (n_docs, left, right) in zip(cuts.items(), surroundings, strict=True):
        npmi = runs.npmi(max(same, key=lambda run: (runs.count(run), run.size)))
        rows.append((term, sum(map(runs.count, same)), n_docs, npmi, left, right, npmi * min(left, right)))
    # One that always has the same word on one side comes last (it may be a piece of a longer term), not never.
    rows.sort(key=lambda row: (-row[-1], -row[3] * max(row[4], row[5]), -row[1], row[0]))
    return frame((row for row in rows if row[3] > 0 and max(row[4], row[5]) > 0), NEW_TERMS)


def _numbered_words(texts: Iterable[str | Document]) -> tuple[list[str], list[int], list[int]]:
    """The different words of all texts, the texts as numbers of words (see ``WordRuns``), and where each text ends."""
    tokenizer = Tokenizer(union_terms=False)
    numbers: dict[str, int] = {"": 0}
    stream, ends = [0], []
    for one in reports_of(texts):
        for word in tokenizer.tokenize(simplify(one)):
            if _HAN.fullmatch(word):
                stream.append(numbers.setdefault(word, len(numbers)))
            elif not word.isspace():
                stream.append(0)
        stream.append(0)
        ends.append(len(stream))
    return list(numbers), stream, ends


_HAN = re.compile("[\u4e00-\u9fd5]+")
# What a phrase may end with though it tells nothing by itself: 宣教工作, 读书活动.
_MAY_END = frozenset({"工作", "活动", "作用", "方式", "总结"})
# A counter at the end belongs to a number that was blanked: 劳动保护监督员人, 合格职工之家个.
_COUNTERS = frozenset("个项名件条次份户人元期场")


def _may_be_term(parts: list[str], stop: frozenset[str]) -> bool:
    """True for words that could be a term together: no stop word at an end, no numeral, no word of the dictionary."""
    if not parts or sum(map(len, parts)) < 2 or (_NUMERAL.fullmatch(parts[0]) and len(parts) == 1):
        return False
    if parts[0] in stop or (parts[-1] in stop and (len(parts) == 1 or parts[-1] not in _MAY_END)):
        return False
    if len(parts) > 1 and (parts[-1] in _COUNTERS or any(part in _function_words() for part in parts[1:-1])):
        return False
    return len(parts) > 1 or len(parts[0]) > 2 or not _in_dictionary(parts[0])


# -- the two libraries --------------------------------------------------------------------------------------------


def _backend() -> Backend:
    if find_spec("rjieba") is not None:
        with suppress(ImportError):
            import rjieba  # noqa: F401  (a wheel for another machine is found, but cannot be imported)

            return "rjieba"
    if find_spec("jieba") is not None:
        return "jieba"
    raise MissingDependencyError("neither rjieba nor jieba is installed; pip install rjieba jieba")


def _in_dictionary(word: str) -> bool:
    """True for a word of jieba's own dictionary."""
    if _backend() == "rjieba":
        import rjieba

        return bool(rjieba.has_word(word))
    return bool(_base_frequencies().get(word))


@cache
def _base_frequencies() -> dict[str, int]:
    slow = _quiet_jieba().Tokenizer()
    frequencies: dict[str, int] = slow.gen_pfdict(slow.get_dict_file())[0]
    return frequencies


# Each holds a dictionary of some 350,000 words, so only a few are kept.
@lru_cache(maxsize=4)
def _cutter(lexicon: tuple[str, ...], with_union_terms: bool, backend: Backend) -> Callable[[str, bool], list[str]]:
    """A function from text (and whether to guess new words) to words, with the added words weighed in."""
    own = [simplify(word, taiwan_terms=False) for word in lexicon]
    bad = next((word for word in own if not is_one_word(word)), None)
    if bad is not None:
        raise LexiconError(
            f"{bad!r} cannot be kept as one word: a term needs a Han character, and no blank or punctuation"
        )
    words = dict.fromkeys([*(union_terms() if with_union_terms else ()), *own])
    if backend == "rjieba":
        import rjieba

        if not words:
            return rjieba.cut
        fast = rjieba.Jieba()
        for word in words:
            fast.add_word(word, _frequency(word), None)
        return fast.cut
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

    Enough to hold together against its own parts; not so much that it tears words of its neighbours (总工会主席 is
    总工会 and 主席, so three characters weigh more than four), nor that all of them together shift the total.
    """
    return 5_000 if len(word) == 2 else 50_000 if len(word) == 3 else 20_000


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
