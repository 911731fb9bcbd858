"""Texts of random clauses in the words of the genre, for the tests and the benchmark of copies."""

from __future__ import annotations

import random

WORDS = [
    "工会",
    "职工",
    "车间",
    "培训",
    "竞赛",
    "安全",
    "慰问",
    "帮扶",
    "检查",
    "民主",
    "管理",
    "制度",
    "公开",
    "班组",
    "建设",
    "技能",
    "比武",
    "活动",
    "代表",
    "提案",
    "合同",
    "工资",
    "协商",
    "女工",
    "读书",
    "文体",
    "疗养",
    "食堂",
    "宿舍",
    "经费",
    "审查",
    "干部",
    "学习",
    "调研",
    "困难",
    "家庭",
    "助学",
    "就业",
    "服务",
    "中心",
    "平台",
    "宣传",
    "先进",
    "评选",
    "表彰",
    "组织",
    "会员",
    "发展",
    "协调",
    "关系",
]


def prose(seed: int | str, size: int = 400) -> str:
    """One sentence of about ``size`` characters; the same for the same seed."""
    draw = random.Random(seed)
    clauses = ["".join(draw.choices(WORDS, k=draw.randint(3, 7))) for _ in range(size // 8)]
    return "，".join(clauses) + "。"
