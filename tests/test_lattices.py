"""Lattices: against trying every reading one by one."""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.language_model import load_model
from union_corpus.repairs.lattices import decode_lattice, log_add

STRINGS = st.sampled_from(["", "工", "会", "，", "袁", "主席", "工会的工作", "\n", "2"])
SLOTS = st.lists(st.lists(st.tuples(STRINGS, st.floats(-6, 0)), min_size=1, max_size=3), min_size=0, max_size=5)


def one_by_one(slots, model, history):
    """Every way through the lattice with its log probability."""
    for choices in itertools.product(*(range(len(slot)) for slot in slots)):
        weight, text = 0.0, history
        for slot, choice in zip(slots, choices, strict=True):
            string, prior = slot[choice]
            weight += prior
            for char in string:
                weight += model.log_prob(text[-3:], char)
                text += char
        yield choices, weight, text[len(history) :]


@settings(deadline=None, max_examples=60)
@given(SLOTS, st.sampled_from(["", "\n", "各级工会"]))
def test_sums_and_choices_are_those_of_all_readings(slots, history):
    model = load_model()
    reading = decode_lattice(slots, model, history=history, beam=10_000)
    ways = list(one_by_one(slots, model, history))
    assert reading.log_best == pytest.approx(max(weight for _, weight, _ in ways))
    total = math.log(sum(math.exp(weight) for _, weight, _ in ways))
    assert reading.log_total == pytest.approx(total)
    assert any(choices == reading.choices and text == reading.text for choices, _, text in ways)
    for at, shares in enumerate(reading.posteriors):
        assert sum(shares) == pytest.approx(1.0)
        for number, share in enumerate(shares):
            wanted = sum(math.exp(weight - total) for choices, weight, _ in ways if choices[at] == number)
            assert share == pytest.approx(wanted, abs=1e-6)


def test_a_beam_keeps_the_best_reading_of_a_long_lattice():
    line = "一年来，各级工会坚持服务大局，职工代表大会制度不断健全。"
    slots = [[(char, 0.0), ("袁", 0.0), ("龘", 0.0), ("怨", 0.0)] for char in line]
    assert decode_lattice(slots, load_model(), history="\n", beam=200).text == line


@given(st.floats(-700, 700), st.floats(-700, 700))
def test_adding_logs(a, b):
    assert log_add(a, b) == log_add(b, a) >= max(a, b)
    assert log_add(a, -math.inf) == a
