"""
The names of the figures of a sentence: what each number counts, given the numbers and names beside it.

``names`` reads the words around one number; here several numbers share their words (280名、201名职工分别取得…), one tells the
growth or a part of another, and a number that sorts things (500万元以上的企业) names no count.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import islice, pairwise

from union_corpus.documents import Span
from union_corpus.indicators import activities, clauses, cues, lists, names, readings
from union_corpus.indicators.periods import Periods
from union_corpus.indicators.sections import BETWEEN, CHAIN, CONTEXT, Sentence, run
from union_corpus.indicators.subjects import Subjects
from union_corpus.indicators.vocabulary import Around, Vocabulary
from union_corpus.quantities import Quantity

_CAMPAIGN = re.compile(
    r"(?:开展|实施|启动|推进|深化|举办|做好|抓好|组织)[^,。;“”]{0,8}(“[^“”,。、]{2,12}”)[^,。;“”的]{0,4}"
    r"(?:活动|行动|工程|计划|竞赛|大赛|项目|工作|慰问|系列|比赛|创建|评选)[^,。;“”]{0,6}[,:;]"
)
_LABEL = re.compile(r"(?:^|[\s,;。、])([一-鿿]{2,8}):")
# 二、资助标准。本科每人5000元
_HEADED = re.compile(r"[\s、.（）()一二三四五六七八九十\d第条]*([一-鿿]{2,6}(?:标准|费用|经费|金额|额度|人数|名额))")
_NO_LABEL = re.compile(r"^其中$|[下是为说出调认示求看括有如]$|方面|情况|特点|问题")
# 15家先进单位和奋战在一线的30名工作者: what tells of the next number.
_OF_NEXT = re.compile(r"(?<=[一-鿿]{2})(?:和|及|与|以及)[^,;:。、和及与]{2,14}的\s*$")
# Words farther from a number than this are not read for its name.
_REACH = 100
RATES = frozenset({"%", "个百分点", "倍", "‰"})
_PARTED = re.compile(r"[,;:。(]|[^,;:。(]{12}")
_COUNTED_SLOGAN = re.compile(r"[\d一二三四五六七八九十两][个项大条]")
_COUNT_ON = re.compile(r"\s*[一-鿿]{0,3}\s*(?:共计?|合计|累计|计|总计|,?共)\s*")
_JOINT = re.compile(r"\s*(?:次|以上|左右|以下|以内)?\s*(?:、|和|及|与|以及)\s*")
# 500万元以上的企业, 25人以上企业
_THRESHOLD = re.compile(
    r"\s*(?:及其?)?(?:(?:以上|以下|以内)?的(?!任务|目标|增长|速度)"
    r"|(?:以上|以下|以内)(?=[一-鿿]{0,4}?(?:企业|单位|公司|班组(?!长)|工厂|车间|小区|工会委员会|基层工会)))"
)
_ACT_ON = re.compile(r"(?:发放|投入|筹集|完成|提供|签订|达|达到|超过|赠送|(?<!所)有)了?\s*$")
FALL = re.compile(r"(?:同比|环比)?(?:净?增长|净增加?|下降|减少|上升|提高|降低|增加|回落|[增减多少超])$")
# 比去年少了40家, 较上年末净增2.1万人, 超出年初计划118万元, 减少近8000人: how much more or less.
_MORE = re.compile(
    r"(?P<than>(?:[比较]|与|同)(?:去年|上年|前年|上一?[年届月]|往年|同期|年初|计划|目标|原|\d{4}年|五年前)[^,;。]{0,6}?(?:相比)?"
    r"|超出?(?:年初|年度|原|全年)?(?:计划|目标|任务|指标))?(?:又|再|还|也|均|分别|同比)*"
    r"(?P<more>净增加?|新增|增加|增长|减少|下降|上升|提高|降低|扩大|压缩|[多少增减][收支发交付建拨花产缴办]?)?(?:了|出|近|约|达|为|\s)*$"
)
# 与五年前相比，会员增加106人
_COMPARED_TO = re.compile(r"[与同和较比][^,;。]{2,12}(?:相比|比较),\s*$")
_TOTAL = re.compile(r"(?<=..)总(?:人)?数$")
_WEAK = ("多", "少", "增", "减", "扩大", "新增", "提高", "降低", "上升")
_COUNTED = ("户", "人", "件", "次", "单位", "总", "数量", "金额", "总额", "名额", "人次", "份")
_OF_TASK = re.compile(r"(?:完成|占).{0,8}(?:任务|计划|目标|指标)")
_MADE = re.compile(r"[作做]为|成为|列为|评为|定为|列入|纳入")
_BARE_PART = re.compile(r"[一-鿿]{1,4}[级类型等性]")
_CHANGED = re.compile(r"净增|新增|增加|减少|下降")
# 在…考核中: what stands inside.
_INSIDE = re.compile(r"^在?(.{2,}?)(?:工作|活动)?[中上里内]$")
_TOPIC = re.compile(r"\s*([^,;:。\d“]{2,14}?)(?:自|从|由|逐步|逐年|不断|稳步|连续|是|在)")

_EACH = re.compile(r"每[人户名位家单生例对亩](?:每[年月天次])?|每[年月天次]每[人户]|[人户]均|[年月]均")
# An act in few words may be of the activity told shortly before.
_SHORT, _NEAR = 6, 60
_ALONE = Around("")
# What is made or begun is a thing of its own: 建成老年食堂.
_MAKING = re.compile(r"[新建创开增设组培签评扩改]|打造|举办|推[进动]|引|获|完成|实施")
# 组织外出学习，人数20人: words that say only how many, of what the clause before tells.
_TOLD_BEFORE = re.compile(r"(?:人数|总?金额|总额|费用|经费|人次|规模|数量|参加人数|参与人数)?")
# 新建工会20家、分会30家，分别完成任务的110%和120%
_TASK_IN_TURN = re.compile(r"分别(?:超额)?完成(?:[^,;。]{0,8}(?:任务|计划|目标|指标)数?的?)?\s*$")
_EACH_END = re.compile(rf"(?:{_EACH.pattern})$")
# Longer words tell of themselves and no part.
_MODIFIER = 14
_OF_THESE = re.compile(r"^[^,;。\d]{0,8}中,?$|^\($")
# Units in which events are counted.
_HELD_UNITS = ("场", "场次", "次", "期", "轮", "班", "届", "堂", "趟")


def _takes_part(name: names.Name) -> bool:
    """
    Whether a name tells only those who take part in an event.

    46支代表队参赛, 64名选手同台竞技: what they do in it says no more; 12名选手被授予称号 does.
    """
    if name.root not in cues.words("taker"):
        return False
    done = name.text.replace(name.root, "").strip("的")
    idle = not done or done in cues.words("doing") or done.startswith("经")
    return idle or not cues.patterns().predicate.match(done)


def _leans(own: str, unit: str) -> bool:
    """添置器材, 服务货车司机: whether a name is an act told in few words, which may be of an activity told before."""
    if len(own) > _SHORT or unit in RATES:
        return False
    verb, thing = clauses.verb_and_core(own)
    if not verb or _MAKING.match(verb):
        return False
    return len(thing) <= 2 or clauses.ends_in_agent(thing)


def _of_whole(own: str, whole: names.Name) -> str:
    """
    Those who are part of others with what was told of these: 其中女工 of those 下岗 → 下岗女工.

    Those told of in like words (新业态会员 of 会员), or who do something of their own, need no more.
    """
    if set(pairwise(own)) & set(pairwise(whole.text)) or clauses.verb_and_core(own)[0]:
        return own
    if whole.modifier:
        return whole.modifier + own if len(whole.modifier) <= _MODIFIER else own
    if whole.root == "会员":
        return own + whole.root
    return own if clauses.ends_in_agent(whole.root) or len(whole.text) > 4 else whole.text + own


class Namer:
    """Names for the figures of one text, sentence by sentence."""

    def __init__(
        self,
        text: str,
        view: str,
        borders: clauses.Borders,
        periods: Periods,
        subjects: Subjects,
        words: Vocabulary,
    ) -> None:
        self.text = text
        self.view = view
        self.words = words
        self.borders = borders
        # Where the text says when and who, not what.
        self._asides: list[Span] = [(found.start, found.end) for found in periods.found]
        self._asides += [(found.start, found.end) for found in subjects.found]
        self._asides.sort()
        self._told_last: list[names.Name] = []

    def enter(self, sentence: Sentence) -> None:
        """Tell the numbers of a sentence that count things from those that sort them."""
        held = sentence.quantities
        sentence.thresholds = [quantity for quantity in held if self._threshold(quantity)]
        sorting = set(map(id, sentence.thresholds))
        sentence.counted = [quantity for quantity in held if id(quantity) not in sorting] if sorting else held
        sentence.together = [
            not self.view[one.end : other.start].strip(BETWEEN) for one, other in pairwise(sentence.counted)
        ]

    def leave(self, told: list[names.Name]) -> None:
        """Keep the names told in a sentence for the next."""
        self._told_last = told

    def continued(self, sentence: Sentence, before: names.Name | None) -> names.Name | None:
        """The name a sentence goes on with: one that begins with 其中 or a dependent head speaks of the one before."""
        if before is None:
            return self._topic(sentence)
        opening = self.view[sentence.start : sentence.start + 12].lstrip(" \n")
        if opening.startswith("其中"):
            # …投入3400万元，资助3.5万人次。其中，市总投入1200万元: of the whole in its unit
            return self._same_unit(self._told_last, sentence.quantities[0].unit) or before
        if opening.startswith(("同比", "比上年", "覆盖", "涉及")):
            return before
        return self._topic(sentence)

    def _topic(self, sentence: Sentence) -> names.Name | None:
        """What a sentence speaks of before its first number, where the number's own clause does not say it."""
        first = sentence.quantities[0]
        match = _TOPIC.match(self.view, sentence.start, first.start)
        if match and "," in self.view[match.end() : first.start]:  # 会员人数自1978年以后减少，1995年为1.03亿人
            return self._named(match.span(1))
        clause = self.borders.before(first.start, max(sentence.start, first.start - _REACH), signs=clauses.CLAUSE)
        own = (clause, self._cue_start(first))
        if (
            clause <= sentence.start
            or self.view[clause - 1] != ","
            or not _TOLD_BEFORE.fullmatch(clauses.read_left(self.view, own, self._drop(own)).text)
        ):
            return None
        # 在全市教育系统工会考核中，我会由第6名上升到第2名; 合理化建议突出降成本，共1820条
        floor = max(sentence.start, clause - _REACH)
        return self._named((self.borders.before(clause - 1, floor, signs=clauses.CLAUSE), clause - 1))

    def _named(self, span: Span) -> names.Name | None:
        """A stretch of words as a name that the next numbers may take up."""
        text = _INSIDE.sub(r"\1", clauses.read_left(self.view, span, self._drop(span)).text)
        if not 2 <= len(text) <= 20:
            return None
        verb, root = clauses.verb_and_core(text)
        return names.Name(text, (span,), "topic", verb, root, own=text)

    def _drop(self, span: Span) -> list[Span]:
        """Where a stretch says when and who, not what."""
        low, high = ((place,) for place in span)
        return self._asides[bisect_left(self._asides, low) : bisect_left(self._asides, high)]

    def name(
        self, sentence: Sentence, floor: int, current: names.Name | None, told: list[names.Name]
    ) -> tuple[list[names.Name], int, Span]:
        """
        The names of the quantity after those told (more where several things share it), from where on the next may look,
        and the stretch of words that named it. ``current`` is what the sentence speaks of.
        """
        view, held, at = self.view, sentence.counted, len(told)
        quantity = held[at]
        start = self.borders.before(quantity.start, max(floor, quantity.start - _REACH), signs=clauses.CLAUSE)
        if view.startswith("其中:", start - 3):
            start -= 3
        listed = False
        if at and start == floor:
            joint = _JOINT.match(view, floor, quantity.start)
            if joint:
                start, listed = joint.end(), True
        span = (start, self._cue_start(quantity))
        right = self._right(sentence, at)
        around = (start, max(right[1], quantity.end))
        left = clauses.read_left(view, span, self._drop(span))

        member = self._series(sentence, at)
        if member:
            return [member], quantity.end, around
        if quantity.unit in RATES:
            grown = self._growth(sentence, left.printed.rstrip(), current, told)
        else:
            grown = self._change(quantity, span, told)
        if grown:
            return [grown], quantity.end, around
        both = lists.several(left.printed, left.text)
        if both:
            return (
                [names.Name(text, (left.span,), "several", *clauses.verb_and_core(text), own=text) for text in both],
                quantity.end,
                around,
            )
        same = self._same_unit(told, quantity.unit)
        name = readings.name_of(view, quantity, right, left, current, listed=listed, same=same)
        used = quantity.end
        if at + 1 < len(held) and _COUNT_ON.fullmatch(view[quantity.end : held[at + 1].start]):
            used = held[at + 1].start  # 15个班次共18人: the second has no words of its own
        elif name.rule in ("object", "subject"):
            if right[0] == quantity.end:
                noun_end, begin = clauses.split_agent(view, *right)
                used = noun_end if begin < right[1] else right[1]
            name = self._shared_act(name, sentence, at, right)
        name = self._apportioned(name, sentence, at)
        name = self._as_part(name, sentence, told, start)
        name = self._belonging(self._labelled(name, sentence, start), sentence, told, start)
        if quantity.unit == "元":
            beside = bool(at) and not view[held[at - 1].end : start].strip(" ,、") and told[-1].unit == "元"
            name = self._each(name, (left.span[1], quantity.start), told[-1] if beside else None)
        return [self._with_campaign(name, sentence, start)], used, around

    def _right(self, sentence: Sentence, at: int) -> Span:
        """The words after a number, up to the end of its clause or to what belongs to the next number."""
        held = sentence.counted
        quantity = held[at]
        end = self.borders.after(quantity.end, min(sentence.end, quantity.end + _REACH), signs=clauses.CLAUSE)
        # 138个销售收入在500万元以上的企业: what sorts them is no part of the name.
        next_sorting = bisect_left(sentence.thresholds, quantity.end, key=lambda found: found.start)
        if next_sorting < len(sentence.thresholds) and sentence.thresholds[next_sorting].start < end:
            sorting = sentence.thresholds[next_sorting]
            opening = _THRESHOLD.match(self.view, sorting.end)
            return (opening.end() if opening else sorting.end), end
        if at + 1 == len(held) or held[at + 1].start >= end:
            return quantity.end, end
        _, last = sentence.run(at)
        if last > at:  # 280名、201名职工分别取得…: what follows the last speaks for all
            stop = held[last + 1].start if last + 1 < len(held) else sentence.end
            return held[last].end, self.borders.after(
                held[last].end, min(stop, held[last].end + _REACH), signs=clauses.CLAUSE
            )
        end = self.borders.after(quantity.end, held[at + 1].start, signs=clauses.CLAUSE + "、")
        of_next = _OF_NEXT.search(self.view, quantity.end, end) if end == held[at + 1].start else None
        return quantity.end, of_next.start() if of_next else end

    def _cue_start(self, quantity: Quantity) -> int:
        """Where the words before a number end: before its cue (近, 超过), where that stands before the number."""
        if quantity.cue:
            low = max(0, quantity.start - 16)
            ahead = self.text[low : quantity.start].rstrip()
            if ahead.endswith(quantity.cue):
                return low + len(ahead) - len(quantity.cue)
        return quantity.start

    def _growth(
        self, sentence: Sentence, left: str, current: names.Name | None, told: list[names.Name]
    ) -> names.Name | None:
        """同比增长12.1%: the growth of what was told before; 分别增长26.7%和32.6%: of the two before."""
        growth = cues.patterns().growth.search(left)
        task = _TASK_IN_TURN.search(left)
        if task or (told and told[-1].rule == "task" and not left.strip(" 和与、及")):
            of = self._grown_in_turn(sentence, told, "task")
            if of is not None:
                done = "完成任务"
                return of._replace(text=of.text + done, rule="task", own=done, modifier="", part=False, matter="")
        follows = bool(told) and told[-1].rule == "growth" and not left.strip(" 和与、及")
        if (growth and "分别" in left) or follows:
            of = self._grown_in_turn(sentence, told, "growth")
            if of is not None:
                word = next((w for w in cues.words("growth") if growth and w in growth.group()), None)
                if word is None:  # …和8%: the word was told with the first of them
                    word = next((w for w in cues.words("growth") if told[-1].text.endswith(w)), "增长")
                return of._replace(
                    text=of.text + word, rule="growth", own=of.own + word, modifier="", part=False, matter=""
                )
        if not growth or current is None:
            return None
        if _OF_TASK.search(current.text):  # 收缴经费86万元，完成任务的108%，同比增长11%: the fees grew
            current = next(
                (one for one in reversed(told) if one.unit not in RATES and not _OF_TASK.search(one.text)), current
            )
        rest = clauses.tidy(left[: growth.start()])
        if len(rest) > 1 and not re.search(r"同比|比|较", rest):
            return None
        word = next((w for w in cues.words("growth") if w in growth.group()), "增长")
        changed = _CHANGED.fullmatch(current.own) and current.root
        of_what = current.root if changed else FALL.sub("", current.text)
        own = FALL.sub("", current.own) + word
        return current._replace(text=of_what + word, rule="growth", own=own, modifier="", part=False, matter="")

    def _grown_in_turn(self, sentence: Sentence, told: list[names.Name], rule: str) -> names.Name | None:
        """For one of several rates in a row the figure it belongs to: as many were told before them."""
        held, at = sentence.counted, len(told)
        base = [
            name
            for name, quantity in zip(told[-CHAIN:], held[max(0, at - CHAIN) :], strict=False)
            if name.rule != rule and not (name.part and rule == "task") and quantity.unit not in RATES
        ]
        done = 0
        while done < min(at, CHAIN) and told[-1 - done].rule == rule:
            done += 1
        _, last = run(at, len(held), lambda one: not self.view[held[one].end : held[one + 1].start].strip(" 和与、及"))
        ahead = min(last - at + 1, CHAIN)
        return base[len(base) - ahead] if len(base) >= done + ahead > 1 else None

    def _change(self, quantity: Quantity, span: Span, told: list[names.Name]) -> names.Name | None:
        """比去年少了40家, 减少近8000人: the change of the figure told last in the same unit, or of the thing named here."""
        found = _MORE.search(self.view, *span)
        if not found or not (found["than"] or found["more"]):
            return None
        what = clauses.read_left(self.view, (span[0], found.start()), self._drop(span)).text
        of = self._same_unit(told, quantity.unit)
        bare = not what or what.removesuffix("数") in _COUNTED
        than = found["than"] or _COMPARED_TO.search(self.view, max(0, span[0] - 16), span[0])
        latest = next((one for one in reversed(told) if one.rule != "growth"), None)
        if not than and (not bare or of is None or of is not latest or found["more"] in _WEAK):
            return None
        more = found["more"] or "超出"
        if len(more) == 1:  # 健康体检较去年多
            more = (found["than"] or "") + more
        if bare:
            return of and of._replace(
                text=_TOTAL.sub("", of.text) + more,
                rule="change",
                own=of.own + more,
                modifier="",
                part=False,
                matter="",
            )
        of = of if of is not None and (what in of.text or of.root in what) else None
        verb, root = clauses.verb_and_core(what)
        pieces = ((span[0], found.start()),)
        return names.Name(what + more, pieces, "change", verb, root, own=what + more, coded=of and of.coded)

    @staticmethod
    def _same_unit(told: list[names.Name], unit: str) -> names.Name | None:
        """The name told last in a unit."""
        return next(
            (other for other in islice(reversed(told), CHAIN) if other.unit == unit and other.rule != "pair"), None
        )

    def _series(self, sentence: Sentence, at: int) -> names.Name | None:
        """A和B分别为…和…, A、B分别增长…、…: the name that belongs to this number of the series."""
        held = sentence.counted
        first, last = sentence.run(at)
        if last == first:
            return None
        low = max(0, held[first].start - _REACH)
        mark = lists.SERIES.search(self.view, low, self._cue_start(held[first]))
        if not mark:
            return None
        start = self.borders.before(mark.start(), low, signs=clauses.CLAUSE)
        span = (start, mark.start())
        found = lists.series(clauses.read_left(self.view, span, self._drop(span)).text, last - first + 1)
        if not found:
            return None
        act = ""
        if mark["act"]:
            act = clauses.read_left(self.view, mark.span("act"), self._drop(mark.span("act"))).text
        growth = next((word for word in cues.words("growth") if word in act), None) if held[at].unit in RATES else None
        text = found[at - first] + (growth or act)
        rule = "growth" if growth else "series"
        return names.Name(text, (span,), rule, *clauses.verb_and_core(text), own=text)

    def _shared_act(self, name: names.Name, sentence: Sentence, at: int, right: Span) -> names.Name:
        """270家企业、3万名职工参加…: the first shares the predicate told after the last."""
        held = sentence.counted
        if name.modifier or at + 1 >= len(held) or len(name.root) > 8:
            return name
        between = self.view[right[1] : held[at + 1].start].strip(" 、和与及的")
        low, high = self._right(sentence, at + 1)
        # 选树5个镇,12家企业作为典型: what the last are made, the first are made too, a comma between or not.
        made = between == "," and name.verb and _MADE.search(self.view, low, high)
        if (between and not made) or "的" in name.text:
            return name
        for after in range(at + 2, min(at + CHAIN, len(held))):  # 13个车间、192个班组、4100名职工全部参赛
            if (
                self.view[high : held[after].start].strip(" 、和与及的")
                or clauses.split_agent(self.view, low, high)[0] < high
            ):
                break
            low, high = self._right(sentence, after)
        if _BARE_PART.fullmatch(name.root):  # 10个省级、25个市级工作室: the head stands with the last
            end, _ = clauses.split_agent(self.view, low, high)
            head = re.sub(r"^[一-鿿]{1,3}[级类型等性]", "", clauses.tidy(self.view[low:end]))
            return name._replace(text=name.text + head, own=name.own + head) if len(head) <= 12 else name
        _, begin = clauses.split_agent(self.view, low, high)
        act = clauses.tidy(self.view[begin:high])
        if begin >= high or not 2 <= len(act) <= 16:
            return name
        act = re.sub(r"^([一-鿿]{2,4}?)了", r"\1", act)
        text = name.text + act if name.rule == "object" and name.verb else clauses.doing(act, name.text)
        return name._replace(text=text, pieces=(*name.pieces, (begin, high)), own=text)

    def _as_part(self, name: names.Name, sentence: Sentence, told: list[names.Name], start: int) -> names.Name:
        """
        The name with what 其中 says of it: parts go on while the unit stays and nothing but a comma stands between.

        A bare part (其中国家级2家、省级4家) takes the name of the whole.
        """
        held, at = sentence.counted, len(told)
        if not name.part and told and self._is_part(name, sentence, told, start):
            name = name._replace(part=True)
        whole = next((other for other in islice(reversed(told), CHAIN) if not other.part), None) if name.part else None
        if whole is None or not whole.root:
            return name
        if _BARE_PART.fullmatch(name.own) and whole.root not in name.text:
            pieces = (*whole.pieces[:1], *name.pieces[-1:])
            return name._replace(text=name.own + (whole.matter or whole.root), pieces=pieces)
        if (
            len(name.own) <= 6
            and not clauses.ends_in_agent(name.own)
            and (name.rule != "left" or len(clauses.verb_and_core(name.own)[1]) < 3)
            and not set(pairwise(name.own)) & set(pairwise(whole.text))
        ):
            name = name._replace(text=clauses.thing_of(whole.root) + name.own)  # 法律援助案件1308件，其中诉讼402件
        # 新发展会员3万人，其中农民工2万人: the words by which the part may be known in the vocabulary.
        matter = whole.verb + name.own + whole.root
        if name.text == name.own and clauses.ends_in_agent(name.own) and held[at].unit == whole.unit:
            name = name._replace(text=_of_whole(name.own, whole))
        return name._replace(matter=matter)

    def _is_part(self, name: names.Name, sentence: Sentence, told: list[names.Name], start: int) -> bool:
        """Whether a figure goes on with the parts before it, or begins to: 19万名职工中，女职工8万名; 工作室21个（省级2个."""
        held, at = sentence.counted, len(told)
        between = self.view[held[at - 1].end : start]
        if held[at].unit == held[at - 1].unit and _OF_THESE.search(between):
            return True
        same = next((k for k in range(at - 1, max(-1, at - CHAIN), -1) if held[k].unit not in RATES), -1)
        if same < 0 or not told[same].part or held[at].unit != held[same].unit:
            return False
        between = between if same == at - 1 else self.view[held[at - 1].end : start]
        listed = not between.strip(" 、和")  # 其中获局级奖4项、获专利1项
        alike = name.own[-2:] == told[same].own[-2:]  # 其中独立工会41个，联合工会27个
        return listed or (not between.strip(" ,、和") and (alike or not clauses.verb_and_core(name.own)[0]))

    def _apportioned(self, name: names.Name, sentence: Sentence, at: int) -> names.Name:
        """280名、201名职工分别取得高级工、中级工证书: each number takes its own member of the list."""
        if "、" not in name.text and "和" not in name.text:
            return name
        held = sentence.counted
        first, last = run(at, len(held), lambda one: not _PARTED.search(self.view, held[one].end, held[one + 1].start))
        low, high = self._right(sentence, last)
        told = self.view.find("分别", low, high)
        if told < 0 or last == first:
            return name
        act = clauses.tidy(self.view[told + 2 : high])
        verb, core = clauses.verb_and_core(act)
        members = lists.split_list(core)
        if len(members) != last - first + 1 or act not in name.text:
            return name
        own = verb + members[at - first]
        return name._replace(text=name.text.replace(act, own), own=name.own.replace(act, own))

    def sorted_by(self, sentence: Sentence, quantity: Quantity) -> tuple[names.Name, Span]:
        """The name of a threshold: what it sorts and by what (规模企业销售收入 for 销售收入在500万元以上的规模企业)."""
        start = self.borders.before(
            quantity.start, max(sentence.start, quantity.start - _REACH), signs=clauses.CLAUSE + "、"
        )
        at = bisect_left(sentence.quantities, quantity.start, key=lambda found: found.start)
        if at:
            start = max(start, sentence.quantities[at - 1].end)
        span = (start, quantity.start)
        by = clauses.read_left(self.view, span, self._drop(span)).text
        end = self.borders.after(quantity.end, min(sentence.end, quantity.end + _REACH), signs=clauses.CLAUSE + "、")
        opening = _THRESHOLD.match(self.view, quantity.end, end)
        begin = opening.end() if opening else quantity.end
        noun_end, _ = clauses.split_agent(self.view, begin, end)
        sorted_thing = clauses.tidy(self.view[begin:noun_end])[:16]
        return names.Name(sorted_thing + by, (span, (begin, noun_end)), "threshold", own=sorted_thing + by), (
            start,
            end,
        )

    def _threshold(self, quantity: Quantity) -> bool:
        """销售收入在500万元以上的企业: a number that sorts things and counts none."""
        if not quantity.bound or quantity.unit in RATES or not _THRESHOLD.match(self.view, quantity.end):
            return False
        ahead = self.view[max(0, quantity.start - 8) : quantity.start]
        return not _ACT_ON.search(ahead)

    def _labelled(self, name: names.Name, sentence: Sentence, place: int) -> names.Name:
        """The name with the label before the colon, where it is too short by itself: 费用标准：省内每人1800元."""
        if name.rule != "left" or len(name.own) > 3 or name.verb or clauses.ends_in_agent(name.own):
            return name
        found = None
        for match in _LABEL.finditer(self.view, max(sentence.start, place - _REACH), place):
            found = match
        if found and not _NO_LABEL.search(found.group(1)):
            return name._replace(text=found.group(1) + name.text, pieces=(found.span(1), *name.pieces))
        above = sentence.section.names
        heading = _HEADED.fullmatch(above[0].strip(" 。:：")) if above else None
        return name._replace(text=heading.group(1) + name.text) if heading else name

    def _belonging(self, name: names.Name, sentence: Sentence, told: list[names.Name], start: int) -> names.Name:
        """A name of hardly more than a verb, a rate or those who take part, with what it belongs to: 技术比武参赛."""
        if name.part or name.rule not in ("left", "subject", "predicate", "object", "listed"):
            return name
        taker = _takes_part(name)
        own = name.root if taker else name.own
        completed = name.rule == "listed" or (name.rule == "left" and name.text != own)
        unit = sentence.counted[len(told)].unit
        leans = not taker and not activities.hangs(own)
        if not taker and ((completed and not activities.is_prize(own)) or (leans and not _leans(own, unit))):
            return name
        low = max(sentence.start, start - (_NEAR if leans else CONTEXT))
        low = max(low, self.view.rfind(";", low, start) + 1)
        own_clause = name.rule == "subject" and len(own) <= 2  # 大赛设焊工、车工等12个工种
        end = sentence.counted[len(told)].start if own_clause else start - 1
        found = activities.activity(self.view, (low, max(low, end)), self.borders)
        if not found and told and told[-1].root and low <= sentence.counted[len(told) - 1].start:
            last = told[-1]
            heard = (taker or leans) and last.unit in _HELD_UNITS  # 放映露天电影22场，观众9000人
            hung = last.text != last.own and last.text.startswith(last.root)  # 证书变更46家，注销19家
            parallel = activities.is_act(last.own) and last.unit == unit and not hung
            rates = clauses.is_rate(own) and clauses.is_rate(last.root)  # 建会率85%，会员率79%
            if (heard or activities.hangs_on_name(own)) and not (parallel or rates):
                account = next((one for one in told if one.root.endswith("收入")), last) if unit == "元" else last
                found = account.root.removesuffix("收入"), account.pieces[0]
        if not found or own in found[0] or (not taker and set(pairwise(own)) & set(pairwise(found[0]))):
            return name
        if leans and self.words.code(own, _ALONE, unit):  # an act the vocabulary knows by itself
            return name
        own = activities.without_giving(own)
        root = found[0] if activities.is_act(own) else name.root
        return name._replace(text=found[0] + own, root=root, pieces=(found[1], *name.pieces))

    def _each(self, name: names.Name, led: Span, beside: names.Name | None) -> names.Name:
        """考入本科的每人4000元，专科2500元: for whom a sum is told, where the words that lead to the number say it."""
        if not name.text or name.rule in ("pair", "growth", "change") or _EACH.search(name.text):
            return name
        each = _EACH.search(self.view, *led)
        if each:
            return name._replace(text=name.text + each.group(), pieces=(*name.pieces, each.span()))
        alike = beside and name.rule == "left" and not name.verb and not activities.is_act(name.own)
        same = _EACH_END.search(beside.text) if alike and beside else None
        return name._replace(text=name.text + same.group()) if same else name

    def _with_campaign(self, name: names.Name, sentence: Sentence, place: int) -> names.Name:
        """The name with the campaign it was told under: 开展“夏送清凉”活动，慰问职工7800名."""
        if not name.text or "“" in name.text:
            return name
        low = max(sentence.start, place - CONTEXT)
        if self.view.find("“", low, place) < 0:
            return name
        found = None
        for match in _CAMPAIGN.finditer(self.view, low, place):
            found = match
        if not found or ";" in self.view[found.end() - 1 : place]:
            return name
        quoted = found.group(1)
        if _COUNTED_SLOGAN.search(quoted):
            return name
        if quoted.strip("“”") in name.text:
            return name
        return name._replace(text=quoted + name.text, pieces=(found.span(1), *name.pieces))
