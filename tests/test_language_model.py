"""The character model: what it folds, that its chances are chances, that its ways to score agree, and how fast it is."""

import importlib.util
import math
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.language_model import load_model, pack, reading_with, train_trie, unpack

ROOT = Path(__file__).resolve().parents[1]
LINE = "一年来，各级工会坚持服务大局，职工代表大会制度不断健全。"


@pytest.fixture(scope="module")
def model():
    return load_model()


def test_the_packaged_numbers_stay_small():
    assert (ROOT / "union_corpus" / "language_model.npz").stat().st_size <= 5_000_000


def test_loading_is_lazy_and_quick():
    code = (
        "import time; import union_corpus.language_model as lm; import numpy\n"
        "started = time.process_time(); lm.load_model(); print(time.process_time() - started)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 0.6  # 0.2 s on an idle machine


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("职工代表大会", "職工代表大會"),
        ("2006年，共有", "１９９８年,共有"),
        ("（一）工会", "(一)工会"),
        ("ＤＶ片", "VD片"),
        ("①宣传", "⑵宣传"),
        ("工会\n职工", "工会\r职工"),
    ],
)
def test_width_script_and_digits_are_folded(model, one, other):
    assert model.score(one) == pytest.approx(model.score(other))


def test_a_run_of_line_ends_is_one_boundary(model):
    assert model.score("工会\n\n\n职工") == pytest.approx(model.score("工会\n职工"))


@pytest.mark.parametrize("history", ["", "\n", "职", "工会", "职工代", "，一年来", "龘龘龘"])
def test_chances_add_up_to_one(model, history):
    known = {int(model.ids(char)[0]): char for char in model.vocabulary}
    total = sum(math.exp(model.log_prob(history, char)) for char in known.values() if char != "\n" or history != "\n")
    assert 0.97 < total < 1.03


def test_words_beat_their_misreadings(model):
    assert model.score("职工代表大会") > model.score("职工袋婊大会") + 10
    assert model.score("工作报告，一年来") > model.score("工作报告袁一年来")


def test_rare_characters_beat_impossible_ones(model):
    assert model.score("工会\u9f98") > model.score("工会\ue123")
    assert model.known("会")
    assert model.known("會")
    assert not model.known("\ue123")


@settings(deadline=None, max_examples=60)
@given(st.text(alphabet=st.characters(), max_size=30) | st.text(alphabet="工会职代表\n\r 2９，,袁", max_size=30))
def test_scores_agree_with_log_prob(text):
    model = load_model()
    scores = model.scores(text)
    assert scores.shape == (len(text),)
    singly = [model.log_prob(("\n" + text)[: at + 1], char) for at, char in enumerate(text)]
    assert np.allclose(scores, singly)
    assert model.score(text) == pytest.approx(sum(singly))


def test_a_model_that_has_read_more_knows_more(model):
    mixed = model.mixed_with(["攀钒工会召开攀钒职工代表大会。" * 20], weight=0.3)
    assert mixed.score("攀钒工会") > model.score("攀钒工会") + 5
    assert mixed.score(LINE) > model.score(LINE) - 0.4 * len(LINE)
    assert mixed.log_prob("攀", "钒") == pytest.approx(float(mixed.scores("攀钒")[1]), abs=3)
    with pytest.raises(ValueError, match="between 0 and 1"):
        model.mixed_with(["工会"], weight=1.5)


@pytest.mark.parametrize("text", ["", "工", "攀钒工会", "攀钒工会，攀钒工会。"])
def test_a_model_may_have_read_very_little_more(model, text):
    mixed = model.mixed_with([text])
    grams = np.array([model.ids("职工代表"), model.ids("攀钒工会")])
    expected = [mixed.log_prob("职工代", "表"), mixed.log_prob("攀钒工", "会")]
    assert mixed.last_log_probs(grams) == pytest.approx(expected, abs=1e-5)


def test_a_model_in_context_stands_for_the_packaged_one_within_its_block(model):
    mixed = model.mixed_with(["攀钒工会召开攀钒职工代表大会。"])
    with reading_with(mixed):
        assert load_model() is mixed
    assert load_model() is model
    with pytest.raises(KeyError), reading_with(mixed):
        raise KeyError
    assert load_model() is model


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("經濟發展", "經濟髮展"),
        ("美容理髮店", "美容理發店"),
        ("今年以後", "今年以后"),
        ("職工會員", "職工会員"),
        ("慈禧太后", "慈禧太後"),
    ],
)
def test_traditional_forms_are_told_apart(model, right, wrong):
    assert model.score(right) == pytest.approx(model.score(wrong))
    assert load_model("traditional").score(right) > load_model("traditional").score(wrong) + 0.5


