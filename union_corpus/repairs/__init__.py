"""
Repair of damaged text: every rule in its order, one function that runs them, one that only tells.

A rule finds edits, each with a confidence. Edits at or above the threshold are made and remembered; the others are
left alone and go on record as problems, so that a reader sees what was considered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from union_corpus.documents import Document, Edit, Problem, RawFile, text_of, warn_of_path
from union_corpus.errors import OptionError
from union_corpus.repairs.entities import find_entities
from union_corpus.repairs.font_forms import FORMS, PRIVATE, find_font_forms, find_private_characters
from union_corpus.repairs.founder import find_founder_shift
from union_corpus.repairs.gaps import (
    INVISIBLE,
    MASKS,
    SEPARATORS,
    find_broken_words,
    find_doubled_commas,
    find_invisible_characters,
    find_masked_words,
)
from union_corpus.repairs.layout import (
    find_letter_spacing,
    find_line_breaks,
    find_running_heads,
    find_split_numbers,
    find_split_words,
    find_stray_blanks,
)
from union_corpus.repairs.lost_places import find_eaten_digits, find_lost_characters, find_lost_lines, told_together
from union_corpus.repairs.mojibake import find_lost_text, find_mojibake
from union_corpus.repairs.pinyin import find_inline_pinyin
from union_corpus.repairs.removed_words import find_masked_names, find_removed_words
from union_corpus.repairs.rules import Detector, Rule, characters_in
from union_corpus.repairs.shifted_bytes import find_shifted_bytes
from union_corpus.repairs.slips import find_byte_slips
from union_corpus.repairs.unread_text import SHOWN_FOR_UTF8, find_unread_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DETECTORS", "RULES", "Detector", "Rule", "diagnose", "repair"]

# In the order of DAMAGE: bytes before signs, signs before layout. A later rule may rely on what an earlier one mended.
RULES: tuple[Rule, ...] = (
    Rule("byte_slip", "byte_slip", find_byte_slips, "bytes read one off behind a lost byte"),
    Rule("entities", "entities", find_entities, "a sign left as an HTML entity or in percent code"),
    Rule(
        "font_forms",
        "gap",
        find_font_forms,
        "a radical, a sign or a bullet shown by a font for the usual one",
        only_with=FORMS,
    ),
    Rule("mojibake", "mojibake", find_mojibake, "text read with the wrong code table"),
    Rule("shifted_bytes", "byte_slip", find_shifted_bytes, "bytes read one off behind a lost byte no reading names"),
    Rule("founder_shift", "founder_shift", find_founder_shift, "signs of a Founder font shown as characters"),
    Rule("inline_pinyin", "pinyin", find_inline_pinyin, "a reading printed behind its character"),
    Rule("close_letter_spacing", "layout", find_letter_spacing, "a blank behind every character", only_with=" \u00a0"),
    Rule("drop_running_heads", "layout", find_running_heads, "a page number or a running head"),
    Rule("unwrap_lines", "layout", find_line_breaks, "a line end that a margin made"),
    Rule("join_split_numbers", "layout", find_split_numbers, "a number cut by a blank or a line end"),
    Rule("join_split_words", "layout", find_split_words, "a blank inside a word", only_with=" \u00a0"),
    Rule("drop_stray_blanks", "layout", find_stray_blanks, "a blank beside a full-width sign"),
    Rule("invisible_characters", "gap", find_invisible_characters, "a character without width", only_with=INVISIBLE),
    Rule("broken_words", "gap", find_broken_words, "a sign put into a word", only_with=SEPARATORS),
    Rule("masked_words", "gap", find_masked_words, "a sign in place of a character", only_with=MASKS),
    Rule("doubled_commas", "gap", find_doubled_commas, "a comma printed twice"),
)

DETECTORS: tuple[Detector, ...] = (
    Detector("lost_text", "mojibake", find_lost_text, only_with="?\ufffd锟斤烫屯"),
    Detector("lost_lines", "mojibake", find_lost_lines, only_with="?"),
    Detector("unread_text", "mojibake", find_unread_text, only_with=SHOWN_FOR_UTF8),
    Detector("removed_words", "gap", find_removed_words),
    Detector("masked_names", "gap", find_masked_names, only_with="*＊﹡×xX"),
    Detector("private_characters", "gap", find_private_characters, only_with=PRIVATE),
    Detector("eaten_digit", "byte_slip", find_eaten_digits, only_with="?\ufffd"),
    Detector("lost_character", "byte_slip", find_lost_characters, only_with="?\ufffd"),
)

# An edit this sure or surer is made. Confidences are calibrated, so this keeps the expected gain of each edit positive.
THRESHOLD = 0.5


def repair(
    source: str | bytes | RawFile | Document,
    *,
    threshold: float = THRESHOLD,
    rules: str | Sequence[str] | None = None,
    context: Iterable[Document | str] | None = None,
) -> Document:
    """
    A document whose ``text`` is the repaired reading, with every edit, its reason and its confidence on record.

    Takes text, bytes (decoded first; ``original`` is then the text as decoded), a RawFile or a Document. Clean text
    comes back untouched. ``rules`` names the rules to run, in whatever order; they always run in the order of
    ``RULES``. Edits less sure than ``threshold`` are not made but become problems of stage ``repair``. ``context`` is
    a corpus (or documents, or texts) of clean reports near to this one: the language model that the rules ask reads
    them as well, and knows the names in them. A rule that does not exist raises OptionError.

    >>> repair("學(xué)習(xí)工會(huì)法,開(kāi)展職代會(huì)").text
    '學習工會法,開展職代會'
    >>> repair("职代会(ZDH)于2019年(试行)召开。").text
    '职代会(ZDH)于2019年(试行)召开。'
    """
    doc, chosen = _document(source, "repair"), _chosen(rules)
    if not isinstance(threshold, int | float):
        raise OptionError(f"threshold is a number from 0 to 1, not {threshold!r}")
    if context is None:
        return _repaired(doc, chosen, threshold)
    from union_corpus.language_model import load_model, reading_with

    clean = [text_of(other, "context") for other in ([context] if isinstance(context, str | Document) else context)]
    with reading_with(load_model().mixed_with(clean)):
        return _repaired(doc, chosen, threshold)


# Every rule is asked again after a round that changed the text, so that nothing is left for a second call to find. Real
# texts come to rest in the second round or the third; the bound is for those that never would, which is told.
_ROUNDS = 12
_UNSETTLED = "unsettled"


def _repaired(doc: Document, rules: Sequence[Rule], threshold: float) -> Document:
    found: _Found = {}
    for _ in range(_ROUNDS):
        before = doc.text
        doc, doubtful, characters = _round(doc, rules, threshold, found)
        if doc.text == before:
            doc = doc.with_problems(doubtful)
            break
    else:
        detail = f"the rules still found something after {_ROUNDS} rounds; repairing this text again may change more"
        doc = doc.with_problems([Problem("repair", _UNSETTLED, None, None, "", detail)])
    # A character that decoding found odd, and that a rule has changed or taken out since, is odd no more.
    still = [p for p in doc.problems if p.problem != "odd_character" or doc.text[slice(*p.span)] == p.text]
    if len(still) < len(doc.problems):
        doc = replace(doc, problems=tuple(still))
    # A byte that decoding could not read is on record once, by its place in the file.
    told = {at for problem in doc.problems if problem.problem == "lost_byte" for at in range(*problem.span)}
    for detector in DETECTORS:
        if not detector.only_with or not characters.isdisjoint(detector.only_with):
            lost = (p for p in detector.find(doc.text) if not told.issuperset(range(*p.span)))
            doc = doc.with_problems(told_together(lost, doc.text))
    return doc


# The text that a rule was asked about last, and what it found there: the rules behind the last one that changed
# something have read the text as it rests already.
_Found = dict[str, tuple[str, list[Edit]]]


def _round(
    doc: Document, rules: Sequence[Rule], threshold: float, found: _Found
) -> tuple[Document, list[Problem], set[str]]:
    """The document after one round of the rules, what they were in doubt about (placed in its text), and its characters."""
    characters = characters_in(doc.text)
    doubtful: list[Problem] = []
    for rule in rules:
        if rule.only_with and characters.isdisjoint(rule.only_with):
            continue
        if rule.name not in found or found[rule.name][0] != doc.text:
            found[rule.name] = doc.text, rule.find(doc.text)
        sure: list[Edit] = []
        for edit in found[rule.name][1]:
            if edit.confidence >= threshold:
                sure.append(edit)
            else:
                doubtful.append(_left(rule, edit, threshold))
        if sure:
            doc = doc.apply(rule.name, sure)
            characters = characters_in(doc.text)
    return doc, doubtful, characters


def _left(rule: Rule, edit: Edit, threshold: float) -> Problem:
    detail = f"read as {edit.after!r}? confidence {edit.confidence:.2f} is below {threshold:.2f}, so it was left"
    return Problem("repair", rule.name, edit.start, edit.end, edit.before, detail)


def diagnose(source: str | bytes | RawFile | Document) -> pd.DataFrame:
    """
    What is damaged, and where, without changing anything: family, start, end, evidence, severity.

    Columns: family, start, end, evidence, severity. One row a stretch; ``start`` and ``end`` are places in the text as given (as decoded, for bytes). ``severity`` is
    ``repairable`` where ``repair`` mends it, ``doubtful`` where it considered a change and left the text alone, and
    ``lost`` where nobody can tell what stood there.

    >>> diagnose("慰问职工30户，學(xué)習工会法").values.tolist()
    [['pinyin', 9, 14, "inline_pinyin: '(xué)' → ''", 'repairable']]
    """
    from union_corpus.tables import DIAGNOSIS, frame

    doc = repair(_document(source, "diagnose"))
    family = {rule.name: rule.family for rule in RULES} | {_UNSETTLED: _UNSETTLED}
    rows: list[tuple[str, int | None, int | None, str, str]] = []
    for step, made in enumerate(doc.repairs):
        for stretch in _stretches(made.edits):
            start, end = stretch[0].start, stretch[-1].end
            for earlier in reversed(doc.repairs[:step]):
                start, end = earlier.span_before(start, end)
            shown = "; ".join(f"{edit.before!r} → {edit.after!r}" for edit in stretch[:4])
            more = f" and {len(stretch) - 4} more" if len(stretch) > 4 else ""
            rows.append((family.get(made.rule, made.rule), start, end, f"{made.rule}: {shown}{more}", "repairable"))
    for problem in doc.problems:
        whole_file = problem.start is None
        place = (None, None) if whole_file else doc.original_span(*problem.span)
        told = f"{problem.text} {problem.detail}".strip()
        severity = "doubtful" if problem.problem in family else "lost"
        rows.append((family.get(problem.problem, problem.stage), *place, told, severity))
    rows.sort(key=lambda row: (row[1] is None, row[1] or 0, row[2] or 0))
    return frame(rows, DIAGNOSIS)


# Edits of one rule that stand closer together than this are told as one stretch of damage.
_NEAR = 120


def _stretches(edits: Iterable[Edit]) -> list[list[Edit]]:
    stretches: list[list[Edit]] = []
    for edit in edits:
        if stretches and edit.start - stretches[-1][-1].end <= _NEAR:
            stretches[-1].append(edit)
        else:
            stretches.append([edit])
    return stretches


def _document(source: str | bytes | RawFile | Document, door: str) -> Document:
    if isinstance(source, Document):
        return source
    if isinstance(source, str):
        warn_of_path(source)
        return Document.from_text(source)
    if isinstance(source, bytes | bytearray | memoryview | RawFile):
        from union_corpus.decoding import decode

        return decode(source if isinstance(source, RawFile) else bytes(source))
    raise TypeError(
        f"{door} takes one text, bytes, a RawFile or a Document, not {type(source).__name__}; to read a file by its path "
        "use union_corpus.load_corpus(path)"
    )


def _chosen(names: str | Sequence[str] | None) -> tuple[Rule, ...]:
    if names is None:
        return RULES
    names = [names] if isinstance(names, str) else names
    known = {rule.name for rule in RULES}
    if unknown := [name for name in names if name not in known]:
        raise OptionError(f"no repair rule is called {', '.join(unknown)}; the rules are {', '.join(sorted(known))}")
    return tuple(rule for rule in RULES if rule.name in set(names))
