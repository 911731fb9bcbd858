"""Floors of the main job on the sample corpus, whose truth is known; figures here may only rise."""

from quality.whole_road import sample as measure


def test_the_sample_keeps_its_figures(sample, capsys):
    found = measure(sample)
    assert "years right" in capsys.readouterr().out
    assert found["years"] == 24
    assert found["values"] >= 712, "of 745; the others were destroyed with the damage, or count no indicator"
    assert found["codes"] >= 558, "of 598"


def test_a_compilation_is_four_reports(sample):
    parts = [doc for doc in sample if doc.parent_id]
    assert [doc.doc_id[-2:] for doc in parts] == ["#1", "#2", "#3", "#4"]
    assert [doc.metadata.report_year for doc in parts] == [2014, 2015, 2016, 2017]


def test_the_seeds_split_as_expected(shared):
    import union_corpus as uc

    corpus = uc.load_corpus(shared / "seeds", progress=False)
    parts = {
        parent.doc_id[:3]: [d for d in corpus if d.parent_id == parent.doc_id]
        for parent in corpus
        if not parent.parent_id
    }
    assert {name: len(found) for name, found in parts.items()} == {"000": 0, "001": 8, "002": 3, "003": 0, "004": 15}
    years = {doc.doc_id[:3]: doc.metadata.report_year for doc in corpus if not doc.parent_id}
    assert (years["000"], years["003"]) == (2006, 2018)
    assert parts["001"][0].metadata.report_year == 2009
    assert parts["002"][2].metadata.report_year == 2002
    assert parts["004"][1].metadata.report_year == 2011
    assert "year_contradiction" in {p.problem for doc in corpus if doc.doc_id.startswith("003") for p in doc.problems}
    for doc in corpus:
        assert doc.replay() == doc.text
        assert doc.byte_span(0, len(doc.text)) is not None
