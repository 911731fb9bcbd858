"""Topics: the scikit-learn contract, the same topics whatever order, honest answers for small corpora."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import parametrize_with_checks

import union_corpus as uc
from union_corpus import tables
from union_corpus.errors import FrameError, NotFittedError
from union_corpus.scripts import levelled
from union_corpus.topics import (
    TermMatrix,
    TopicModel,
    representative_sentences_frame,
    suggest_topics_frame,
    term_matrix,
)

WORDS = [["安全", "安康杯", "隐患", "班组"], ["慰问", "困难", "送温暖", "帮扶"], ["提案", "职代会", "公开", "民主"]]


def texts(n=30):
    random = np.random.default_rng(1)
    return [(f"d{at:02d}", [*random.choice(WORDS[at % 3], 30), "工会"]) for at in range(n)]


@pytest.fixture(scope="module")
def matrix():
    return TermMatrix.from_terms(texts())


def test_topics_are_found(matrix):
    model = TopicModel(3).fit(matrix)
    found = {frozenset(model.topics_frame(n_terms=4).groupby("topic")["term"].get_group(at)) for at in range(3)}
    assert found == {frozenset(words) for words in WORDS}
    assert np.allclose(model.doc_topics_.sum(axis=1), 1)
    assert np.allclose(model.components_.sum(axis=1), 1)


@pytest.mark.parametrize("method", ["nmf", "lda"])
def test_the_scikit_learn_contract(matrix, method):
    model = TopicModel(3, method=method, random_state=0)
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(model, "components_")
    with pytest.raises(NotFittedError, match=r"call fit\(corpus\) first"):
        model.topics_frame()
    assert model.fit(matrix) is model
    shares = model.transform(matrix)
    assert shares.shape == (30, 3)
    assert np.allclose(shares.sum(axis=1), 1)
    assert list(model.get_feature_names_out()) == ["topic_0", "topic_1", "topic_2"]
    assert (shares.argmax(axis=1) == model.fit_transform(matrix).argmax(axis=1)).all()
    assert make_pipeline(clone(model)).fit_transform(matrix.counts).shape == (30, 3)


@parametrize_with_checks([TopicModel(2, method=method, min_df=1, max_df=1.0) for method in ("nmf", "lda")])
@pytest.mark.filterwarnings("ignore")  # what the checks themselves provoke
def test_every_check_of_scikit_learn(estimator, check):
    check(estimator)


def test_columns_without_names_are_not_mixed_with_words(matrix):
    numbers = matrix.counts.toarray()
    plain = TopicModel(3).fit(numbers)
    assert np.allclose(plain.transform(numbers.tolist()), plain.transform(matrix.counts))
    with pytest.raises(FrameError, match="X has 5 features, but TopicModel is expecting"):
        plain.transform(numbers[:, :5])
    with pytest.raises(FrameError, match="each with its term"):
        TopicModel(3).fit(matrix).transform(numbers)


def test_a_column_of_texts_is_a_list_of_texts():
    docs = ["安全生产安康杯竞赛"] * 4 + ["慰问困难职工送温暖帮扶"] * 3
    expected = TopicModel(2, max_df=0.9).fit_transform(docs)
    for column in (pd.Series(docs), pd.Series(docs, dtype="string"), np.array(docs), np.array(docs, dtype=object)):
        assert np.allclose(TopicModel(2, max_df=0.9).fit_transform(column), expected)


def test_order_and_seed_change_nothing(matrix):
    shuffled = texts()
    np.random.default_rng(5).shuffle(shuffled)
    ours = TopicModel(3, random_state=0).fit(matrix)
    theirs = TopicModel(3, random_state=99).fit(TermMatrix.from_terms(shuffled))
    pd.testing.assert_frame_equal(ours.topics_frame(), theirs.topics_frame())
    pd.testing.assert_frame_equal(ours.doc_topics_frame(), theirs.doc_topics_frame())


def test_a_table_corrected_by_hand_works_as_well(sample):
    table = sample.terms_frame()
    ours = TopicModel(4, min_organisations=1).fit(sample).topics_frame()
    pd.testing.assert_frame_equal(
        ours, TopicModel(4).fit(table).topics_frame()[ours.columns].assign(label=ours["label"])
    )
    theirs = term_matrix(table).of_organisations(sample.documents_frame())
    pd.testing.assert_frame_equal(TopicModel(4).fit(sample).topics_frame(), TopicModel(4).fit(theirs).topics_frame())
    with pytest.raises(FrameError, match="doc_id, term, count"):
        TopicModel(2).fit(table.drop(columns="count"))


def test_quality_tells_a_topic_that_holds(matrix):
    quality = TopicModel(3).fit(matrix).quality_frame()
    assert quality["stability"].min() > 0.95
    assert quality["diversity"].min() == 1
    assert quality["note"].isna().all()
    assert quality["share"].sum() == pytest.approx(1)


def test_too_few_reports_is_a_clear_error():
    with pytest.raises(FrameError, match="12 topics in 1 reports"):
        TopicModel().fit(uc.Corpus([uc.repair("慰问困难职工。")]))
    with pytest.raises(FrameError, match="several reports"):
        TopicModel().fit("慰问困难职工。")
    with pytest.raises(FrameError, match="0 reports"):
        TopicModel(2).fit(uc.Corpus([]))
    with pytest.raises(FrameError, match="'nmf' or 'lda'"):
        TopicModel(2, method="plsa").fit(["工会"])
    with pytest.raises(FrameError, match="negative"):
        TopicModel(2).fit(np.array([[1, -1], [0, 1]]))


def test_one_report_repeated_is_an_honest_small_answer():
    model = TopicModel(1, max_df=1.0).fit(["慰问困难职工，开展送温暖活动。"] * 4)
    assert len(set(np.round(model.doc_topics_.ravel(), 6))) == 1


def test_unknown_words_have_no_topic(matrix):
    model = TopicModel(3).fit(matrix)
    assert model.transform(["完全无关之文字"]).sum() == 0


def test_topics_over_years(matrix):
    model = TopicModel(3).fit(matrix)
    years = {doc_id: 2006 + at % 2 for at, doc_id in enumerate(model.doc_ids_)}
    table = model.years_frame(years)
    assert table["report_year"].unique().tolist() == [2006, 2007]
    assert (table["low"] <= table["share"]).all()
    assert (table["share"] <= table["high"]).all()
    single = model.years_frame({"d00": 2006})
    assert single["low"].isna().all()
    assert model.years_frame({}).empty


def test_the_interval_of_a_year_is_that_of_its_mean(matrix):
    model = TopicModel(3).fit(matrix)
    table = model.years_frame(dict.fromkeys(model.doc_ids_, 2006), n_bootstrap=4000)
    expected = 2 * 1.96 * model.doc_topics_.std(axis=0) / np.sqrt(len(model.doc_ids_))
    assert (table["high"] - table["low"]).to_numpy(float) == pytest.approx(expected, rel=0.1)


def test_topics_that_say_the_same_are_told():
    model = TopicModel(3, method="lda", max_df=1.0, n_bootstrap=2).fit(["安全生产安康杯竞赛，隐患排查"] * 6)
    notes = model.quality_frame()["note"].fillna("")
    assert [note.startswith("says the same as topic 0") for note in notes] == [False, True, True]


def test_how_many_topics(matrix):
    table = suggest_topics_frame(matrix, candidates=(2, 3, 4, 99))
    assert table["n_topics"].tolist() == [2, 3, 4]
    assert table["suggested"].sum() == 1
    assert bool(table.set_index("n_topics").loc[3, "suggested"])


def test_term_matrix_of_a_plain_array():
    matrix = term_matrix(np.array([[1, 0], [2, 3]]))
    assert matrix.terms == ("term_0", "term_1")
    assert matrix.doc_ids == ("0", "1")


# -- bad input ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.array([[1.0, np.nan], [0.0, 1.0]]), "gaps"),
        (np.array([[1.0, np.inf], [0.0, 1.0]]), "infinite"),
        (np.array([1, 2, 3]), "one row a report"),
        (np.array([["慰问", "帮扶"]]), "holds numbers"),
        (["慰问困难职工。", None], "report 1 is a NoneType"),
        (["慰问困难职工。", float("nan")], "report 1 is a float"),
        (3, "not int"),
        ([uc.repair("慰问困难职工。"), uc.repair("隐患排查。")], "two reports are called"),
        (pd.DataFrame({"doc_id": ["a", "b"], "term": ["慰问", None], "count": [1, 1]}), "row 1 of the table"),
        (pd.DataFrame({"doc_id": ["a", "b"], "term": ["慰问", "帮扶"], "count": [1, pd.NA]}), "row 1 of the table"),
        (pd.DataFrame({"doc_id": ["a", "b"], "term": ["慰问", "帮扶"], "count": [1, -2]}), "row 1 of the table"),
        (pd.DataFrame({"doc_id": ["a", "b"], "term": ["慰问", "帮扶"], "count": [0.5, 1]}), "row 0 of the table"),
    ],
)
def test_what_cannot_be_counted_is_a_clear_error(bad, message):
    with pytest.raises(FrameError, match=message):
        TopicModel(1, min_df=1, max_df=1.0).fit(bad)


@pytest.mark.parametrize("docs", [[""], ["", "", ""], ["。！", "\ud800", "\x00"]])
def test_reports_without_words_are_a_clear_error(docs):
    with pytest.raises(FrameError, match="with 0 terms"):
        TopicModel(1).fit(docs)


@pytest.mark.parametrize("n_topics", [0, -1, 2.5, True, "2", float("nan")])
def test_a_number_of_topics_that_is_none(n_topics, matrix):
    with pytest.raises(FrameError, match="topics"):
        TopicModel(n_topics).fit(matrix)


def test_an_empty_report_among_others_belongs_to_no_topic():
    docs = ["查出隐患，参加安康杯竞赛。"] * 3 + ["慰问困难职工，送温暖帮扶。"] * 3 + [""]
    for method in ("nmf", "lda"):
        model = TopicModel(2, method=method, n_bootstrap=2).fit(docs)
        assert model.doc_topics_[model.doc_ids_.index("6")].sum() == 0
        assert np.allclose(model.doc_topics_[:6].sum(axis=1), 1)
        assert model.transform(["", docs[0]]).sum(axis=1).round(6).tolist() == [0, 1]
        assert model.quality_frame()["stability"].between(0, 1 + 1e-9).all()


@pytest.mark.parametrize("copies", [4, 500])
def test_more_topics_than_the_reports_hold_is_told(copies):
    with pytest.raises(FrameError, match="copies of one another"):
        TopicModel(1).fit(["慰问困难职工，开展送温暖活动。"] * copies)
    model = TopicModel(3, max_df=1.0, n_bootstrap=2).fit(["慰问困难职工，开展送温暖活动。"] * copies)
    quality = model.quality_frame()
    assert np.isfinite(model.components_).all()
    assert np.allclose(model.doc_topics_.sum(axis=1), 1)
    assert quality["note"].iloc[1:].str.contains("fewer topics|says the same").all()


def test_one_report_is_a_topic_of_its_own():
    model = TopicModel(1, max_df=1.0, n_bootstrap=2).fit(["慰问困难职工，开展送温暖活动。"])
    assert model.doc_topics_.tolist() == [[1.0]]
    assert len(model.quality_frame()) == 1
    years = model.years_frame({"0": 2009})
    assert years[["report_year", "share", "n_reports"]].to_numpy().tolist() == [[2009, 1.0, 1]]
    assert years["low"].isna().all()


def test_without_bootstrap_stability_is_a_gap(matrix):
    quality = TopicModel(3, n_bootstrap=0).fit(matrix).quality_frame()
    assert quality["stability"].isna().all()
    assert quality["note"].isna().all()


def test_years_with_gaps_are_left_out(matrix):
    model = TopicModel(3).fit(matrix)
    table = model.years_frame({"d00": 2006.0, "d01": float("nan"), "d02": None, "d03": pd.NA, "d04": "2007"})
    assert table["report_year"].unique().tolist() == [2006, 2007]
    with pytest.raises(FrameError, match="'二〇〇六', not a number"):
        model.years_frame({"d00": "二〇〇六"})
    with pytest.raises(FrameError, match="doc_id and report_year"):
        model.years_frame(pd.DataFrame({"doc_id": ["d00"]}))


def test_reports_that_share_no_term():
    """Many equal singular values: the exact decomposition has no order to keep, but an answer all the same."""
    counts = np.eye(450, dtype=int) * 3
    model = TopicModel(4, min_df=1, n_bootstrap=1).fit(counts)
    assert np.isfinite(model.components_).all()
    assert np.isfinite(model.doc_topics_).all()


def test_shares_of_known_reports_are_found_again(matrix):
    model = TopicModel(3).fit(matrix)
    assert np.abs(model.transform(matrix) - model.doc_topics_).max() < 0.02


# -- guided topics ------------------------------------------------------------------------------------------------


def test_a_guide_pulls_the_first_topics(matrix):
    guide = {"民主": ["職代會", "公开"], "安全": ["隐患"]}
    model = TopicModel(3, guide=guide).fit(matrix)
    assert clone(model).get_params()["guide"] == guide
    assert model.labels_[0].startswith("民主: ")
    assert model.labels_[1].startswith("安全: ")
    assert ":" not in model.labels_[2]
    for topic, words in enumerate([WORDS[2], WORDS[0], WORDS[1]]):
        assert {*model.topics_frame(n_terms=4).groupby("topic")["term"].get_group(topic)} == {*words}
    assert np.allclose(model.doc_topics_.sum(axis=1), 1)
    assert model.quality_frame()["stability"].min() > 0.9


def test_topics_guided_by_the_groups_of_the_theme_list(sample):
    model = TopicModel(7, guide="themes").fit(sample)
    labels = [label.split(": ")[0] for label in model.labels_]
    assert {"aid", "safety", "democratic_management"} <= {*labels}
    safety = model.topics_frame(n_terms=5).groupby("topic")["term"].get_group(labels.index("safety"))
    assert "安康杯" in {*safety}


@pytest.mark.parametrize(
    ("guide", "message"),
    [
        ("groups", "'themes' or a mapping"),
        (["隐患"], "names its topics"),
        ({"安全": "隐患"}, "names its topics"),
        ({"安全": ["滑雪"]}, "none of the terms of the guide '安全'"),
        ({str(at): ["隐患"] for at in range(4)}, "names 4 topics"),
    ],
)
def test_a_guide_that_cannot_be_followed(guide, message, matrix):
    with pytest.raises(FrameError, match=message):
        TopicModel(3, guide=guide).fit(matrix)
    with pytest.raises(FrameError, match="method='nmf'"):
        TopicModel(3, guide={"安全": ["隐患"]}, method="lda").fit(matrix)


# -- labels and organisations -------------------------------------------------------------------------------------


def test_a_term_of_the_theme_list_stands_in_the_label_by_its_name():
    docs = [(f"d{at}", ["职工代表大会", "提案"] if at % 2 else ["安康杯", "隐患"]) for at in range(8)]
    labels = TopicModel(2).fit(TermMatrix.from_terms(docs)).labels_
    assert sorted(label.split("·")[0] for label in labels) == ["安康杯", "职代会"]


def of_houses(n_houses):
    """Reports of several organisations, each with its own name and its own pet word in every report."""
    docs = [
        (f"{house}-{at}", [*WORDS[at % 3] * 2, f"甲{house}厂", "甲乙", f"口头禅{house}"])
        for house in range(n_houses)
        for at in range(6)
    ]
    owners = {doc_id: f"甲{doc_id.split('-')[0]}厂工会" for doc_id, _ in docs}
    return TermMatrix.from_terms(docs), owners


def test_the_name_of_one_organisation_makes_no_topic():
    matrix, owners = of_houses(3)
    plain = set(TopicModel(3).fit(matrix).terms_)
    named = set(TopicModel(3).fit(matrix.of_organisations(owners)).terms_)
    assert plain - named == {"甲0厂", "甲1厂", "甲2厂"}
    strict = set(TopicModel(3, min_organisations=2).fit(matrix.of_organisations(owners)).terms_)
    assert named - strict == {"口头禅0", "口头禅1", "口头禅2"}
    assert set(TopicModel(3, min_organisations=1).fit(matrix.of_organisations(owners)).terms_) == plain


def test_among_many_organisations_the_words_of_one_are_left_out():
    matrix, owners = of_houses(10)
    model = TopicModel(3).fit(matrix.of_organisations(owners))
    assert not [term for term in model.terms_ if term.startswith(("甲0", "口头禅"))]
    assert {frozenset(group) for _, group in model.topics_frame(n_terms=4).groupby("topic")["term"]} == {
        frozenset(words) for words in WORDS
    }


# -- sentences ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written():
    """Six reports of two years, each with a heading and a sentence for each of two subjects."""
    docs = []
    for at in range(6):
        text = (
            f"工会工作总结{at}\n一、安康杯与隐患\n全年排查隐患{at}处，参加安康杯竞赛的班组达到十个。\n"
            f"天气晴朗。\r\n二、帮扶\n慰问困难职工{at}户，开展送温暖帮扶活动。\n"
            + ("查出隐患，班组参加安康杯。" * 3 if at % 2 else "慰问困难职工，送温暖，帮扶困难职工。" * 3)
        )
        doc = uc.Document.from_text(text, doc_id=f"d{at}")
        year = 2006 + at // 2 if at < 4 else None
        docs.append(replace(doc, metadata=replace(doc.metadata, report_year=year)))
    return uc.Corpus(docs)


def test_a_sentence_for_each_topic_and_year(written):
    model = TopicModel(2, max_df=1.0).fit(written)
    table = model.sentences_frame(written)
    assert list(table.columns) == list(tables.TOPIC_SENTENCES)
    assert len(table) == 6
    assert table["report_year"].isna().sum() == 2
    for row in table.itertuples():
        assert written[row.doc_id].text[row.start : row.end] == row.sentence
        own = "困难职工" if "困难职工" in row.label else "隐患"
        assert own in row.sentence
        assert "、" not in row.sentence
    assert (table["score"] > 0).all()
    pd.testing.assert_frame_equal(table, representative_sentences_frame(model, written))
    two = model.sentences_frame(written, n=2)
    assert two.groupby(["topic", "report_year"], dropna=False)["sentence"].nunique().eq(2).all()


def test_a_sentence_printed_in_either_script_counts_once(written):
    from opencc import OpenCC

    convert = OpenCC("s2t").convert
    copies = [uc.Document.from_text(convert(doc.text), doc_id=f"{doc.doc_id} traditional") for doc in written]
    found = TopicModel(2, max_df=1.0).fit(written).sentences_frame([*written, *copies], n=5)
    said = found.assign(plain=found["sentence"].map(levelled))
    assert len(said) > 4
    assert not said.duplicated(["topic", "report_year", "plain"]).any()


def test_sentences_of_reports_that_were_not_in_the_fit(written):
    model = TopicModel(2, max_df=1.0).fit(written)
    table = model.sentences_frame(["慰问困难职工，送温暖。", "明月清风。", ""])
    assert table["sentence"].tolist() == ["慰问困难职工，送温暖。"]
    assert model.sentences_frame([]).empty
    with pytest.raises(FrameError, match="a corpus or a list of documents"):
        model.sentences_frame(written.terms_frame())
    with pytest.raises(NotFittedError):
        TopicModel().sentences_frame(written)


# -- small corpora ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("source", [[], [""], ["慰问困难职工。"], ["慰问困难职工。"] * 30])
def test_too_little_to_suggest_a_number_of_topics(source):
    table = suggest_topics_frame(source)
    assert table.empty
    assert list(table.columns) == ["n_topics", "coherence", "diversity", "stability", "suggested"]


def test_coherence_is_that_of_the_definition():
    """Counted by hand for two terms: of 4 reports, 3 have the first, 2 the second, and 2 both."""
    counts = np.array([[1, 1], [1, 1], [1, 0], [0, 0]])
    model = TopicModel(1, min_df=1, n_bootstrap=0).fit(counts)
    expected = np.log(0.5 / (0.75 * 0.5)) / -np.log(0.5)
    assert model.quality_frame()["coherence"].tolist() == pytest.approx([expected])
    never = TopicModel(1, min_df=1, n_bootstrap=0).fit(np.array([[1, 0], [0, 1]]))
    assert never.quality_frame()["coherence"].tolist() == [-1]


def test_the_start_does_not_depend_on_how_equal_singular_vectors_are_mixed():
    from union_corpus.factorisations import _varimax

    simple = np.kron(np.eye(3), np.ones((4, 1))) / 2
    for seed in range(5):
        mixing, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
        rotation = _varimax(simple @ mixing)
        assert np.allclose(rotation @ rotation.T, np.eye(3))
        turned = np.abs(simple @ mixing @ rotation)
        assert np.allclose(sorted(turned.argmax(axis=1)[::4]), [0, 1, 2])
        assert np.allclose(turned.max(axis=1), 0.5, atol=1e-3)
