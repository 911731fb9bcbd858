"""Numbers in Chinese, Arabic and mixed numerals."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus.numerals import Number, find_numbers, parse_number

HERE = Path(__file__).resolve().parent
CASES = json.loads((HERE / "cases" / "numbers.json").read_text(encoding="utf-8"))
PEERS = HERE.parents[1] / "shared" / "peers"


def plain(value: Decimal | None) -> str | None:
    return None if value is None else format(value.normalize(), "f")


@pytest.mark.parametrize("case", CASES["numbers"], ids=lambda case: case["text"])
def test_the_value_of_a_whole_number(case: dict[str, Any]) -> None:
    value = parse_number(case["text"])
    if case["value"] is None:
        assert value is None
    else:
        assert value is not None
        assert abs(Fraction(value) - Fraction(case["value"])) < Fraction(1, 10**20)


@pytest.mark.parametrize("case", CASES["found"], ids=lambda case: case["text"][:12])
def test_numbers_in_running_text(case: dict[str, Any]) -> None:
    assert [[number.text, plain(number.value)] for number in find_numbers(case["text"])] == case["numbers"]


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("450余人", 450, 460),
        ("50多万人", 500000, 600000),
        ("280多万人", 2800000, 2900000),
        ("1.2万余人", 12000, 13000),
        ("一万多人", 10000, 20000),
        ("12亿多元", 1200000000, 1300000000),
        ("十几人", 10, 20),
        ("二十几万", 200000, 300000),
        ("几百万", 1000000, 10000000),
        ("数千人", 1000, 10000),
        ("三四千人", 3000, 4000),
        ("3—5万元", 30000, 50000),
        ("6000—10000元", 6000, 10000),
        ("十七八岁", 17, 18),
    ],
)
def test_the_span_of_a_vague_number(text: str, low: int, high: int) -> None:
    (number,) = find_numbers(text)
    assert (number.low, number.high) == (low, high)


def test_kinds() -> None:
    text = "12人，1.5倍，三分之一，85%，3至5名，数十家，第二届"
    assert [number.kind for number in find_numbers(text)] == [
        "integer",
        "decimal",
        "fraction",
        "percent",
        "range",
        "vague",
        "ordinal",
    ]


def test_values_are_exact() -> None:
    assert parse_number("0.1") == Decimal("0.1")
    assert parse_number("四千五百六十九万八千三百一十一亿四千八百七十二万五千三百八十二") == Decimal("4569831148725382")
    assert parse_number("12345678901234567890.5") == Decimal("12345678901234567890.5")


def _score(name: str) -> tuple[int, int]:
    right = total = 0
    with (PEERS / "recognizers_zh" / "flat.jsonl").open(encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            if case["model"] != name:
                continue
            total += 1
            told = [(found["start"], found["end"], found["value"]) for found in case["results"]]
            ours = [(number.start, number.end, number.value) for number in find_numbers(case["input"])]
            right += len(told) == len(ours) and all(
                mine[:2] == theirs[:2]
                and mine[2] is not None
                and abs(float(mine[2]) - theirs[2]) <= 1e-9 * max(1.0, abs(theirs[2]))
                for mine, theirs in zip(ours, told, strict=True)
            )
    return right, total


@pytest.mark.skipif(not PEERS.exists(), reason="the peers' cases in ../shared are not here")
def test_the_cases_of_recognizers_text() -> None:
    right, total = _score("NumberModel")
    assert total == 365
    assert right >= 350


NUMERALS = st.text(
    alphabet="零〇一二三两十百千万亿兆廿几半数上第负余多来点分之百又成折%.,，—-～ \n\r0123459０５xX×*人个元月年",
    max_size=30,
)


@settings(max_examples=400, deadline=None)
@given(st.one_of(NUMERALS, st.text(max_size=30)))
def test_any_text_gives_numbers_in_order_and_in_place(text: str) -> None:
    end = 0
    for number in find_numbers(text):
        assert isinstance(number, Number)
        assert end <= number.start < number.end <= len(text)
        assert text[number.start : number.end] == number.text
        if number.low is not None and number.high is not None:
            assert number.low <= number.high
        end = number.end


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10**12))
def test_a_chinese_numeral_and_its_digits_agree(value: int) -> None:
    assert parse_number(_spelled(value)) == value == parse_number(str(value)) == parse_number(f"{value:,}")


def _spelled(value: int) -> str:
    """The Chinese numeral of a whole number, by the book."""
    if value == 0:
        return "零"
    parts: list[str] = []
    for unit, name in ((10**12, "万亿"), (10**8, "亿"), (10**4, "万"), (1, "")):
        block, value = divmod(value, unit)
        if not block:
            continue
        digits = ""
        zero = bool(parts) and block < 1000
        for size, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit, block = divmod(block, size)
            if digit:
                digits += ("零" if zero else "") + "零一二三四五六七八九"[digit] + word
                zero = False
            elif digits:
                zero = True
        parts.append(digits + name)
    return "".join(parts)


@pytest.mark.parametrize("piece", ["一万", "1 ", "十五", "百分之", "三分之", "1-", "万", "一点", "1,"])
def test_time_grows_with_the_length_of_the_text(piece: str) -> None:
    def seconds(text: str) -> float:
        begun = time.process_time()
        find_numbers(text)
        return time.process_time() - begun

    find_numbers(piece)
    short, long = (min(seconds(piece * n) for _ in range(3)) for n in (1000, 8000))
    assert long < 40 * short + 0.05
