"""The quick searches give what the plain ones give: words wherever they stand, years, masked figures, blanks."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.indicators.periods import _PERIOD, _expressions
from union_corpus.indicators.subjects import _SUBJECT, _bodies
from union_corpus.indicators.views import reading_view
from union_corpus.missing_figures import _BLANK, _MASKED, find_blanks
from union_corpus.missing_figures import find_masks as find_masked
from union_corpus.printed_years import _MASK, _YEAR, find_masks, find_years
from union_corpus.repairs.blanks import _SPLIT_NUMBERS, _split_numbers
from union_corpus.repairs.gaps import _SEPARATOR, _separators
from union_corpus.searches import every_place, literal_search

WORDS = ["十七大", "七大", "大", "十七", "一一"]


@settings(deadline=None, max_examples=200)
@given(st.text("十七大一\ud800a"))
def test_every_place_is_found_with_and_without_the_compiled_library(text: str) -> None:
    assert sorted(every_place(WORDS)(text)) == sorted(literal_search(WORDS)(text))


def test_literals_are_looked_for_without_the_compiled_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ahocorasick_rs", None)
    assert sorted(every_place(WORDS)("十七大")) == [(0, 0, 3), (1, 1, 3), (2, 2, 3), (3, 0, 2)]


def test_an_empty_word_is_refused() -> None:
    with pytest.raises(ValueError, match="empty word"):
        every_place(["工会", ""])


@settings(deadline=None, max_examples=300)
@given(st.text("1290年 二一〇九民国.-/)8"))
def test_years_are_those_of_the_pattern(text: str) -> None:
    assert [match.regs for match in find_years(text)] == [match.regs for match in _YEAR.finditer(text)]


@settings(deadline=None, max_examples=500)
@given(st.text("xX×*_〇□#2019年级企度 a"))
def test_masked_years_are_those_of_the_pattern(text: str) -> None:
    assert [match.regs for match in find_masks(text)] == [match.regs for match in _MASK.finditer(text)]


@settings(deadline=None, max_examples=300)
@given(st.text("xX×*_12345人a"))
def test_masks_are_those_of_the_pattern(text: str) -> None:
    assert [match.regs for match in find_masked(text)] == [match.regs for match in _MASKED.finditer(text)]


@settings(deadline=None, max_examples=300)
@given(st.text("约达余多万亿人次元立方米%，。以上户"))
def test_blanks_are_those_of_the_pattern(text: str) -> None:
    assert [match.regs for match in find_blanks(text, set())] == [match.regs for match in _BLANK.finditer(text)]


@settings(deadline=None, max_examples=500)
@given(st.text("12 09.,\t\n年人万共有职工a"))
def test_split_numbers_are_those_of_the_pattern(text: str) -> None:
    assert [match.regs for match in _split_numbers(text)] == [match.regs for match in _SPLIT_NUMBERS.finditer(text)]


SEPARATED = st.lists(st.sampled_from([*"民主工会-#◆hw，", "http://www.a.com/1", "www.abc.cn"]))


@settings(deadline=None, max_examples=300)
@given(SEPARATED.map("".join))
def test_separators_are_those_of_the_pattern(text: str) -> None:
    found = [match.regs for match in _separators(text)]
    assert found == [match.regs for match in re.finditer(rf"(?<=[㐀-䶿一-鿿]){_SEPARATOR.pattern}", text, re.VERBOSE)]


CASES = sorted(Path(__file__).with_name("cases").glob("indicators*.json"))
REPORTS = sorted((Path(__file__).parents[1] / "data" / "_originals").glob("*_20*.txt"))
EXPRESSIONS = [(_expressions, _PERIOD), (_bodies, _SUBJECT)]


@pytest.mark.parametrize(("quick", "pattern"), EXPRESSIONS, ids=["periods", "subjects"])
@pytest.mark.parametrize("path", [*CASES, *REPORTS], ids=lambda path: path.name)
def test_periods_and_subjects_of_real_sentences_are_those_of_the_patterns(quick, pattern, path: Path) -> None:  # type: ignore[no-untyped-def]
    view = reading_view(path.read_text(encoding="utf-8"))
    assert [match.regs for match in quick(view)] == [match.regs for match in pattern.finditer(view)]


PIECES = "20 1九八十两年月日底上半季度前近三到截至自从以来期间末“”-民国xx去明今本同全初第成立开展目现在有省市区县总工会各级我局道治集团公司关公,。在由"


@pytest.mark.parametrize(("quick", "pattern"), EXPRESSIONS, ids=["periods", "subjects"])
@settings(deadline=None, max_examples=300)
@given(text=st.lists(st.sampled_from([*PIECES, "2009", "工会", "某某", "年", "月", "2012年"])).map("".join))
def test_periods_and_subjects_are_those_of_the_patterns(quick, pattern, text: str) -> None:  # type: ignore[no-untyped-def]
    assert [match.regs for match in quick(text)] == [match.regs for match in pattern.finditer(text)]
