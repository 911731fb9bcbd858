"""References and percent-encoded bytes: exact where they were left behind, untouched where they are meant."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import union_corpus as uc
from union_corpus.documents import apply_edits
from union_corpus.repairs.entities import find_entities


def decoded(text: str) -> str:
    return apply_edits(text, [edit for edit in find_entities(text) if edit.confidence >= 0.5])


@pytest.mark.parametrize(
    ("damaged", "meant"),
    [
        ("&ldquo;&#24037;&#20250;&rdquo;工作，R&amp;D投入", "“工会”工作，R&D投入"),
        ("&#x5DE5;&#x4F1A;&#50;&#48;&#49;&#57;年", "工会2019年"),
        ("&amp;ldquo;先进集体&amp;rdquo;", "“先进集体”"),
        ("一、&nbsp总结&hellip;&hellip;", "一、\u00a0总结……"),
        ("附件：%E5%B7%A5%E4%BC%9A.doc", "附件：工会.doc"),
        ("%u5DE5%u4F1A年报", "工会年报"),
        ("%B9%A4%BB%E1年报", "工会年报"),
    ],
)
def test_what_was_left_behind_is_decoded(damaged, meant):
    assert decoded(damaged) == meant
    assert decoded(meant) == meant


@pytest.mark.parametrize(
    "text",
    [
        "see http://a.example/?q=%E5%B7%A5%E4%BC%9A&copy=1 工会",
        "<p>&ldquo;工会&rdquo;&nbsp;</p>",
        "在 HTML 里 &ldquo; 写作左引号",
        "AT&T 与 R&D，占10%20%30%40",
        "if (a &lt; b &amp;&amp; c) return;",
        "工会&copy;&#0;&#55357;&#9999999;",
    ],
)
def test_what_is_meant_stays(text):
    assert decoded(text) == text


def test_an_explained_reference_goes_on_record():
    doc = uc.repair("在 HTML 里 &ldquo;工会 写作左引号")
    assert "&ldquo;" in doc.text
    assert "entities" in {problem.problem for problem in doc.problems}


@given(st.text(alphabet="&#;amplt24037x工会%EuB5 <>/\n\udc80", max_size=60))
@settings(max_examples=200, deadline=None)
def test_decoding_twice_is_decoding_once(text):
    once = decoded(text)
    assert decoded(once) == once


def test_a_long_line_of_references_takes_linear_time():
    import time

    spent = []
    for times in (20_000, 80_000):
        text = "&amp;&#24037;%E5%B7&" * times
        start = time.process_time()
        find_entities(text)
        spent.append(time.process_time() - start)
    assert spent[1] < 12 * max(spent[0], 0.05)
