"""Types: replay, and the way back from any span to the original and to its bytes, on random documents and passes."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.documents import Document, Edit, Problem, RawFile, Region, Source, apply_edits
from union_corpus.errors import EditError

TEXTS = st.text(alphabet="工会职代会袁遥12 \n(huì)a", max_size=60)


@st.composite
def passes(draw, text):
    """Edits in order that do not overlap: replacements, deletions and insertions, also at both ends."""
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    edits = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        after = draw(st.text(alphabet="，。工x", max_size=4))
        if text[start:end] != after and (
            not edits or start > edits[-1].end or (start == edits[-1].end and start < end)
        ):
            edits.append(Edit(start, text[start:end], after))
    return edits


@st.composite
def documents(draw):
    doc = Document.from_text(draw(TEXTS))
    for number in range(draw(st.integers(0, 4))):
        doc = doc.apply(f"rule_{number}", draw(passes(doc.text)))
    return doc


@given(documents())
@settings(max_examples=300, deadline=None)
def test_replaying_the_recorded_edits_gives_the_text(doc):
    assert doc.replay() == doc.text


def per_character(doc):
    """The slow truth: for each character of the text, the original places it may have come from."""
    places = [{index} for index in range(len(doc.original))]
    for repair in doc.repairs:
        new, done = [], 0
        for edit in repair.edits:
            new += places[done : edit.start]
            replaced = set().union(*places[edit.start : edit.end]) if edit.before else set()
            new += [replaced] * len(edit.after)
            done = edit.end
        places = new + places[done:]
    return places


@given(documents(), st.data())
@settings(max_examples=300, deadline=None)
def test_original_span_covers_every_character_it_came_from(doc, data):
    start = data.draw(st.integers(0, len(doc.text)))
    end = data.draw(st.integers(start, len(doc.text)))
    low, high = doc.original_span(start, end)
    assert 0 <= low <= high <= len(doc.original)
    came_from = set().union(*per_character(doc)[start:end])
    assert came_from <= set(range(low, high))


@given(documents(), st.data())
@settings(max_examples=200, deadline=None)
def test_an_untouched_character_leads_back_to_itself(doc, data):
    touched = Document.from_text(doc.original)
    places = per_character(doc)
    for index, places_of_one in enumerate(places):
        if len(places_of_one) == 1 and doc.text[index] == touched.original[min(places_of_one)]:
            low, high = doc.original_span(index, index + 1)
            assert min(places_of_one) in range(low, high)


@given(documents(), st.data())
@settings(max_examples=300, deadline=None)
def test_a_slice_is_a_document_with_its_own_road(doc, data):
    start = data.draw(st.integers(0, len(doc.text)))
    end = data.draw(st.integers(start, len(doc.text)))
    part = doc.slice(start, end, doc_id="part")
    assert part.replay() == part.text
    assert part.text in doc.text
    assert doc.text[start:end] in part.text
    assert part.original in doc.original
    assert part.parent_id == doc.doc_id


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp950", "utf-16-le"])
def test_a_span_leads_back_to_its_bytes(encoding):
    text = "工會abc職工12\n" * 700
    data = text.encode(encoding)
    whole = Source(regions=(Region(0, len(text), 0, len(data), encoding),))
    doc = Document("x", text, text, source=whole).apply("drop", [Edit(2, "abc", "")])
    for start, end in [(0, 2), (2, 4), (5000, 5007), (len(doc.text) - 3, len(doc.text))]:
        low, high = doc.byte_span(start, end)
        assert data[low:high].decode(encoding) == doc.text[start:end]
    part = doc.slice(1234, 5678, doc_id="part")
    low, high = part.byte_span(100, 120)
    assert data[low:high].decode(encoding) == part.text[100:120]


def test_bytes_that_were_lost_lead_back_as_a_whole():
    regions = (Region(0, 2, 0, 4, "gb18030"), Region(2, 3, 4, 5, None), Region(3, 4, 5, 7, "gb18030"))
    doc = Document("x", "工会\ufffd好", "工会\ufffd好", source=Source(regions=regions))
    assert doc.byte_span(2, 3) == (4, 5)
    assert doc.byte_span(1, 4) == (2, 7)
    assert doc.byte_span(2, 2) == (4, 4)
    assert Document.from_text("工会").byte_span(0, 1) is None


def test_problems_move_with_their_text():
    doc = Document("x", "甲乙丙丁", "甲乙丙丁", problems=(Problem("decode", "odd", 2, 3, "丙"),))
    moved = doc.apply("drop", [Edit(0, "甲乙", "")])
    assert [(p.start, p.end) for p in moved.problems] == [(0, 1)]
    assert doc.with_problems(doc.problems).problems == doc.problems
    for start, end, inside in ((2, 3, True), (0, 3, True), (2, 4, True), (0, 2, False), (3, 4, False)):
        places = [(p.start + start, p.end + start) for p in doc.slice(start, end, doc_id="part").problems]
        assert places == ([(2, 3)] if inside else [])


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ([Edit(0, "x", "")], "expects 'x' at 0"),
        ([Edit(3, "丁", ""), Edit(1, "乙", "")], "starts at 1, before 4"),
        ([Edit(4, "戊", "")], "expects '戊' at 4"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edits, message):
    with pytest.raises(EditError, match=message):
        apply_edits("甲乙丙丁", edits)


def test_a_raw_file_knows_its_digest():
    raw = RawFile("a.txt", b"abc")
    assert raw.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_metadata_reads_both_ways():
    known = Document.from_text("工会").metadata
    assert known["report_year"] is known.report_year is None
    with pytest.raises(KeyError):
        known["colour"]
