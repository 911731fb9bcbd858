"""Words in context, collocations, n-grams and dispersion, against figures worked out by hand."""

from __future__ import annotations

from math import log, log2, sqrt

import pytest

from union_corpus.concordances import (
    COLLOCATIONS,
    CONCORDANCE,
    DISPERSION,
    NGRAMS,
    collocations_frame,
    concordance,
    dispersion_frame,
    ngrams_frame,
)
from union_corpus.documents import Document

DOCS = [
    Document.from_text("工会开展送温暖活动，慰问困难职工。\r\n继续做好送\r\n温暖工作。", doc_id="a"),
    Document.from_text("兩節期間開展“送溫暖”工程。", doc_id="b"),
]


def test_concordance_finds_either_script_and_broken_lines():
    found = concordance(DOCS, "送温暖", window=4)
    assert found.doc_id.tolist() == ["a", "a", "b"]
    assert found.match.tolist() == ["送温暖", "送\r\n温暖", "送溫暖"]
    assert found.left.tolist() == ["工会开展", "继续做好", "間開展“"]
    assert found.right.tolist() == ["活动，慰", "工作。", "”工程。"]
    texts = {doc.doc_id: doc.text for doc in DOCS}
    assert all(texts[row.doc_id][row.start : row.end] == row.match for row in found.itertuples())


def test_concordance_by_pattern_reads_the_text_itself():
    assert concordance(DOCS, "送.?溫暖", regex=True).match.tolist() == ["送溫暖"]
    with pytest.raises(ValueError, match="not a regular expression"):
        concordance(DOCS, "(", regex=True)
    with pytest.raises(ValueError, match="nothing to look for"):
        concordance(DOCS, " ")


@pytest.mark.parametrize("docs", [[], [""], "", ["。\n\n"], ["\ud800"]])
def test_tables_keep_their_columns_without_rows(docs):
    for found, columns in (
        (concordance(docs, "工会"), CONCORDANCE),
        (collocations_frame(docs, "工会"), COLLOCATIONS),
        (ngrams_frame(docs), NGRAMS),
        (dispersion_frame(docs), DISPERSION),
    ):
        assert found.empty
        assert list(found.columns) == list(columns)
        assert found.dtypes.astype(str).tolist() == list(columns.values())


def test_collocation_figures():
    docs = ["慰问困难职工。", "慰问困难职工。", "慰问农民工。", "培训班组长。", "困难职工脱贫。"]
    found = collocations_frame(docs, "困难职工", min_count=1).set_index("collocate")
    # 困难职工 3 times, 慰问 3, together 2; ten content words in all, three places near the node.
    assert found.loc["慰问", ["count", "before", "after", "n_docs"]].tolist() == [2, 2, 0, 2]
    assert found.loc["慰问", "expected"] == pytest.approx(3 * 3 / 10)
    assert found.loc["慰问", "log_dice"] == pytest.approx(14 + log2(2 * 2 / (3 + 3)))
    cells = [(2, 0.9), (1, 2.1), (1, 2.1), (6, 4.9)]
    assert found.loc["慰问", "log_likelihood"] == pytest.approx(2 * sum(seen * log(seen / due) for seen, due in cells))
    assert found.loc["脱贫", ["before", "after"]].tolist() == [0, 1]


def test_a_word_beside_two_nodes_is_together_with_one_of_them():
    for text in ("困难职工慰问困难职工。", "慰问困难职工慰问。"):
        found = collocations_frame([text], "困难职工", min_count=1).set_index("collocate")
        assert found.loc["慰问", "count"] == 2
        assert found.loc["慰问", "log_dice"] == pytest.approx(14 + log2(2 * 1 / (1 + 2)))


def test_collocations_stop_at_sentences_and_span():
    docs = ["送温暖。慰问。"] * 3
    assert collocations_frame(docs, "送温暖", min_count=1).empty
    far = ["送温暖 城市 乡村 企业 学校 医院 商场"] * 3
    near = set(collocations_frame(far, "送温暖", span=2).collocate)
    assert near == {"城市", "乡村"}


def test_longer_forms_of_the_term_are_the_node_too():
    docs = ["春节送温暖。", "春节送温暖活动。", "春节送温暖工程。"]
    found = collocations_frame(docs, "送温暖")
    assert found[["node", "collocate", "count"]].values.tolist() == [["送温暖", "春节", 3]]


def test_all_pairs_contain_the_pairs_of_a_node():
    docs = ["慰问困难职工。", "慰问困难职工。", "走访困难职工。"]
    every = collocations_frame(docs, min_count=1)
    one = collocations_frame(docs, "困难职工", min_count=1)
    assert every[every.node == "困难职工"].reset_index(drop=True).equals(one)
    assert (every.log_dice <= 14).all()


def test_ngrams_stop_at_punctuation_and_numbers():
    docs = ["律师团队，律师 团队120律师", "律師\n團隊"]
    found = ngrams_frame(docs, n=(1, 3), min_count=1).set_index("ngram")
    assert found.loc["律师 团队", ["n", "count", "n_docs"]].tolist() == [2, 3, 2]
    assert found.loc["律师", "count"] == 4
    assert "团队 律师" not in found.index
    with pytest.raises(ValueError, match="shortest, longest"):
        ngrams_frame(docs, n=(3, 2))


def test_dispersion_figures():
    # Four words, four words, two words; 送温暖 2, 1, 0 times.
    docs = ["送温暖慰问送温暖劳模", "送温暖慰问企业班组", "企业班组", ""]
    found = dispersion_frame(docs, min_count=1).set_index("term")
    shares, uses = [0.4, 0.4, 0.2], [2 / 3, 1 / 3, 0]
    dp = sum(abs(share - use) for share, use in zip(shares, uses, strict=True)) / 2
    assert found.loc["送温暖", "dp"] == pytest.approx(dp)
    assert found.loc["送温暖", "dp_norm"] == pytest.approx(dp / 0.8)
    rates = [0.5, 0.25, 0.0]
    mean = sum(rates) / 3
    spread = sqrt(sum((rate - mean) ** 2 for rate in rates) / 3)
    assert found.loc["送温暖", "juilland_d"] == pytest.approx(1 - spread / mean / sqrt(2))
    assert found.loc["送温暖", ["count", "n_docs"]].tolist() == [3, 2]


def test_dispersion_of_one_document_has_no_juilland():
    found = dispersion_frame("送温暖慰问送温暖", min_count=1)
    assert found.juilland_d.isna().all()
    assert (found.dp == 0).all()


def test_dispersion_shows_the_words_asked_for():
    docs = ["推进晨曦护航", "开展慰问"]
    assert dispersion_frame(docs, ["晨曦護航", "没有的词"]).term.tolist() == ["晨曦护航"]


def test_a_compilation_is_not_counted_beside_its_reports():
    whole = Document.from_text("送温暖。送温暖。", doc_id="w")
    parts = [whole.slice(0, 4, doc_id="w#1"), whole.slice(4, 8, doc_id="w#2")]

    class Shelf(list):
        reports = parts

    shelf = Shelf([whole, *parts])
    assert concordance(shelf, "送温暖").doc_id.tolist() == ["w#1", "w#2"]
    assert dispersion_frame(shelf, ["送温暖"])["count"].tolist() == [2]


def test_lost_text_is_no_words():
    texts = ["送温暖慰问困难职工" + "锟斤拷" * 50 + "送温暖"] * 3
    assert not ngrams_frame(texts)["ngram"].str.contains("锟|斤|拷").any()
    assert not dispersion_frame(texts, min_count=1)["term"].str.contains("锟|斤|拷").any()
