"""Numbers with a unit that count nothing: slogans, sessions, ages, spans of time, 一个."""

from __future__ import annotations

import re

from union_corpus.quantities import Quantity

# Units of time, age and order; a figure in them is a date, an age or a length of time.
_TIME = frozenset(
    [
        "天",
        "日",
        "年",
        "岁",
        "月",
        "个月",
        "小时",
        "分钟",
        "秒",
        "周",
        "周年",
        "个小时",
        "星期",
        "个星期",
        "点",
        "时",
        "届",
        "级",
        "世纪",
        "年级",
        "学期",
        "季度",
        "旬",
        "代",
        "号",
        "个工作日",
        "工作日",
        "岁以上",
        "周岁",
        "夜",
        "分",
        "刻",
        "辈子",
        "节",
        "字",
        "讲",
    ]
)
_CHINESE = re.compile(r"[一二三四五六七八九十两几]{1,3}")
_SMALL_UNITS = frozenset(
    [
        "个",
        "项",
        "种",
        "类",
        "条",
        "点",
        "方面",
        "层",
        "大",
        "次",
        "支",
        "套",
        "件",
        "步",
        "手",
        "面",
        "道",
        "座",
        "批",
        "位",
        "本",
        "股",
        "份",
        "只",
        "门",
        "把",
        "根",
        "句",
        "张",
        "笔",
        "段",
        "路",
        "线",
        "户",
        "家",
        "块",
        "场",
        "回",
        "部",
        "环",
        "关",
        "名",
        "期",
        "所",
    ]
)
_COUNTED_NOUN = re.compile(
    r"\s*(?:名|家|个|项)?(?:[^,。;、]{0,8}?)(?:工会|职工|员工|企业|单位|班组|会员|劳模|工作室|基地|中心|合同|培训班|竞赛|比赛|作品|代表|干部|专利|成果|奖|先锋号|书屋|站|小组|活动室|学校|医院|公司|集体|个人|"
    r"委员会|劳动者|民警|教师|护士|学生|家庭|车间|社区|村|能手|标兵|称号|报道|信息|论文|稿|建议|提案|案件|项目|讲座|演出|会议|座谈会|晚会|服务队|人)"
)
_ABSTRACT = re.compile(
    r"\s*(?:方面|环节|问题|措施|重点|原则|目标|阶段|要求|体系|机制|平台|关系|观念|意识|代表(?!团|队|人)|坚持|确保|维护|普遍|务必|全面|自信|意义|理念|任务|工作|方向|层面|层次|领域|特点|转变|结合|文明|必须|不|提高|加强|"
    r"带头|服务(?!站|中心|队)|作用|职能|一批|凡是|优势|台阶|水平|建设|突破|创新(?!工作室|成果|项目)|亮点|品牌|大局|中心(?!小学)|基本|渠道|途径|载体|抓手|契机|时期|过程|系统|整体|共同|良好|重要|月|世纪|方案|规定|意见|办法|制度|条例|决议|精神|主题|系列)"
)
_ACT_BEFORE = re.compile(
    r"(?:举办|召开|新建|建成|建立|新增|评选|评出|表彰|获|获得|荣获|签订|培训|慰问|组建|开展|创建|编辑|上报|培育|推荐|选送|命名|授予|完成|成立|设立|有|达|为|共|投入|发放|组织|选出|增加|配备|聘请|印发|举行|晋升)(?:了|出)?\s*$"
)
_SLOGAN = re.compile(r"“[^“”,。;:\n]{0,8}$")
_SLOGAN_END = re.compile(r"[^“”,。;:\n]{0,6}”")
# 工作总结(精选15篇): how many reports a page holds.
_COLLECTED = re.compile(r"(?:精选|通用|最新|热门|推荐|范文|汇总|大全|优秀|锦集|集锦|共)\s*$")
_SESSION = re.compile(r"(?:第|届)\s*$")
_TIMES_BEFORE = re.compile(r"(?:第|首|再|又|逐|每|同|另|任何|某|哪|这|那|本|上|下|前|后)\s*$")


def is_counted(view: str, quantity: Quantity) -> bool:
    """
    Whether a quantity counts something.

    >>> from union_corpus.quantities import find_quantities
    >>> [q.text for q in find_quantities("“五个100”活动中表彰3个单位") if is_counted("“五个100”活动中表彰3个单位", q)]
    ['3个']
    """
    if quantity.kind in ("year", "date", "ordinal", "duration", "age") or quantity.unit in _TIME:
        return False
    if quantity.obs_status != "A":
        return True
    start, end = quantity.start, quantity.end
    if quantity.unit == "篇" and _COLLECTED.search(view[max(0, start - 6) : start]):
        return False
    ahead, behind = view[max(0, start - 12) : start], view[end : end + 14]
    if quantity.kind != "rank" and _SESSION.search(ahead):
        return False
    if _SLOGAN.search(ahead) and _SLOGAN_END.match(behind):
        return False
    number = view[quantity.number_start : quantity.number_end].strip()
    if _CHINESE.fullmatch(number) and quantity.unit in _SMALL_UNITS:
        return _small_counts(number, quantity.unit, ahead, behind)
    return True


def _small_counts(number: str, unit: str, ahead: str, behind: str) -> bool:
    """Whether a small Chinese numeral counts (新增三家工会) or is a way of speaking (三个代表, 一个重要方面)."""
    if "几" in number or _ABSTRACT.match(behind) or _TIMES_BEFORE.search(ahead):
        return False
    if unit in (
        "大",
        "点",
        "方面",
        "种",
        "类",
        "步",
        "手",
        "层",
        "批",
        "股",
        "句",
        "把",
        "面",
        "门",
        "路",
        "线",
        "道",
        "回",
        "关",
        "环",
    ):
        return False
    if number == "一":
        followed = bool(behind.strip()) and behind.lstrip()[0] not in ",。;:、!?)"
        return bool(followed and unit in ("家", "名", "期", "场", "所", "篇") and _ACT_BEFORE.search(ahead))
    if not behind.strip() or behind.lstrip()[0] in ",。;:、!?)":
        return bool(_ACT_BEFORE.search(ahead)) or unit in ("家", "名", "期", "场", "所", "户", "篇", "件", "份", "次")
    return bool(_COUNTED_NOUN.match(behind)) and (
        bool(_ACT_BEFORE.search(ahead)) or unit in ("家", "名", "户", "所", "位", "期", "场", "篇", "件")
    )