@settings(deadline=None, max_examples=40)
@given(st.text(alphabet="工會会職职發髮展頭后後以裡里面为為\n，2", max_size=30))
def test_traditional_scores_agree_with_log_prob(text):
    model = load_model("traditional")
    singly = [model.log_prob(("\n" + text)[: at + 1], char) for at, char in enumerate(text)]
    assert np.allclose(model.scores(text), singly)


@pytest.mark.parametrize("ids", [[7], [7, 7], [7, 8, 9, 7, 8], [6] * 30])
def test_a_model_can_be_trained_on_next_to_nothing(ids):
    unigrams = np.full(12, 1 / 12)
    trie = train_trie(np.array(ids), size=12, unigrams=unigrams)
    chances = [math.exp(trie.log_prob(ids[-3:], char)) for char in range(12)]
    assert sum(chances) == pytest.approx(1.0, abs=0.02)
    assert all(chance > 0 for chance in chances)


@pytest.fixture(scope="module")
def training():
    spec = importlib.util.spec_from_file_location("training", ROOT / "data" / "scripts" / "train_language_model.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(("least", "shrinks"), [(-math.inf, False), (1e-4, True), (math.inf, True)])
def test_what_is_pruned_leaves_its_chance_to_the_others(training, least, shrinks):
    ids = np.array(random.Random(1).choices(range(6, 12), weights=(9, 5, 4, 2, 1, 1), k=3000))
    trie = train_trie(ids, size=12, unigrams=np.full(12, 1 / 12), least=(1, 1, 1, 1))
    less = training.pruned(trie, least)
    assert (sum(map(len, less.keys)) < sum(map(len, trie.keys))) == shrinks
    for history in ([6], [6, 7], [6, 7, 8], [11, 11, 11]):
        chances = [math.exp(less.log_prob(history, char)) for char in range(12)]
        assert sum(chances) == pytest.approx(1.0, abs=1e-3)
        if not shrinks:
            assert chances == pytest.approx([math.exp(trie.log_prob(history, char)) for char in range(12)], rel=1e-3)
    assert trie.scores(ids).mean() + 1e-6 >= less.scores(ids).mean() >= math.log(1 / 12) - 1e-6


def test_a_model_comes_back_as_it_was_packed(model):
    again = unpack(pack(model.vocabulary, model.folded, model.parts[0][1]))
    assert all((one == other).all() for one, other in zip(model.parts[0][1].keys, again.parts[0][1].keys, strict=True))
    assert again.score(LINE) == pytest.approx(model.score(LINE), rel=1e-3)


def test_long_texts_are_scored_in_bulk(model):
    text = LINE * 20_000
    model.scores(text[:1000])
    started = time.process_time()
    model.scores(text)
    assert len(text) / (time.process_time() - started) > 500_000  # characters a second; some 2 million when idle


def test_a_search_may_ask_often(model):
    pairs = [(LINE[at - 3 : at], LINE[at]) for at in range(3, len(LINE))]
    for history, char in pairs:
        model.log_prob(history, char)
    started = time.process_time()
    for _ in range(1000):
        for history, char in pairs:
            model.log_prob(history, char)
    assert (time.process_time() - started) / (1000 * len(pairs)) < 3e-6


def test_reports_it_has_not_read_are_predicted(shared):
    """The floor of tests/quality/language_model.py on text of other years and places than it was trained on."""
    texts = [path.read_bytes().decode("gb18030", "replace") for path in sorted((shared / "real" / "gbk").glob("*.txt"))]
    bits = -load_model().scores("\n".join(texts)).mean() / math.log(2)
    assert bits < 4.75


def test_bulk_and_pieces_change_nothing(model, monkeypatch):
    from union_corpus import language_model

    randomness = random.Random(0)
    text = "".join(randomness.choice(LINE + "\n袁龘\ue123九") for _ in range(3000))
    plain = model.scores(text)
    monkeypatch.setattr(language_model, "_BULK", 1)
    assert np.array_equal(model.scores(text), plain)
    monkeypatch.setattr(language_model, "_PIECE", 100)
    assert np.allclose(model.scores(text), plain)
