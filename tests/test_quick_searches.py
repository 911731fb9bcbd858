"""The quick searches give what the plain ones give: words wherever they stand, years, masked figures, blanks."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.printed_years import _YEAR, find_years
from union_corpus.quantities import _BLANK, _MASKED, _find_blanks, _find_masks
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


@settings(deadline=None, max_examples=300)
@given(st.text("xX×*_12345人a"))
def test_masks_are_those_of_the_pattern(text: str) -> None:
    assert [match.regs for match in _find_masks(text)] == [match.regs for match in _MASKED.finditer(text)]


@settings(deadline=None, max_examples=300)
@given(st.text("约达余多万亿人次元立方米%，。以上户"))
def test_blanks_are_those_of_the_pattern(text: str) -> None:
    assert [match.regs for match in _find_blanks(text, set())] == [match.regs for match in _BLANK.finditer(text)]
