"""
What a report says about itself: title, organisation and its level, place, kind, script, and the year it is about.

``report_year`` is the year a report is about or was given; the year a single figure speaks of is the indicator's
``period`` and often another one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from union_corpus.documents import Document, Evidence
from union_corpus.segments import Segment, segment

_KINDS = (
    ("regulation", "条例|办法|规定|细则|制度|章程|规则|法$"),
    ("notice", "通知|通报|公告|意见|批复|决定"),
    ("speech", "讲话|讲话稿|致辞|致词|发言|发言稿"),
    ("plan", "计划|计画|要点|打算|规划|安排|思路|方案"),
    ("summary", "总结|报告|回顾|汇报|小结|情况"),
)


def describe(doc: Document, *, segments: Sequence[Segment] | None = None) -> Document:
    """
    A copy of a report with its metadata filled in.

    >>> about = describe(Document.from_text("2009年工会工作总结\\n2009年，各级工会帮扶职工42人。")).metadata
    >>> about.title, about.kind, about.report_year
    ('2009年工会工作总结', 'summary', 2009)
    """
    pieces = segment(doc) if segments is None else segments
    title = next((piece.text for piece in pieces if piece.kind == "title"), None)
    kind = next((name for name, words in _KINDS if title and re.search(words, title)), None)
    years = Counter(int(match.group(1)) for match in re.finditer(r"(?<!\d)((?:19|20)\d\d)\s?年", doc.text))
    year = years.most_common(1)[0][0] if years else None
    evidence = tuple(
        Evidence(match.start(), match.end(), match.group(), year or 0, "printed in the text")
        for match in list(re.finditer(rf"(?<!\d){year}\s?年", doc.text))[:3]
    )
    return replace(
        doc,
        metadata=replace(
            doc.metadata,
            title=title,
            kind=kind,
            report_year=year,
            year_evidence=evidence,
            year_confidence=years[year] / sum(years.values()) if year else None,
        ),
    )
