"""
Traditional and simplified characters, and the Taiwan wording that a converting machine left in mainland reports.

Conversion is a view taken while analysing: it never replaces a document's text. Simplifying characters keeps
every place (one character for one), so whatever is found in the simplified view stands at the same place in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from union_corpus.documents import Document, Edit, Repair, Span, text_of
from union_corpus.errors import MissingDependencyError
from union_corpus.lexicon import table
from union_corpus.searches import Search, word_search

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Script = Literal["simplified", "traditional", "mixed", "other"]
Origin = Literal["mainland", "taiwan", "unknown"]

# Characters converted at a time: the working arrays of one piece stay inside the processor's cache.
_CHUNK = 1 << 15
# A heading is looked through for characters of the tables sooner than it is put into an array.
_SHORT = 200


def simplify(text: str | Document, *, taiwan_terms: bool = True) -> str:
    """
    The text in simplified characters, and with mainland wording where a machine put Taiwan wording into it.

    Characters and phrases follow OpenCC's t2s tables exactly. With ``taiwan_terms`` two things come on top, each of
    which ``taiwan_replacements`` lists: the particle 著, which mainland texts write 着, and a short list of words
    (網路, 契約, 民眾, 最佳化 …). The words are touched only in traditional text that speaks of mainland bodies; a
    genuine Taiwan or Hong Kong report keeps 民眾 and 契約, only in simplified characters. Simplified text comes
    back as it is.

    >>> simplify("工會召開職代會,密切聯繫民眾,簽訂集體契約")
    '工会召开职代会,密切联系群众,签订集体合同'
    >>> simplify("依工會法第五條,產業工會得締結團體協約,服務民眾")
    '依工会法第五条,产业工会得缔结团体协约,服务民众'
    >>> simplify("圍繞著中心任務,成績顯著")
    '围绕着中心任务,成绩显著'
    """
    text = text_of(text, "simplify")
    return simplify_view(text).text if taiwan_terms else _simplified(text)


@dataclass(frozen=True)
class SimplifiedView:
    """
    A text read in simplified characters: ``text``, and ``span`` to walk back to the text it was taken from.

    ``edits`` are the places where wording (not only characters) was changed, as in ``taiwan_replacements``.
    """

    text: str
    edits: tuple[Edit, ...] = ()

    def span(self, start: int, end: int) -> Span:
        """The span of the text given that is read as ``view.text[start:end]``, grown to whole words where it cuts one."""
        return self._repair.span_before(start, end) if self.edits else (start, end)

    @cached_property
    def _repair(self) -> Repair:
        return Repair("simplify", self.edits)


def simplify_view(text: str, *, taiwan_terms: bool = True) -> SimplifiedView:
    """
    The simplified reading of a text with the way back: ``view.text``, ``view.span(start, end)``.

    >>> view = simplify_view("職工透過網際網路參加竞赛,總工會滿意")
    >>> view.text
    '职工透过互联网参加竞赛,总工会满意'
    >>> view.span(4, 7)
    (4, 8)
    """
    plain = _simplified(text)
    edits = _wording(text, plain) if taiwan_terms else ()
    if not edits:
        return SimplifiedView(plain)
    pieces, done = [], 0
    for edit in edits:
        pieces += [plain[done : edit.start], edit.after]
        done = edit.end
    pieces.append(plain[done:])
    return SimplifiedView("".join(pieces), edits)


def taiwan_replacements(text: str) -> list[Edit]:
    """
    Where ``simplify`` reads a mainland word for a Taiwan one, or 着 for 著: ``before`` as printed, ``after`` simplified.

    Empty for simplified text. A word is left alone where the report itself also uses the mainland word: then no
    machine has exchanged it.

    >>> taiwan_replacements("總工會回響號召")
    [Edit(start=3, before='回響', after='响应', confidence=0.9)]
    >>> taiwan_replacements("總工會回響群眾呼聲,激起熱烈回響")
    [Edit(start=3, before='回響', after='响应', confidence=0.9)]
    >>> taiwan_replacements("依勞動部規定,事業單位簽訂勞動契約")
    []
    """
    return list(_wording(text, _simplified(text)))


def detect_script(text: str) -> Script:
    """
    "simplified", "traditional", "mixed" or "other" (no Chinese, or Japanese).

    Counted are only the characters that exist in one of the two scripts. A text is mixed when the rarer script makes
    up a tenth of them. Chinese without any such character (工人日報社長 has one, 工人文化 has none) reads the same in
    both and is called simplified.

    >>> detect_script("職工代表大會"), detect_script("职工代表大会"), detect_script("Annual report 2009")
    ('traditional', 'simplified', 'other')
    >>> detect_script("职工代表大會审议了集體合同")
    'mixed'
    """
    traditional, simplified, han, kana = _script_counts(text)
    if not han or kana * 5 > han:
        return "other"
    if not traditional + simplified:
        return "simplified"
    if 10 * min(traditional, simplified) >= traditional + simplified:
        return "mixed"
    return "traditional" if traditional > simplified else "simplified"


def detect_origin(text: str) -> Origin:
    """
    Where a Chinese text comes from by the bodies and laws it names: "mainland", "taiwan" (Hong Kong and Macau
    with it) or "unknown".

    Different words count, not how often each is used; a side must have twice as many as the other. The words are
    in ``lexicon/taiwan_terms.tsv``, and work in either script.

    >>> detect_origin("市總工會召開職代會"), detect_origin("工會依勞動基準法與資方協商"), detect_origin("今天天氣好")
    ('mainland', 'taiwan', 'unknown')
    """
    return _origin(_simplified(text))


# -- levelling: what layout and quotation put inside a term -------------------------------------------------------

# Blanks, quotation marks, interpuncts and line ends are passed over.
_IGNORED_RUN = re.compile("[\\s\u200b\ufeff“”‘’\"'「」『』〝〞＂＇·•・‧●﹒]+")
# One quotation ends and the next begins: “职工”“工资” are two terms.
_TWO_QUOTATIONS = re.compile(r"[”’」』]\s*[“‘「『]")
# An empty line never stands inside a term, nor does a long gap.
_LONGEST_GAP = 6


@dataclass(frozen=True)
class LevelledView:
    """
    A simplified reading with blanks, quotation marks, interpuncts and line ends taken out, for looking up terms.

    ``span`` walks back to the text. Nothing should be found across an empty line or a long gap: there it gives None.
    """

    text: str
    view: SimplifiedView
    starts: tuple[int, ...]  # places in the levelled text where a new stretch begins …
    origins: tuple[int, ...]  # … and where that stretch begins in the simplified view
    gaps: tuple[int, ...]  # places in the levelled text that no term reaches across

    def span(self, start: int, end: int) -> Span | None:
        """The span in the text given that is read as ``level.text[start:end]``; None where it reaches across a gap."""
        gap = bisect_right(self.gaps, start)
        if gap < len(self.gaps) and self.gaps[gap] < end:
            return None
        return self.view.span(self._origin(start), self._origin(end - 1) + 1)

    def _origin(self, place: int) -> int:
        at = bisect_right(self.starts, place) - 1
        return self.origins[at] + place - self.starts[at]


def level_view(text: str) -> LevelledView:
    """
    A text as terms are looked up in it: simplified, and without what layout and quotation put inside them.

    >>> level = level_view("參加“安康\\n杯”競賽")
    >>> level.text, level.span(2, 7)
    ('参加安康杯竞赛', (3, 10))
    """
    view = simplify_view(text)
    pieces: list[str] = []
    starts, origins, gaps = [0], [0], []
    length = done = 0
    for found in _IGNORED_RUN.finditer(view.text):
        low, high = found.span()
        pieces.append(view.text[done:low])
        length += low - done
        done = high
        starts.append(length)
        origins.append(high)
        if high - low > 1:
            blank = found.group()
            lines = blank.count("\n") + blank.count("\r") - blank.count("\r\n")
            if high - low > _LONGEST_GAP or lines > 1 or _TWO_QUOTATIONS.search(blank):
                gaps.append(length)
    pieces.append(view.text[done:])
    return LevelledView("".join(pieces), view, tuple(starts), tuple(origins), tuple(gaps))


def levelled(form: str) -> str:
    """
    A term as it is looked up in ``level_view(text).text``: its characters simplified, its quotation marks taken off.

    >>> levelled("“安康杯”競賽")
    '安康杯竞赛'
    """
    return _IGNORED_RUN.sub("", _simplified(form))


# -- characters and phrases ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _T2S:
    """OpenCC's t2s tables, ready for one pass."""

    code: NDArray[np.uint32]  # character → simplified character
    trigger: NDArray[np.bool_]  # True for characters that some phrase reads otherwise than the table of characters
    read_otherwise: frozenset[str]  # characters that the tables change, alone or in a phrase
    phrases: dict[str, str]
    by_trigger: dict[str, tuple[tuple[str, int], ...]]  # character → phrases, and where in them it stands
    by_first: dict[str, tuple[str, ...]]  # character → phrases that begin with it
    longest: int
    kind: NDArray[np.uint8]  # 1 only traditional, 2 only simplified, 0 both or neither; Han +4, kana 8


