"""
What a line of a report looks like: marks of headings, salutations, dates, heads of official documents, ends of sentences.

Only shapes are told here, line by line; what a line is among its neighbours is for ``segments`` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from union_corpus import lexicon

# A line from its first to its last visible character; a byte order mark, NULs and zero-width blanks do not count.
LINE = re.compile("[^\\s\ufeff\x00\u200b](?:[^\r\n\f\v\x85\u2028\u2029]*[^\\s\ufeff\x00\u200b])?")
CN = "一二三四五六七八九十"
MARK = re.compile(
    rf"""
    (?:\#{{1,6}}\s*)?(?:                                                                              # ## 第一章
      第\s?(?P<part>[{CN}百〇零\d]{{1,5}})\s?(?P<rank>部分|编|編|章|节|節|条|條)(?=[\s:：、,，]|\S)   # 第一部分
    | (?P<cn>[{CN}]{{1,3}}|[壹贰叁肆伍陆柒捌玖拾])(?:[、，,:：]|[．.](?!\d))                            # 一、 壹、
    | [（(]\s?(?P<cnp>[{CN}]{{1,3}})\s?、?\s?[)）]、?                                                # （一）
    | (?P<ar>\d{{1,2}})\s?(?:、|[.．](?![\d.])|[)）])                                                  # 1、 1.
    | (?P<cnr>[{CN}]{{1,3}})[)）]                                                                    # 一）
    | (?P<decimal>\d{{1,2}}(?:\.\d{{1,2}}){{1,2}})(?:、|[ \t\u3000\xa0]+(?=[\u4e00-\u9fff]))           # 1.2
    | [（(]\s?(?P<arp>\d{{1,2}})\s?[)）]                                                              # （1）
    | (?P<dotted>[⒈-⒛])                                                                              # ⒈
    | (?P<circle>[①-⒇❶-❿㈠-㈩])                                                                       # ①
    | (?P<oral>[{CN}]{{1,2}})[是要](?=[^日一])                                                         # 一是
    | [第其](?P<ordinal>[{CN}]{{1,2}})[，,、:：]                                                       # 第一， 其一，
    )
    """,
    re.VERBOSE,
)
LEVELS = {
    "cn": 1,
    "cnp": 2,
    "cnr": 2,
    "ar": 3,
    "decimal": 4,
    "dotted": 3,
    "arp": 4,
    "circle": 5,
    "oral": 6,
    "ordinal": 6,
}
RANKS = {"编": 0, "編": 0, "部分": 0, "章": 0, "节": 1, "節": 1, "条": 3, "條": 3}

CLOSED = "。！？!?；;：:…"
CLOSERS = "”’」』）)》】\"'"
# A sentence ends at 。！？ and the closing quotes after it; a slogan in quotes that is only named
# (“我为企业献一计！”活动) does not end one, nor does a ? that stands for a lost byte inside a word (下拨?5万).
SENTENCE_END = re.compile(
    r"""
    [。｡！？!?.](?:                      # a pattern that begins with a plain class is searched for quickly
      (?<=[。｡])[。｡]*[”’」』）)》】"']*\s*
    | (?<=[！？])[！？]*(?:[”’」』）)》】"']+(?![\u4e00-\u9fff，、,])|(?![！？”’」』）)》】"']))\s*
    | (?<=[!?])[!?]*(?:[”’」』）)》】"']+(?=\s|\Z)|(?=\s|\Z))\s*
    | (?<=[\u4e00-\u9fff”’）)]\.)(?<![一二三四五六七八九十]\.)(?=[\u4e00-\u9fff]|\s|\Z)\s*
    )
    """,
    re.VERBOSE,
)


def sentence_spans(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences that tile a stretch of text, with the blanks behind them."""
    done = start
    for match in SENTENCE_END.finditer(text, start, end):
        yield done, match.end()
        done = match.end()
    if done < end:
        yield done, end


SALUTATION = re.compile(
    r"(?=[^。；;]{2,60}$)(?:尊敬的|各位|同志|亲爱的|親愛的|女士|先生|老师|老師|领导|領導|代表|委员|委員|主席|来宾|來賓|朋友|工友|职工|職工|[、,，和及])*"
    r".{0,40}(?:同志们?|同志們|代表们?|代表們|委员|委員|朋友们?|朋友們|来宾|來賓|领导|領導|主席|大家好|工友们?|职工们|姐妹们|师傅们)(?:[,，]?(?:大家|上午|下午|晚上)好)?[:：!！,，]?$"
)
DATE = re.compile(
    r"[（(]?\s*(?:时间[:：])?\s*(?:[12]\s?\d\s?[\dxX×*＊_]\s?[\dxX×*＊_]|[一二][〇○零ＯO0一二三四五六七八九]{3}|[xX×*＊_~]{2,4})\s?年"
    r"\s?(?:[\dxX×*]{1,2}|[一二三四五六七八九十]{1,2})\s?月(?:\s?(?:[\dxX×* ]{1,3}|[一二三四五六七八九十]{1,3})\s?日)?\s*[）)]?$"
    r"|[（(]?(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}[）)]?$"
    r"|(?:\d{1,2}|[一二三四五六七八九十]{1,2})\s?月\s?(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s?日$"
)
DOCUMENT_NUMBER = re.compile(
    r"[\u4e00-\u9fff]{1,14}\s?[〔\[［【（(]\s?(?:19|20)\d\d\s?[〕\]］】）)]\s?(?:第\s?)?\d{1,4}\s?号|[\u4e00-\u9fff]{1,14}\s?[〔\[［【（(]\s?(?:19|20)\d\d\s?[〕\]］】）)]\s?(?:第\s?)?\d{1,4}\s?號"
)
DOCUMENT_HEAD = re.compile(
    r"(?:签\s?发\s?人|簽發人|主\s?送|抄\s?送|抄\s?报|抄\s?報|主\s?题\s?词|拟\s?稿|核\s?稿|校\s?对|打\s?字|密\s?级|紧急程度|发文字号|印发机关|机\s?密|秘\s?密)\s*[:：]"
    r"|(?:机密|秘密|特急|急件)$"
    r"|.{2,60}(?:印\s?发|印\s?製|印\s?制|印發)$"
    r"|.{2,40}(?:委员会|总工会|工会|办公室|公司|局|厅|部)\s?文\s?件$"
    r"|共\s?印\s?\d+\s?份"
    r"|附\s?件\s*\d{0,2}\s*(?:[:：]|$)"
    r"|[（(](?:此件|联系人|聯繫人|联系电话).{0,40}[)）]$"
)
ARTICLE = re.compile(rf"(?:\#{{1,6}}\s*)?第\s?[{CN}百〇零\d]{{1,5}}\s?[条條]")
# One body that a letter or a request goes to: 市总工会：
ADDRESSEE = re.compile(r"[^，。；,;]{2,28}(?:委员会|委員會|政府|总工会|總工會|公司|局|厅|办公室|党委|工会|工會)[:：]$")
# The name of the body above the number of its document, in one line or two.
LETTERHEAD = re.compile(r".{0,40}文\s?件$")
# The title of a page that collects reports, printed again among them: 工会工作总结(精选15篇)
COLLECTION = re.compile(
    r".{2,40}[（(](?:精选|通用|推荐|优秀|优质|合集|汇总|热门|最新|实用|共|集锦)?\s?\d{1,3}\s?篇[)）]"
)
# Who gives a report, under its title: 国务院总理 李某, 市总工会主席　王某某, or the name alone.
AUTHOR = re.compile(
    r"(?P<office>[\u4e00-\u9fff、 \u3000]{0,24}(?:总理|省长|市长|主席|书记|局长|县长|区长|州长|盟长|校长|厂长|矿长|经理|董事长|院长|主任|部长)[:： \u3000]*)?"
    r"(?P<surname>[\u4e00-\u9fff])[ \u3000]{0,3}(?P<given>[\u4e00-\u9fff](?:[ \u3000]?[\u4e00-\u9fff])?)"
)
# A body and a date in one line: 某厂工会 2018年3月1日
SIGNED = re.compile(
    r".{2,30}(?:工会|工會|委员会|委員會|公司|集团|办公室|学校|医院|厂|局|处|科)[ \t\u3000\xa0]+"
    r"(?:(?:19|20)\d\d\s?[年.]|[一二][〇○零ＯO0一二三四五六七八九]{3}年).{2,12}$"
)
# When and where a report was given or a law passed, under its title.
OCCASION = re.compile(
    r"[（(—―－–-]*\s*(?:[\d０-９]{4}|[一二][〇○零ＯO0一二三四五六七八九]{3})\s?年\s?[\d０-９一二三四五六七八九十]{1,2}\s?月.{0,80}"
    r"(?:通过|修订|修正|公布|发布|施行|批准|会上|会议上|大会上|讲话|上的报告|会上的讲话|通過|修訂|公佈|會上|會議上|大會上|講話)\s?(?:[）)]|$|\s.{0,20}$)"
)
ADDRESSEES = re.compile(
    r"各[^。；;]{0,80}(?:单位|部门|工会|工會|公司|机关|機關|委|局|处|厂|县|區|区|市|省|学校|医院|企业|组|室|司|会|會)[)）]?[:：]$"
)
GENRE = re.compile(
    r"(?:总结|總結|计划|計劃|計畫|要点|要點|报告|報告|讲话|講話|讲话稿|講話稿|发言|發言|发言稿|致辞|致词|致辭|汇报|匯報|彙報|通知|意见|意見|方案|办法|辦法|条例|條例|规定|規定|"
    r"通报|通報|公报|公報|决定|決定|决议|決議|纪要|紀要|打算|安排|回顾|回顧|材料|倡议书|公告|规划|規劃|制度|细则|細則|思路|任务和措施|述职报告|简报)(?:[（(].{1,20}[)）])?$"
)
ORGANISATION_END = re.compile(
    r"(?:工会|工會|总工会|委员会|委員會|公司|集团|工会办公室|办公室|厅|局|学校|中学|小学|大学|学院|医院|厂|工会联合会|筹备组|课题组|政府|院|部|处)$"
)
LINE_BORDER = frozenset(["", *" \t\r\n\f\v\x85\u2028\u2029\u3000\xa0\ufeff\x00\u200b"])

_READING = re.compile(r"[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüɡńňǹḿ ]{1,8}[)）]")


def bare(line: str) -> str:
    """A line without blanks and without the readings that a page printed into its words (篇(piān)1 is 篇1)."""
    if "(" in line or "（" in line:
        line = _READING.sub("", line)
    return "".join(line.split()) if " " in line or "\u3000" in line or "\xa0" in line or "\t" in line else line


def is_author(line: str, *, named: bool) -> bool:
    """
    True for a line that is a person's name, with an office before it or, where ``named``, without.

    >>> is_author("县总工会主席　王建国", named=False), is_author("李 明", named=True), is_author("方案", named=True)
    (True, True, False)
    """
    match = AUTHOR.fullmatch(line) if len(line) <= 32 else None
    if match is None or not (named or match["office"]):
        return False
    surnames, given = _name_characters()
    return match["surname"] in surnames and all(char in given for char in match["given"] if not char.isspace())


@cache
def _name_characters() -> tuple[frozenset[str], frozenset[str]]:
    given = frozenset(row["character"] for row in lexicon.table("given_name_characters"))
    return frozenset(row["surname"] for row in lexicon.table("surnames")), given


def first_line(text: str) -> str:
    match = LINE.search(text)
    return match.group()[:200] if match else ""


def number_value(number: str) -> int:
    """
    The value of a heading's number; 0 for a mark that is not made of numerals (①).

    >>> number_value("12"), number_value("十二"), number_value("二十"), number_value("一百零三")
    (12, 12, 20, 103)
    """
    if number.isdecimal():
        return int(number)
    total = digit = 0
    for char in number:
        unit = {"十": 10, "百": 100}.get(char)
        if unit is None:
            digit = CN.find(char) + 1
        else:
            total += (digit or 1) * unit
            digit = 0
    return total + digit
