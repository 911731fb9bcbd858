"""Places: the report's own, by their full names; ambiguous names only beside what tells them apart."""

from __future__ import annotations

import pytest

from union_corpus import lexicon
from union_corpus.places import find_place


@pytest.mark.parametrize(
    ("text", "organisation", "level", "place"),
    [
        ("一年来办了三件实事。", "唐山市丰润区总工会", "县", "河北省唐山市丰润区"),
        ("一年来办了三件实事。", "慈溪市总工会", "市", "浙江省宁波市慈溪市"),
        ("一年来办了三件实事。", "北京市海淀区总工会", "县", "北京市海淀区"),
        ("南京市总工会部署以来，我区办了三件实事。", "鼓楼区总工会", "县", "江苏省南京市鼓楼区"),
        ("一年来办了三件实事。", "鼓楼区总工会", "县", None),
        ("城区郊区的职工、矿区的职工都来了。新城区建设得好，矿区整洁。", "", "企业", None),
        ("赴旬阳县学习，到旬阳县考察，去旬阳县参观。", "", "县", None),
        ("旬阳县工会慰问职工。旬阳县工会办班。", "", "县", "陕西省安康市旬阳县"),
        ("旬阳县工会慰问职工。旬阳县工会办班。", "陕西省总工会", "省", "陕西省"),
        ("海淀区、朝阳区、通州区的职工都来了。", "", "全国", None),
        ("丰润区走访慰问。", "唐山市总工会", "县", "河北省唐山市丰润区"),
        ("各级工会认真履行职责。" * 60 + "丰润区走访慰问。", "唐山市总工会", "县", "河北省唐山市"),
        ("", "", None, None),
    ],
)
def test_places(text: str, organisation: str, level: str | None, place: str | None) -> None:
    assert find_place(text, "", organisation, level) == place


def test_counties_lie_in_known_places() -> None:
    places = {row["name"] for row in lexicon.table("places")}
    counties = lexicon.table("counties")
    assert len(counties) > 2700
    assert all(set(row["of"].split("|")) <= places for row in counties)
    assert not places.intersection(row["name"] for row in counties)