def _simplified(text: str) -> str:
    """OpenCC's t2s, character for character: the result is always as long as the text."""
    if text.isascii():
        return text
    import numpy as np

    tables = _t2s()
    if len(text) <= _SHORT and tables.read_otherwise.isdisjoint(text):
        return text
    pieces: list[str] = []
    triggers: list[int] = []
    for at in range(0, len(text), _CHUNK):
        piece = text[at : at + _CHUNK]
        codes = np.frombuffer(piece.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        pieces.append(tables.code[codes].tobytes().decode("utf-32-le", "surrogatepass"))
        triggers += (np.flatnonzero(tables.trigger[codes]) + at).tolist()
    plain = "".join(pieces)
    if not triggers:
        return plain
    pieces, done = [], 0
    for start, phrase in _phrases(text, triggers, tables):
        pieces += [plain[done:start], tables.phrases[phrase]]
        done = start + len(phrase)
    pieces.append(plain[done:])
    return "".join(pieces)


def _phrases(text: str, triggers: Sequence[int], tables: _T2S) -> list[tuple[int, str]]:
    """The phrases that OpenCC reads as a whole: among overlapping ones the longest first, then the leftmost."""
    found: list[tuple[int, str]] = []
    done = 0
    for trigger in triggers:
        if trigger < done:
            continue
        candidates = tables.by_trigger[text[trigger]]
        if not any(text.startswith(phrase, trigger - at) for phrase, at in candidates if at <= trigger):
            continue
        cluster = _cluster(text, trigger, tables)
        low = min(start for start, _ in cluster)
        done = max(start + len(phrase) for start, phrase in cluster)
        free = bytearray(b"\1") * (done - low)
        taken: list[tuple[int, str]] = []
        for start, phrase in sorted(cluster, key=lambda one: (-len(one[1]), one[0])):
            span = slice(start - low, start - low + len(phrase))
            if all(free[span]):
                free[span] = bytes(len(phrase))
                taken.append((start, phrase))
        found += sorted(taken)
    return found


def _cluster(text: str, place: int, tables: _T2S) -> list[tuple[int, str]]:
    """All phrases of the table that stand over ``place``, and those that overlap with these, and so on."""
    cluster: list[tuple[int, str]] = []
    low, high = place, place + 1
    # Starts still to be looked at: those from which a phrase could reach into the cluster.
    starts = [range(max(0, low - tables.longest + 1), high)]
    while starts:
        before = low, high
        for start in (start for some in starts for start in some if start < len(text)):
            for phrase in tables.by_first.get(text[start], ()):
                if start + len(phrase) > before[0] and text.startswith(phrase, start):
                    cluster.append((start, phrase))
                    low, high = min(low, start), max(high, start + len(phrase))
        starts = [range(before[1], high)] if high > before[1] else []
        if low < before[0]:
            # Some of these were looked at before, for phrases that reach farther; the doubles go at the end.
            starts.append(range(max(0, low - tables.longest + 1), before[0]))
    return list(dict.fromkeys(cluster))


@cache
def _t2s() -> _T2S:
    import numpy as np

    characters = _opencc_table("TSCharacters")
    phrases = {word: readings[0] for word, readings in _opencc_table("TSPhrases").items()}
    uneven = [word for word, reading in phrases.items() if len(word) != len(reading)]
    uneven += [word for word, readings in characters.items() if len(word) != 1 or len(readings[0]) != 1]
    if uneven:
        raise MissingDependencyError(
            f"the t2s tables of the installed opencc change the length of {', '.join(uneven[:5])}; {_MEND}"
        )
    code = np.arange(0x110000, dtype="<u4")
    kind = np.zeros(0x110000, dtype=np.uint8)
    for word, readings in characters.items():
        code[ord(word)] = ord(readings[0])
        kind[ord(word)] = word not in readings
    for word, readings in _opencc_table("STCharacters").items():
        if word not in readings and word not in characters:
            kind[ord(word)] = 2
    for first, last in ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF)):
        kind[first : last + 1] += 4
    kind[0x3041:0x30FB] = 8

    by_trigger: dict[str, list[tuple[str, int]]] = {}
    for phrase, reading in phrases.items():
        for at, (character, read) in enumerate(zip(phrase, reading, strict=True)):
            if code[ord(character)] != ord(read):
                by_trigger.setdefault(character, []).append((phrase, at))
    trigger = np.zeros(0x110000, dtype=np.bool_)
    trigger[[ord(character) for character in by_trigger]] = True
    by_first: dict[str, list[str]] = {}
    for phrase in phrases:
        by_first.setdefault(phrase[0], []).append(phrase)
    return _T2S(
        code,
        trigger,
        frozenset(by_trigger).union(word for word, readings in characters.items() if readings[0] != word),
        phrases,
        {character: tuple(found) for character, found in by_trigger.items()},
        {character: tuple(found) for character, found in by_first.items()},
        max(map(len, phrases)),
        kind,
    )


