"""
The second opinion: chardet, which knows far more encodings, is the judge of what is not Chinese.

It is asked only where our own race is not sure of a Chinese answer, so that it costs nothing on Chinese files. Of 147
pieces of 100 bytes in 21 foreign encodings (tests/quality/foreign_texts.tsv) it reads all but one, our own race 101;
of 13 sentences made afterwards one (French taken for Hungarian) was misread.
"""

from __future__ import annotations

import codecs
from dataclasses import replace

from union_corpus.decoding.candidates import Candidate
from union_corpus.decoding.hypotheses import CHINESE

CHINESE_NAMES = frozenset((*CHINESE, "euc_tw", "hz", "iso2022_cn"))
# A Chinese answer this sure needs no second opinion.
SURE_SCORE = 0.95
# How much of the chance that bytes are foreign goes to the encoding that chardet names.
SHARE = 0.97
# Names that stand for less than what files so called hold, and Chinese names that we know by the codec that reads them.
WIDER = {
    "iso8859-1": "cp1252", "euc_kr": "cp949", "shift_jis": "cp932", "tis-620": "cp874", "iso8859-11": "cp874",
    "gb2312": "gb18030", "gbk": "gb18030", "big5": "cp950", "big5hkscs": "cp950",
}  # fmt: skip
# How much of a text may be unreadable in the encoding that chardet names.
MOST_LOST = 0.01


def with_second_opinion(data: bytes, ranked: list[Candidate]) -> list[Candidate]:
    """
    The same answers, with what chardet says of the bytes (or of windows of them) where none is surely Chinese.

    A foreign encoding that chardet names comes before ours; where we hold the bytes for Chinese, or for no text at
    all, it comes first only if it is likelier. A Chinese one that it names is evidence for our answer, no more:
    chardet calls many foreign snippets Chinese and many short Chinese ones foreign.
    """
    best = ranked[0]
    if best.encoding in CHINESE_NAMES and best.score >= SURE_SCORE:
        return ranked
    name, confidence = _named(data)
    if name is None:
        return ranked
    agreed = [replace(one, evidence=(*one.evidence, "chardet")) if one.encoding == name else one for one in ranked]
    if name in CHINESE_NAMES:
        return agreed
    known = next((one for one in agreed if one.encoding == name), None)
    foreign = sum(one.score for one in ranked if _is_foreign(one))
    reason = f"named by chardet ({confidence:.2f})" + (f", {known.reason}" if known else "")
    evidence = known.evidence if known else ("chardet",)
    judged = Candidate(name, best.start, best.end, max(confidence, foreign * SHARE), reason, evidence)
    others = (one for one in agreed if one is not known)
    less = (replace(one, score=one.score * (1 - SHARE)) if _is_foreign(one) else one for one in others)
    return sorted([judged, *less], key=lambda one: -one.score)


def _is_foreign(one: Candidate) -> bool:
    return one.encoding is not None and one.encoding not in CHINESE_NAMES


def _named(data: bytes) -> tuple[str | None, float]:
    """The codec that reads what chardet names, None where it names nothing that reads the bytes, and its confidence."""
    import chardet

    found = chardet.detect(data)
    try:
        name = codecs.lookup(found["encoding"] or "").name.replace("mac-", "mac_")
    except LookupError:
        return None, 0.0
    name = WIDER.get(name, name)
    text = data.decode(name, "replace")
    if text.count("\ufffd") > MOST_LOST * len(text) or (
        name not in CHINESE_NAMES and not _gives_back(text, data, name)
    ):
        return None, 0.0
    return name, float(found["confidence"] or 0.0)


def _gives_back(text: str, data: bytes, name: str) -> bool:
    """True where the codec writes the bytes as they are, so that places in the text lead back to bytes."""
    return "\ufffd" in text or text.encode(name) == data
