"""
What a report says about itself: title, organisation and its level, place, kind, script, and the year it is about.

``report_year`` is the year a report is about or was given; the year a single figure speaks of is the indicator's
``period`` and often another one. How the year is told is in ``report_years``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from union_corpus.boilerplate import leaves_text_out
from union_corpus.documents import Document, Metadata, Problem
from union_corpus.line_shapes import number_value
from union_corpus.places import find_place
from union_corpus.printed_years import plain_view
from union_corpus.report_years import find_report_year
from union_corpus.scripts import detect_script
from union_corpus.segments import Segment, segment

# Told by the word nearest to the end of the title: 关于印发《工作要点》的通知 is a notice.
_KINDS = (
    ("regulation", "条例|办法|规定|细则|章程|规则|工会法|法|解释"),
    ("notice", "通知|通报|公告|意见|批复|决定|函|倡议书"),
    ("speech", "讲话|讲话稿|致辞|致词|发言|发言稿|演讲"),
    ("plan", "计划|要点|打算|规划|安排|思路|方案|设想"),
    ("summary", "总结|报告|回顾|汇报|小结|情况|概况|材料|述职|纪实|综述"),
    ("news", "召开|举行|举办|启动|揭晓|开幕|慰问|获评"),
)
_TAIL = re.compile(
    r"(?:的|稿|范文|模板|全文|格式|大全|摘要|节选|[（(【\[].{0,20}[)）】\]]|精选|\d+篇|篇\s*[\d一二三四五六七八九十]+|[\d一二三四五六七八九十]+|[、\s])+$"
)


def describe(doc: Document, *, segments: Sequence[Segment] | None = None) -> Document:
    """
    A copy of a report with its metadata filled in, and with problems for masked and contradictory years.

    ``title``, ``organisation`` and ``place`` are as printed (the place by its full name); ``level`` is one of 全国,
    省, 市, 县, 乡镇, 企业, 事业; ``kind`` one of summary, plan, speech, notice, news, regulation. What cannot be told is
    None. ``report_year`` is the year reviewed where a report reviews one and plans the next.

    >>> page = "某市总工会2023年工作总结\\n20xx年，喜迎建国60周年，深入学习实践科学发展观，全市工会帮扶职工42人。"
    >>> doc = describe(Document.from_text(page))
    >>> doc.metadata.kind, doc.metadata.level, doc.metadata.report_year
    ('summary', '市', 2009)
    >>> [problem.problem for problem in doc.problems]
    ['year_contradiction', 'masked_year']
    """
    pieces = segment(doc) if segments is None else segments
    text = doc.text
    plain = plain_view(text)
    if any(piece.kind == "report" for piece in pieces):
        # A compilation has a title; what else there is to say is said of each report in it.
        front = [piece for piece in pieces if piece.kind == "title"][:1]
        known = Metadata(title=_title(front), script=detect_script(text), duplicate_of=doc.metadata.duplicate_of)
        return replace(doc, metadata=known)
    blocks = [piece for piece in pieces if piece.kind not in ("sentence", "report")]
    title = _title(blocks)
    plain_title = plain_view(title) if title else ""
    kind = _kind(plain, plain_title, blocks)
    organisation = _organisation(text, plain, plain_title, blocks)
    plain_organisation = plain_view(organisation) if organisation else ""
    told = find_report_year(text, pieces, kind=kind, copied=_copied(doc, blocks), plain=plain)
    level = _level(plain, plain_title, plain_organisation, kind)
    return replace(
        doc.with_problems([*_partial(doc, blocks), *_omissions(blocks), *told.problems]),
        metadata=Metadata(
            title=title,
            organisation=organisation,
            level=level,
            place=find_place(plain, plain_title, plain_organisation, level),
            report_year=told.year,
            year_evidence=told.evidence,
            year_confidence=told.confidence,
            kind=kind,
            script=detect_script(text),
            duplicate_of=doc.metadata.duplicate_of,
        ),
    )


def _partial(doc: Document, blocks: Sequence[Segment]) -> list[Problem]:
    """A report whose first block, title apart, is numbered 二 or higher is the later page of something longer."""
    if any(problem.problem == "partial_report" for problem in doc.problems):
        return []
    first = next(
        (piece for piece in blocks if piece.kind not in ("title", "boilerplate", "date", "front_matter")), None
    )
    if first is None or first.kind not in ("heading", "list_item") or first.level is None or first.level > 3:
        return []
    if first.number is None or first.number in ("一", "1", "壹") or not number_value(first.number) > 1:
        return []
    return [
        Problem(
            "segment", "partial_report", first.start, first.start, "", f"the text begins with number {first.number}"
        )
    ]


def _omissions(blocks: Sequence[Segment]) -> list[Problem]:
    """Places where a page left part of the report out; the halves of the sentence do not join."""
    return [
        Problem("segment", "omitted_text", piece.start, piece.end, piece.text, "the page leaves text out here")
        for piece in blocks
        if piece.kind == "boilerplate" and leaves_text_out(piece.text)
    ]


def _copied(doc: Document, blocks: Sequence[Segment]) -> bool:
    """True for a text from a page that collects other people's reports, whose title is not the report's own."""
    if doc.parent_id is not None:
        return True
    titles = " ".join(plain_view(piece.text) for piece in blocks if piece.kind == "title")
    if re.search(r"篇\s*[\d一二三四五六七八九十]+|范文|模板|精选|大全|\d+篇", titles):
        return True
    return any(
        piece.kind == "boilerplate" and re.search("小编|猜你喜欢|猜你喜歡|范文|小編", piece.text) for piece in blocks
    )


# -- title and kind ---------------------------------------------------------------------------------------------------


# What a compilation prints before or behind the titles it collects.
_COLLECTED = re.compile(
    r"^#+\s*|^\s*[【\[（(]?第?[一二三四五六七八九十\d]{0,4}\s*[篇]\s*[一二三四五六七八九十\d]{0,4}\s*[】\]）)]?\s*[:：、.]\s*|^\s*[【\[（(]?(?:篇\s*[一二三四五六七八九十\d]+|第[一二三四五六七八九十\d]+篇)[】\]）)]?\s*$"
    r"|^第\s?[一二三四五六七八九十\d]{1,3}\s?篇\s+|\s*[【\[（(]?篇\s*[一二三四五六七八九十\d]+[】\]）)]?\s*$"
)
# The column of a site before a title: 【工会工作】
_COLUMN = re.compile("^【[^】]{2,8}】(?=.{6})")
# What tells one report of a page from the next: 工会工作总结 3
_COUNTED = re.compile(r"(?<=总结|總結|报告|報告|计划|計劃|讲话|講話|汇报|匯報|方案|发言|發言|致辞|致辭)\s*\d{1,2}$")
# The paper that printed a piece of news, over its title.
_PAPER = re.compile("[\u4e00-\u9fff]{2,6}(?:日报|晚报|工人报|企业报|时报|工报|新闻网|中工网)")
# A page whose line ends were lost has its title at the beginning of the first line, before a blank.
_TITLE_IN_LINE = re.compile(
    "[^\\s，。；：,;:]{4,40}(?:总结|總結|讲话|講話|报告|報告|计划|計劃|汇报|匯報|发言|發言|致辞|致辭|要点|要點)(?=[ \\u3000\\xa0]+\\S)"
)


def _title(blocks: Sequence[Segment]) -> str | None:
    """
    The first title that names a genre; else the first title at all. 第一篇： and 篇1 are the page's, not the title's.

    A title that is printed again with more before it (公司2014年工作总结, 纺电公司2014年工作总结) is the longer one, and a
    second line ——某厂工会工作纪实 belongs to the first.
    """
    titles = [re.sub(r"\s*[\r\n]+\s*", "", piece.text).strip() for piece in blocks if piece.kind == "title"]
    titles = [_COUNTED.sub("", _COLUMN.sub("", _COLLECTED.sub("", title).strip())) for title in titles]
    titles = [title for title in titles if title and not _PAPER.fullmatch(title)]
    if not titles:
        first = next((piece for piece in blocks if piece.kind == "paragraph"), None)
        match = _TITLE_IN_LINE.match(first.text) if first is not None else None
        return match.group() if match else None
    at = next((at for at, title in enumerate(titles) if _kind_of_title(plain_view(title))), 0)
    best = titles[at]
    if at and _SUBTITLE.match(best):
        return titles[at - 1] + best
    # Printed again below it is more (the whole name) or less (without the name of the site).
    for title in titles[:4]:
        longer = title.endswith(best) and len(best) < len(title) <= len(best) + 24
        if longer or (best.startswith(title) and _SITE.fullmatch(best, len(title))):
            return title
    return best


_SUBTITLE = re.compile("[—―－-]{1,4}")
_SITE = re.compile("[ _|丨–—-]{1,3}[^，。、]{2,16}|[(（][一-鿿]{0,4}\\d{1,3}[篇份][)）]")


def _kind_of_title(plain_title: str) -> str | None:
    rest = _TAIL.sub("", re.sub(r"\s", "", plain_title))
    if re.search("(?:总结|回顾|报告|汇报).{0,4}[和与及暨、].*(?:计划|打算|安排|思路|要点|规划)", rest):
        return "summary"
    best = (0, "")
    for kind, words in _KINDS:
        for match in re.finditer(words, rest):
            # 法 and 规定 count as the last word only: 工会法知识竞赛 is no law.
            if kind == "regulation" and match.end() != len(rest):
                continue
            best = max(best, (match.end(), kind))
    return best[1] or None


def _kind(plain: str, plain_title: str, blocks: Sequence[Segment]) -> str | None:
    """What the title calls the report; where there is no title, what the text does."""
    told = _kind_of_title(plain_title)
    if told == "speech" and _HELD.search(plain_title) and _NEWS.search(plain, 0, 500):
        # 某县举行表彰大会 某某致辞: the news of it, not the speech.
        return "news"
    if told is not None:
        return told
    if _NEWS.search(plain, 0, 500):
        return "news"
    if any(piece.kind == "salutation" for piece in blocks[:8]):
        return "speech"
    headings = " ".join(plain[piece.start : piece.end] for piece in blocks if piece.kind in ("heading", "title"))
    if re.search("回顾|总结|工作情况", headings):
        return "summary"
    if re.search("工作计划|工作要点|工作打算|主要任务|工作目标|主要措施", headings):
        return "plan"
    opening = plain[:800]
    if re.search(r"第一条\s", opening):
        return "regulation"
    if len(_AHEAD.findall(plain, 0, _ENOUGH)) > 2 + 2 * len(_BEHIND.findall(plain, 0, _ENOUGH)):
        return "plan"
    if re.search(
        "(?:总结|汇报|报告)如下|[一二三四五几近]年来|全年|今年以来|取得了|完成了|开展了|截至|共.{0,12}[0-9]", opening
    ):
        return "summary"
    return None


_HELD = re.compile("举行|召开|举办|出席")
# How news begins: 【本网讯】, 记者从市总工会获悉; or the page says from whom it has it.
_NEWS = re.compile(
    r"本[网报刊]讯|^\s*\d{1,2}月\d{1,2}日(?:[上下]午|至\d{1,2}日)?[,，]|发布(?:日期|时间)[:：]|来源[:：][^\n]{0,24}时间[:：]\s?\d{4}|[网社][讯电](?=\s|[（(]|日前|近日|\d)|日讯\s|记者[^。，]{0,24}(?:获悉|获得|了解到|报道)|(?<![\u4e00-\u9fff])(?:近日|日前)|来源[:：]\s?[\u4e00-\u9fff]{2,8}(?:网|报|社)(?![\u4e00-\u9fff])"
)
# What is still to be done, and what is done; the words of either are counted in the first so many characters.
_AHEAD = re.compile(
    "力争|争取|预计|打算|计划(?!生育|完成|的)|不低于|不少于|不超过|(?<![以之])[前内](?:完成|建成|开通|提交|召开)|以内|确保|将[于在组开进对]|要(?![求点闻素约])"
)
_BEHIND = re.compile("了|[已共]|获|同比|[比较][上去]年|增长|增加|完成(?=[^。，]{0,6}\\d)|[办审举召]结|达到|评出|截至")
_ENOUGH = 4000


# -- organisation and level -------------------------------------------------------------------------------------------

# The end of a body's name; 工会 alone only where a name stands before it.
# In Hong Kong, Macao and Taiwan it may be 职工总会, 工会联合总会 or 职工会联盟.
_BODY = r"(?:总工会|职工总会|雇员总会|工会联合总会|工会联盟|职工会联盟|工会联合会|工会委员会|工会工作委员会|有限责任公司|股份有限公司|有限公司|集团公司|集团|公司|医院|学院|大学|中学|小学|学校|人民政府|矿务局|管理局|工会)"
_NAMED = re.compile(rf"[\u4e00-\u9fff（()）]{{2,24}}{_BODY}(?:机关|工会委员会|工会|委员会)?(?:办公室)?$")
# In running text a name is trusted only behind a border and with a place or a legal form in it.
_IN_TEXT = re.compile(
    # 2004年7月云南省总工会: the month belongs to the date.
    r"(?:(?<![\u4e00-\u9fff])(?!(?<=\d)[年月日号])|(?<=[在由向共受是年表])|(?<=\d[月日号]))"
    r"(?P<name>[\u4e00-\u9fff]{1,6}(?:省|市|县|区|州|盟|旗|自治区)(?:[\u4e00-\u9fff]{0,6}?)(?:总工会|工会工作委员会)"
    r"|[\u4e00-\u9fff]{3,16}(?:有限责任公司|股份有限公司|有限公司|集团公司)(?:工会)?"
    r"|[\u4e00-\u9fff]{2,14}(?:医院|中学|小学|大学|学院|厂|矿)工会)"
)
# xx年上半年煤矿工会: the time is no part of the name.
_TIME_BEFORE = re.compile(r"^(?:年度?|[上下]半年|全年|[一二三四]季度)+(?=..)")
_HAN_RUN = re.compile("[\u4e00-\u9fff]+")
_NAMED_BEFORE = 8000
_NO_NAME = re.compile(
    r"^[由受向在经据是]|报请|各|全(?:国(?!总工会|产业总工会)|[省市县区])|我|上级|省市|市区|县区|有关|这|该|其他|他们|的|了|和|与|及|在|向|对|为|被|将|以|让|从|等|召开|加强|推进|落实|成立|组建|荣获|获评|获得|评为|授予|表彰|举办|举行|开展"
)
_SUPERIOR = re.compile(r"(?!在)[^。，,]{0,14}(?:领导下|指导下|关心|支持下|部署|下达|要求|精神|授予|表彰)")
_NO_BODY = re.compile(
    r"(?:[省市县区镇乡校院厂局矿]|集团|街道|企业|公司|领导|学校|小学|中学|幼儿园|基层|医院|机关|单位|年度|乡镇)?(?:总)?工会"
)


def _organisation(text: str, plain: str, plain_title: str, blocks: Sequence[Segment]) -> str | None:
    """
    The body that gives the report: from the signature, the title, then a full name in the text.

    A body that leads or praises (在市总工会的正确领导下) is not the one that reports.
    """
    for piece in blocks:
        if piece.kind == "signature" and _NAMED.search(re.sub(r"\s", "", plain[piece.start : piece.end])):
            return re.sub(r"\s|(?:办公室|辦公室)$", "", piece.text)
    bare = re.split("——|--", re.sub(r"\s|[#*]", "", plain_title))[-1]
    bare = re.sub(r"^.{0,2}?(?:[12]\d{3}|[xX×*_]{2,4}|20[xX]{2})(?:年度?)?", "", bare)
    before = re.split(r"关于|在|(?:19|20)\d\d|民国|\d{2,3}年|[xX×*_]{2,}|上半年|下半年|年度|年|[一二]〇", bare)[0]
    for cut in (before, re.split(r"工会(?!法)(?:年度)?(?:工作|的|第|[一二三四五六七八九十]+届)", before)[0] + "工会"):
        if _NAMED.fullmatch(cut) and not _NO_BODY.fullmatch(cut) and not _NO_NAME.search(cut) and cut in bare:
            return cut
    counts: Counter[str] = Counter()
    for run in _HAN_RUN.finditer(plain, 0, _NAMED_BEFORE):
        # A name ends in one of these words, and the pattern is slow where there is none.
        if "工会" not in run[0] and "公司" not in run[0]:
            continue
        for match in _IN_TEXT.finditer(plain, *run.span()):
            name = _TIME_BEFORE.sub("", match["name"])
            if not _NO_NAME.search(name) and not _SUPERIOR.match(plain, match.end()):
                counts[name] += 2 if match.start() < 600 else 1
    for name, weight in counts.most_common(1):
        if weight >= 2:
            return name
    return None


# Looked for in this order: 武汉市第一医院 is an institution, 北京市总工会 stands at the level of a province.
_LEVEL_WORDS = (
    ("企业", r"公司|集团|厂|矿|车间|油田|项目部|支行|分行|电厂|供电|烟草|电信|企业"),
    ("事业", r"学校|中学|小学|大学|学院|医院|幼儿园|研究院|研究所|卫生院|教育局|服务中心"),
    ("乡镇", r"(?:乡|镇|街道|社区)(?:总)?工会|街道办|(?:乡|镇)(?:党委|人民政府)"),
    ("全国", r"中华全国总工会|全国总工会|^全总"),
    ("省", r"省总工会|自治区总工会|省(?:人民)?政府|(?:北京|上海|天津|重庆)市总工会"),
    ("县", r"[县区旗]总工会|[县区](?:人民)?政府"),
    ("市", r"市总工会|市(?:人民)?政府|地区工会|州总工会"),
)
# A body that begins a clause acts in it.
_SUBJECT = r"(?<=[。，；,;\s])"
_SELF = (
    ("全国", re.compile(r"全国各级工会|各省[、（(]区")),
    ("省", re.compile(rf"[我全]省(?!会|略|级)|全区上下|省委、省政府|{_SUBJECT}省总工会(?!的)")),
    ("市", re.compile(rf"[我全]市(?!场|民|区|级|总)|市委、市政府|{_SUBJECT}市总工会(?!的)")),
    (
        "县",
        re.compile(rf"[我全]县(?!城|级)|县委、县政府|[我全]区(?!域|间|别)|区委、区政府|{_SUBJECT}[县区]总工会(?!的)"),
    ),
    ("乡镇", re.compile(r"[我全][镇乡](?!村|镇)|[我全]街道|镇党委|街道党工委")),
    (
        "企业",
        re.compile(
            r"[我本全]公司|[我本全]厂|[我全]矿|厂党委|公司党委|车间|本企业|我们公司|公司工会|厂工会|[我全]局|项目部|集团公司|分公司|[我全]行(?!业|动)|[支分]行(?!业|动)"
        ),
    ),
    ("事业", re.compile(r"[我本全]校|[我本全]院(?!子)|教职工|校工会|院工会|医护人员|[我本全]园|学生|患者")),
)


def _level(plain: str, plain_title: str, organisation: str, kind: str | None) -> str | None:
    """The level of the body that speaks, by its name, else by how it speaks of itself (我市, 全县, 我公司)."""
    title = re.sub(r"[\s\d#]|年度?", "", plain_title)
    for told in (organisation, title):
        if kind == "regulation" or "政府工作报告" in told:
            if re.match("中华人民共和国|国务院|最高人民法院", told) or "国务院" in plain[:400]:
                return "全国"
            if re.match(r"[一-鿿]{2,6}(?:省|自治区)|北京|上海|天津|重庆", told):
                return "省"
            if re.match(r"[一-鿿]{2,5}(?:市|州|盟)", told):
                return "市"
        if told and not told.startswith("总工会"):
            named = [(match.start(), level) for level, words in _LEVEL_WORDS if (match := re.search(words, told))]
            if named:
                # 省总工会关于企业民主管理的意见 is the province's; in the name of a body the order above decides.
                return named[0][1] if told is organisation else min(named, key=lambda one: one[0])[1]
    if kind == "regulation":
        return None
    scores = {level: len(pattern.findall(plain, 0, 12000)) for level, pattern in _SELF}
    best = max(scores, key=lambda level: scores[level])
    return best if scores[best] >= 2 else None