_MEND = (
    "pip uninstall OpenCC opencc-python-reimplemented, then pip install opencc-python-reimplemented "
    "(the packages share the import name opencc)"
)


def _opencc_table(name: str) -> dict[str, list[str]]:
    """One of OpenCC's dictionaries, read from the installed package without importing it: word → its readings."""
    try:
        spec = find_spec("opencc")
    except ValueError as error:  # something under that name was put into sys.modules by hand
        raise MissingDependencyError(f"what is imported as opencc is not a package; {_MEND}") from error
    if spec is None or not spec.submodule_search_locations:
        raise MissingDependencyError("opencc is not installed; pip install opencc-python-reimplemented")
    for folder in spec.submodule_search_locations:
        path = Path(folder, "dictionary", f"{name}.txt")
        if path.is_file():
            lines = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if "\t" in line)
            return {word: readings.split(" ") for word, readings in lines}
    raise MissingDependencyError(f"the opencc found in {folder} has no dictionary/{name}.txt; {_MEND}")


def _script_counts(text: str) -> tuple[int, int, int, int]:
    """How many characters are only traditional, only simplified, Han at all, kana."""
    if text.isascii():
        return 0, 0, 0, 0
    import numpy as np

    kinds = _t2s().kind
    counts = np.zeros(16, dtype=np.int64)
    for at in range(0, len(text), _CHUNK):
        codes = np.frombuffer(text[at : at + _CHUNK].encode("utf-32-le", "surrogatepass"), dtype="<u4")
        counts += np.bincount(kinds[codes], minlength=16)
    return int(counts[5]), int(counts[6]), int(counts[4:8].sum()), int(counts[8])


