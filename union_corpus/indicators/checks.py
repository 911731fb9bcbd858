"""Figures that cannot be right as printed: the value stays, ``obs_status`` becomes U and ``checks`` says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from union_corpus.indicators.finding import Indicator

# Rates that cannot pass 100: of members, of firms, of cases. Growth and completion of a plan can.
_BOUNDED = re.compile(r"(?:率|面|比例|比重|占比)$")
_UNBOUNDED = re.compile(r"增长|完成(?!率)|增|产销|利用|超额|投资|回报|提高|收缴|利润|负债")
_WHOLE_UNITS = frozenset(
    "人 名 位 户 家 个 份 件 起 条 项 场 次 期 人次 所 间 张 笔 册 本 篇 幅 辆 支 对 例 封 台 套 座 只 枚 班 场次 批".split()
)


def checked(rows: Sequence[Indicator], view: str) -> list[Indicator]:
    """The rows, with those marked that fail a check."""
    out = []
    for row in rows:
        reasons = [row.checks] if row.checks else []
        if row.value is not None and row.obs_status == "A":
            name = row.indicator or ""
            if (
                row.unit == "%"
                and row.value > 100
                and row.measure == "share"
                and _BOUNDED.search(name)
                and not _UNBOUNDED.search(name)
            ):
                reasons.append("rate above 100")
            if row.unit in _WHOLE_UNITS and row.value != row.value.to_integral_value():
                reasons.append("fractional count")
        out.append(replace(row, obs_status="U", checks="; ".join(reasons)) if reasons else row)
    return out