# -- wording ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Wording:
    """``lexicon/taiwan_terms.tsv`` made ready: all of it in simplified characters, found in the simplified view."""

    evidence: Search
    sides: tuple[tuple[str, str], ...]  # (kind, word) by the number the search gives
    words: Search
    readings: tuple[str | None, ...]  # what a found word is read as; None where it stays
    signs: dict[str, tuple[str, ...]]  # mainland word → words that show no machine has exchanged it; 着 has none


@cache
def _words() -> _Wording:
    rows = table("taiwan_terms")
    sides = tuple((row["kind"], row["term"]) for row in rows if row["kind"] in ("mainland", "taiwan"))
    # Words in which a term stands by chance, and words written with 著, are found first and stay.
    readings: dict[str, str | None] = {"著": "着"}
    signs: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row["kind"] == "replace":
            readings[row["term"]] = row["mainland"]
            signs[row["mainland"]] = tuple(filter(None, row["unless_used"].split("|")))
            readings |= dict.fromkeys(filter(None, row["not_in"].split("|")))
        elif row["kind"] == "zhu":
            readings[row["term"]] = None
        elif row["kind"] == "zhe":
            readings[row["term"]] = row["mainland"]
    return _Wording(
        word_search([word for _, word in sides]), sides, word_search(list(readings)), tuple(readings.values()), signs
    )


def _origin(plain: str) -> Origin:
    words = _words()
    found = {words.sides[number] for number in {number for number, _, _ in words.evidence(plain)}}
    mainland = sum(kind == "mainland" for kind, _ in found)
    taiwan = len(found) - mainland
    if mainland >= 2 * taiwan and mainland:
        return "mainland"
    return "taiwan" if taiwan >= 2 * mainland and taiwan else "unknown"


def _wording(text: str, plain: str) -> tuple[Edit, ...]:
    """The edits of ``taiwan_replacements``, given the text and its t2s reading."""
    if text == plain:
        return ()
    script = detect_script(text)
    if script not in ("traditional", "mixed"):
        return ()
    words = _words()
    found = [(words.readings[number], start, end) for number, start, end in words.words(plain)]
    exchanged = {reading for reading, _, _ in found if reading in words.signs}
    if exchanged and _origin(plain) != "mainland":
        exchanged.clear()
    exchanged = {reading for reading in exchanged if not any(sign in plain for sign in words.signs[reading])}
    return tuple(
        Edit(start, text[start:end], reading, 0.9 if reading in words.signs else 0.95)
        for reading, start, end in found
        if reading is not None
        if reading in exchanged or reading not in words.signs
        if script == "traditional" or _reads_traditional(text, start, end)
    )


# In a text of both scripts a word is read by the characters this near to it: about a clause.
_CLAUSE = 12


def _reads_traditional(text: str, start: int, end: int) -> bool:
    traditional, simplified, _, _ = _script_counts(text[max(0, start - _CLAUSE) : end + _CLAUSE])
    return traditional > simplified
