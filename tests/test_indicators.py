"""Indicators: what is counted, what it is called, whose and when, and what cannot be right."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from union_corpus import lexicon, tables
from union_corpus.documents import Document, Edit, Metadata
from union_corpus.errors import LexiconError
from union_corpus.indicators import Indicator, find_indicators

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"


def _quality() -> ModuleType:
    """The script that measures, so that floors are held against the same figures it prints."""
    name = "quality_indicators"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, ROOT / "tests" / "quality" / "indicators.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def _one(text: str, **given: object) -> Indicator:
    rows = find_indicators(text, **given)  # type: ignore[arg-type]
    assert len(rows) == 1, [row.text for row in rows]
    return rows[0]


def _dated(text: str, year: int | None, title: str | None = None) -> Document:
    return Document("report", text, text, metadata=Metadata(title=title, report_year=year))


def test_attributes_are_the_columns() -> None:
    assert Indicator._fields == tuple(tables.INDICATORS)


def test_rows_fill_the_frame() -> None:
    rows = find_indicators("全市新建工会36家，职工入会率达92%。")
    frame = tables.frame(tables.rows_of(rows, tables.INDICATORS), tables.INDICATORS)
    assert list(frame.columns) == list(tables.INDICATORS)
    assert frame["value"].tolist() == [36.0, 92.0]


@pytest.mark.parametrize("text", json.loads((CASES / "indicators_none.json").read_text(encoding="utf-8")))
def test_no_indicator(text: str) -> None:
    assert [row.text for row in find_indicators(text)] == []


def test_our_own_sentences() -> None:
    figures = _quality().score_cases()
    assert figures["found"] >= 0.99
    assert figures["name"] >= 0.99
    assert figures["code"] >= 0.99
    assert figures["period"] >= 0.99
    assert figures["status"] >= 0.99
    assert figures["subject"] >= 0.97


def test_codes_of_the_vocabulary() -> None:
    assert _quality().score_codes() >= 0.99


def test_facts_of_the_sample() -> None:
    figures = _quality().score_sample()
    assert figures["found"] >= 0.985
    assert figures["code"] >= 0.965
    assert figures["no code"] >= 0.895
    assert figures["period"] >= 0.915
    assert figures["status"] >= 0.975


def test_confidence_means_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).with_name("quality")))
    told = sorted(_quality().judged(), key=lambda each: each[0])
    low, high = told[: len(told) // 10], told[len(told) // 2 :]
    for rows in (low, high):
        meant, right = (sum(each) / len(rows) for each in zip(*rows, strict=True))
        assert abs(meant - right) < 0.05


def test_development_reports() -> None:
    quality = _quality()
    if not quality.DEV.is_dir():
        pytest.skip("needs ../shared/dev, the development material")
    figures = quality.score_reports()
    assert figures["found"] >= 0.995
    assert figures["code"] >= 0.98
    assert figures["period"] >= 0.925
    assert figures["status"] >= 0.995


def test_labelled_passages() -> None:
    quality = _quality()
    if not quality.DEV.is_dir():
        pytest.skip("needs ../shared/dev, the development material")
    scored = quality.score_passages(quality.passages())
    shown = dict(line.split("=", 1) for line in scored.splitlines() if line.startswith("indicator "))
    assert float(next(iter(shown.values())).split(";")[0].split("=")[-1]) >= 0.91


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        (
            "工会会员3.2万人，比上年增加1800人，入会率达91%，提高1.5个百分点。",
            [("member_total", "level"), ("member_total", "change"), ("density", "share"), ("density", "change")],
        ),
        (
            "经费收入由86万元增至97万元，年均增长6.2%。",
            [("income", "level"), ("income", "level"), ("income", "growth")],
        ),
        (
            "收到提案63件，比上年多5件，办结60件。",
            [("proposals", "level"), ("proposals", "change"), ("proposals", "level")],
        ),
        ("游客接待量增长12%。", [(None, "growth")]),
        ("发放慰问金8.4万元，户均700元。", [("aid_spend", "level"), ("aid_standard", "level")]),
        (
            "医疗互助参保860人，补助41人次、9.1万元。",
            [("mutual_aid_persons", "level"), (None, "level"), ("insurance_payout", "level")],
        ),
    ],
)
def test_growth_and_change_go_under_the_code_of_their_indicator(text: str, rows: list[tuple[str | None, str]]) -> None:
    assert [(row.indicator_code, row.measure) for row in find_indicators(text)] == rows


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("查出隐患86条，整改82条。", "隐患整改"),
        ("全区基层工会发展到812个。", "基层工会"),
        ("在全市工会工作考核中，我会由第9名上升到第4名。", "工会工作考核"),
        ("对中层以上32名干部进行民主评议，优秀9名，称职22名。", "民主评议称职"),
        ("补助标准：住院每人500元，门诊200元。", "补助标准门诊每人"),
        ("动员务工人员430人入会。", "动员务工人员入会"),
        ("组织8个分厂、46个班组、1200名职工参赛。", "参赛职工"),
        ("惠及职工630人。", "惠及职工"),
        ("建成职工书屋21家，藏书4.2万册。", "职工书屋藏书"),
        ("签订集体合同86份，覆盖企业120家、职工9000人。", "集体合同覆盖职工"),
        ("收缴工会经费61万元，完成任务的106%，同比增长9%。", "收缴工会经费增长"),
        ("方案以93.6%的同意率通过。", "同意率"),
        ("高温时节为装卸、保洁等岗位310人送清凉。", "送清凉装卸、保洁等岗位"),
        ("办理法律援助案件96件，其中诉讼31件、仲裁52件。", "法律援助案件仲裁"),
        ("车间举办焊工擂台赛，参赛54人。", "焊工擂台赛参赛"),
        ("举办焊工擂台赛，54名选手同台献艺。", "焊工擂台赛选手"),
        ("举办焊工擂台赛，2名选手被授予“技术状元”称号。", "被授予“技术状元”称号的选手"),
        ("设立“寒窗基金”，行政补助8万元。", "“寒窗基金”行政补助"),
        ("设立“寒窗基金”；行政补助8万元。", "行政补助"),
        ("落实“十五”规划精神，筹资8万元。", "筹资"),
        ("“读好书”征文收到稿件86篇，评出一等奖4篇。", "“读好书”征文一等奖"),
        ("放映电影14场，观众3200人。", "放映电影观众"),
        ("劳务派遣工640人，入会590人。", "劳务派遣工入会"),
        ("厂区道路硬化12公里，投资90万元。", "投资"),
        ("私营企业260户，建立工会的有84户。", "建立工会的私营企业"),
        ("扶持街道工会14个。", "扶持街道工会"),
        ("应到代表160名，实到152名。", "实到代表"),
        ("夜班津贴由每班6元涨到9元。", "夜班津贴"),
        ("职工捐款2.6万元，救助患病员工9人。", "救助患病员工"),
        ("存款余额31万元，全年借出42笔共18万元。", "借出金额"),
        ("640名职工子女领到总额为92万元的助学金。", "助学金"),
        ("某厂张某等7人荣获“技术能手”称号。", "荣获“技术能手”称号人数"),
        ("纺织、机电、物流4个行业签订协议。", "签订协议的行业"),
        ("大会以312票赞成通过方案。", "赞成通过方案"),
        ("一线代表比例由上届工代会时的42%提高到51%。", "一线代表比例"),
        ("会员入会率比2011年提高8个百分点。", "会员入会率提高"),
        ("群众满意度连续三年保持在96%。", "群众满意度"),
        ("发展会员2400人，完成全年任务的120%。", "发展会员完成全年任务"),
        ("新建工会30家，发展会员2400人，分别完成任务的106%和118%。", "发展会员完成任务"),
        ("签订工资专项合同的企业46家，覆盖职工2900人。", "签订工资专项合同的企业覆盖职工"),
        ("下岗310人，其中女工120人。", "下岗女工"),
        ("210名职工取得证书，其中技师8名。", "取得证书的技师"),
        ("调解成功52起，成功率96%。", "调解成功率"),
        ("发放助学款6万元，资助32人。", "助学款资助"),
        ("安全巡视9轮，发现问题140项。", "安全巡视发现问题"),
        ("“比技能”活动评出状元6名、能手31名。", "评出能手"),
        ("“爱心”基金累计发放额达到8200元。", "“爱心”基金发放额"),
        ("全厂工会已累计筹资8万元。", "筹资"),
        ("经协商将夜班补贴由每班8元提高到12元。", "夜班补贴"),
        ("辖区36家私营企业中，已有21家建立工会。", "建立工会的私营企业"),
        ("建成工作室15个（省级2个、市级4个）。", "市级工作室"),
        ("组织职工体检480人，较去年多60人。", "组织职工体检较去年多"),
        ("发放救助金9万元、助学金6万元。", "发放助学金"),
        ("工会经费收入90万元，支出82万元。", "工会经费支出"),
        ("发表稿件26篇，编发信息8期，被上级采用6篇。", "稿件被上级采用"),
        ("对6个专题进行了视察。", "视察专题"),
        ("“五小”成果申报30项，评出一等奖5项、二等奖9项。", "“五小”二等奖"),
        ("职工活动中心占地8亩，建筑面积4600平方米。", "职工活动中心建筑面积"),
        ("去年新建工会45家，今年新建60家。", "新建工会"),
        ("投入180万元为29个偏远班站配齐空调。", "配齐空调偏远班站"),
        ("组织8支突击队、210人赴灾区抢修。", "突击队赴灾区抢修"),
        ("参加技能培训班13个班次共286人次培训。", "参加技能培训班人次"),
        ("公司所属9个单位、860名员工报名参赛。", "报名参赛的员工"),
        ("大专以上学历占56.3%。", "大专以上学历占比"),
        ("“安全伴我行”演讲赛选手24名。", "“安全伴我行”演讲赛选手"),
        ("市县两级工会组织职工体检8600人。", "组织职工体检"),
        ("镇（街道）总工会18个。", "镇总工会"),
        ("发放“爱心储蓄”借款26人次，还款率100%。", "“爱心储蓄”借款还款率"),
    ],
)
def test_the_last_name(text: str, name: str) -> None:
    assert find_indicators(text)[-1].indicator == name


def test_money_is_named_by_what_it_is_spent_on() -> None:
    assert find_indicators("投入180万元为29个偏远班站配齐空调。")[0].indicator == "投入偏远班站配齐空调"


@pytest.mark.parametrize(
    ("text", "stat"),
    [
        ("技工260名中，女技工90名。", "part"),
        ("建成工作室15个（省级2个、市级4个）。", "part"),
        ("其中活动支出8万元、占60%，维权支出2万元。", "part"),
        ("人均住房面积由6平方米增至9平方米。", "per_capita"),
        ("全年经费总收入86万元。", "total"),
    ],
)
def test_stats(text: str, stat: str) -> None:
    assert find_indicators(text)[-1].stat == stat


def test_what_is_so_already_is_no_target() -> None:
    doc = _dated("二、下一步打算\n目前会员5万人。计划新建工会20家。\n五年内培训职工8万人。", 2010)
    assert [row.status for row in find_indicators(doc)] == ["result", "plan", "target"]
    assert [row.status for row in find_indicators("五年内培训职工8万人。")] == ["result"]
    assert _one("近五年内新建工会30家。").status == "result"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("一、主要目标：集体合同签订率达95%。", "target"),
        ("评选条件：建会率95%以上。", "norm"),
        ("今年慰问每户不低于700元。", "norm"),
    ],
)
def test_aims_and_conditions(text: str, status: str) -> None:
    assert _one(text).status == status


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("会员1.8万人，比2006年增长9%。", "2010"),
        ("三月召开职代会，收到提案41件。", "2010"),
        ("截至9月底，会员1.8万人。", "2010-09"),
        ("参赛职工达到3200人，是2008年的1.6倍。", "2010"),
        ("明年任务更重。新建工会60家。", "2011"),
        ("截至9月底，会员1.8万人。年内召开全委会3次。办班7期。", "2010"),
        ("“十五”期间，新建工会60家。办班70期。", "2001-2005"),
        ("截至去年4月，会员1.8万人。", "2009-04"),
        ("2009年6月2日，市总召开大会。会上表彰先进。五大战线命名工作室60家。", "2009"),
        ("入会率由76%升到83%。", "2010"),
        ("2007年以来，涌现出一批典型。决定授予12个单位先锋号称号。", "2010"),
        ("到2012年会员达到2万人。五年内新建工会60家。", "2008-2012"),
        ("五年内新建工会60家。", None),
        ("截至2010年12月31日，会员1.8万人。年中办班9期。", "2010"),
    ],
)
def test_periods(text: str, period: str | None) -> None:
    doc = Document(doc_id="r", original=text, text=text, metadata=Metadata(report_year=2010))
    assert find_indicators(doc)[-1].period == period


def test_a_change_sets_out_from_the_year_told_after_you() -> None:
    text = "2010年，入会率由71%升到83%，会员由2007年的3万人增加到5万人，工会由60家增加到90家。"
    assert [row.period for row in find_indicators(text)] == [None, "2010", "2007", "2010", "2007", "2010"]


@pytest.mark.parametrize(
    ("text", "stats"),
    [
        ("全市建成驿站180个，20个驿站具备法律服务功能，9个驿站配备药箱。", [None, "part", "part"]),
        ("全市建成驿站180个，覆盖职工2万人，20个社区参加。", [None, None, None]),
        ("提案86件，其中5件已经落实，5件正在实施。", [None, "part", "part"]),
        ("每人奖励800元，合计4万元。", ["per_capita", "total"]),
    ],
)
def test_parts_of_what_was_counted_before(text: str, stats: list[str | None]) -> None:
    assert [row.stat for row in find_indicators(text)] == stats


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("节前，市药监局工会走访职工30户。", "市药监局工会"),
        ("去年矿工会走访职工30户。", "矿工会"),
        ("此次活动远安县总工会筹资30万元。", "远安县总工会"),
        ("今年市总工会筹资30万元。", "市总工会"),
        ("市总工会今年开展的活动，已资助学子30名。", "市总工会"),
        ("参加市总工会举办的活动，资助学子30名。", None),
        ("县总工会为使全县职工安心，慰问职工30名。", "县总工会"),
        ("全国总工会拨付资金30万元。", "全国总工会"),
        ("争取上级总工会资金30万元。", None),
        ("邀集六大总工会理事长30人。", None),
        ("市、县两级工会组织劳动竞赛30场。", "市、县两级工会"),
        ("共为全矿30户职工办理低保。", "全矿"),
        ("市建筑行业有农民工30人。", "市建筑行业"),
        ("据统计，各作业区上报建议30条。", "各作业区"),
    ],
)
def test_subjects(text: str, subject: str | None) -> None:
    assert find_indicators(text)[-1].subject == subject


@pytest.mark.parametrize(
    ("chance", "text", "period", "confidence"),
    [
        (0.9, "新建工会60家。", "2010", 0.87),
        (0.4, "新建工会60家。", "2010", 0.39),
        (0.2, "新建工会60家。", None, 0.97),
        (0.2, "今年新建工会60家。", None, 0.97),
        (0.2, "2012年3月，召开大会。今年新建工会60家。", "2012", 0.97),
        (0.2, "公布2012年项目。具体是新建工会60家。", "2012", 0.97),
    ],
)
def test_a_year_only_guessed_dates_no_figure(chance: float, text: str, period: str | None, confidence: float) -> None:
    known = Metadata(report_year=2010, year_confidence=chance)
    row = find_indicators(Document(doc_id="r", original=text, text=text, metadata=known))[-1]
    assert (row.report_year, row.period, row.confidence) == (2010, period, confidence)


def test_a_review_given_in_the_next_year_calls_its_own_year_last_year() -> None:
    text = "大会总结2010年工作，部署2011年任务。去年新建工会60家。今年，全市工会将新建工会20家。"
    doc = Document(doc_id="r", original=text, text=text, metadata=Metadata(report_year=2010))
    assert [(row.period, row.status) for row in find_indicators(doc)] == [("2010", "result"), ("2011", "plan")]


@pytest.mark.parametrize(
    ("title", "text", "status"),
    [
        ("职工疗休养管理办法", "省内每人1500元。", "norm"),
        ("工会2010年工作总结", "春节慰问每人1500元。", "result"),
        ("工会2010年工作计划", "慰问困难职工不少于200户。", "target"),
        ("工会2010年工作计划", "助学标准由每人2000元提高到2500元。", "target"),
        ("表彰决定", "研究决定授予12个班组先锋号称号。", "result"),
        (None, "市总决定，今年新建企业建会60户。", "plan"),
        (None, "争取到帮扶资金20万元。", "result"),
        (None, "为确保节日安全，深入一线检查企业20家。", "result"),
        (None, "围绕年度目标任务，培训职工300人。", "result"),
        (None, "围绕年度目标任务，力争培训职工300人。", "target"),
        (None, "紧扣“增效益”的目标，团结三千多名职工。", "result"),
        (None, "提出努力实现年底全市站点达到20个的目标。", "target"),
        (None, "为符合条件的96名职工办理补贴。", "result"),
        (None, "2011年入会率达到了91%。", "result"),
        (None, "市总工会将组织开展“三大活动”。举办招聘会9场。", "plan"),
        (None, "市总工会将组织开展“三大活动”。已举办招聘会9场。", "result"),
        (None, "要多渠道促进再就业。全年培训下岗职工330人。", "plan"),
        (None, "要多渠道促进再就业。全年共培训下岗职工330人。", "result"),
        (None, "一、2010年工作回顾\n要多渠道促进再就业。全年培训下岗职工330人。", "result"),
    ],
)
def test_statuses(title: str | None, text: str, status: str) -> None:
    doc = Document(doc_id="r", original=text, text=text, metadata=Metadata(title=title, report_year=2010))
    assert find_indicators(doc)[-1].status == status


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("今年8家期满的企业都已续签。", ["续签期满的企业"]),
        ("六位退休老人表演了太极拳。", ["表演太极拳的退休老人"]),
        ("把事故教训绘制成30块宣传画。", ["绘制宣传画"]),
        ("实现产值90万元，其中：种植业20万元、养殖业30万元。", ["实现产值", "产值种植业", "产值养殖业"]),
        ("为采煤三队全体职工送去毛巾90条。", ["送去毛巾"]),
        ("xx社区总工会现有3个分会、2家俱乐部。", ["分会", "俱乐部"]),
        ("建会率达85%，会员率达79%。", ["建会率", "会员率"]),
        ("来自各车间的8名组长对今年的安全工作情况作了发言。", ["来自各车间的组长"]),
        ("发放集体协商要约30余份。", ["发放集体协商要约"]),
        ("收到感谢信40封。", ["收到感谢信"]),
        ("代收工会经费已完成70万元。", ["代收工会经费"]),
        ("对成绩突出的9家单位和奋战在一线的20名职工进行表彰。", ["成绩突出的单位", "奋战在一线的职工"]),
        ("30人以上企业建会率达90%。", [None, "30人以上企业建会率"]),
    ],
)
def test_which_who_and_what_of(text: str, names: list[str]) -> None:
    rows = find_indicators(text)
    assert [None if row.measure == "threshold" else row.indicator for row in rows] == names


def test_years_summed_up_are_those_of_their_paragraph() -> None:
    text = "2012年工作总结\n2003年以来，投入助学金90万元。资助学生70名。\n当天出资8万元，送去书包60个。"
    doc = Document(doc_id="r", original=text, text=text, metadata=Metadata(report_year=2012))
    assert [row.period for row in find_indicators(doc)] == ["2003-2012", "2003-2012", "2012", "2012"]


def test_an_edition_of_a_newspaper_counts_nothing() -> None:
    assert find_indicators("（2012年3月6日 002版）") == []


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("省总工会常务副主席到会，职工代表90人参加。", None),
        ("根据市总工会的目标，建立分会20家。", None),
        ("市总工会建立分会20家。", "市总工会"),
    ],
)
def test_bodies_that_are_only_named(text: str, subject: str | None) -> None:
    assert find_indicators(text)[-1].subject == subject


class TestNames:
    def test_before_after_and_across(self) -> None:
        rows = find_indicators("28名职工获省级表彰，帮扶资金达到12万元，慰问住院职工45人，慰问金9000元。")
        assert [row.indicator for row in rows] == [
            "获省级表彰的职工",
            "帮扶资金",
            "慰问住院职工",
            "慰问住院职工慰问金",
        ]

    def test_raw_pieces_are_printed(self) -> None:
        text = "慰問住院職工45人，慰問金9000元。"
        row = find_indicators(text)[1]
        assert row.indicator == "慰问住院职工慰问金"
        assert row.indicator_raw is not None
        assert all(piece in text for piece in row.indicator_raw.split("…"))

    def test_one_number_for_several(self) -> None:
        rows = find_indicators("“先锋岗”和“示范岗”各15个。")
        assert [(row.indicator, row.value, row.start) for row in rows] == [
            ("“先锋岗”", Decimal(15), rows[0].start),
            ("“示范岗”", Decimal(15), rows[0].start),
        ]

    def test_parts(self) -> None:
        rows = find_indicators("新发展会员320人，其中农民工会员210人。")
        assert rows[1].stat == "part"
        assert rows[1].breakdown == "农民工会员"

    def test_a_pair(self) -> None:
        rows = find_indicators("工会经费收缴由全市第12位上升至第6位。")
        assert [row.measure for row in rows] == ["rank", "rank"]
        assert rows[0].indicator == rows[1].indicator

    def test_two_told_with_fenbie(self) -> None:
        rows = find_indicators("建立职代会和厂务公开制度的企业分别为86家和91家。")
        assert [row.indicator_code for row in rows] == ["wc_units", "open_units"]


class TestPeriods:
    @pytest.mark.parametrize(
        ("text", "period", "source"),
        [
            ("2008年，新建工会36家。", "2008", "sentence"),
            ("截至2010年9月底，会员达2.3万人。", "2010-09", "sentence"),
            ("1—9月，新建工会36家。", "2012M1-9", "sentence"),
            ("2012年上半年，新建工会36家。", "2012H1", "sentence"),
            ("去年新建工会36家。", "2011", "sentence"),
            ("近三年来，新建工会36家。", "2010-2012", "sentence"),
            ("自2007年以来，新建工会36家。", "2007-2012", "sentence"),
            ("“十一五”期间新建工会36家。", "2006-2010", "sentence"),
            ("2009年工作有新进展。全县新建工会36家。", "2009", "previous sentence"),
            ("新建工会36家。", "2012", "report_year"),
            ("20xx年，新建工会36家。", "20xx", "sentence"),
        ],
    )
    def test_period(self, text: str, period: str, source: str) -> None:
        (row,) = find_indicators(_dated(text, 2012))
        assert (row.period, row.period_source) == (period, source)
        assert row.report_year == 2012

    def test_title(self) -> None:
        (row,) = find_indicators(_dated("基层工会组织1200个。", 2013, "工会组织情况（截至2013年6月底）"))
        assert (row.period, row.period_source) == ("2013-06", "title")

    def test_section_is_a_heading_and_no_title(self) -> None:
        rows = find_indicators("2009年工会工作总结\n一、组织建设\n新建工会36家。")
        assert [(row.section, row.period, row.period_source) for row in rows] == [("一、组织建设", "2009", "title")]

    def test_each_number_its_own_year(self) -> None:
        rows = find_indicators("2011年、2012年分别资助320名、410名学生。")
        assert [row.period for row in rows] == ["2011", "2012"]

    def test_the_year_of_the_heading_above(self) -> None:
        rows = find_indicators("二、2009年工作要点\n（一）抓好培训\n全年培训职工120人。")
        assert [(row.period, row.status) for row in rows] == [("2009", "target")]

    def test_relative_without_a_year_stays_open(self) -> None:
        row = _one("去年新建工会36家。")
        assert (row.period, row.period_text) == (None, "去年")

    def test_what_a_figure_is_compared_with_is_no_period(self) -> None:
        rows = find_indicators(_dated("截至2012年11月底，会员2.6万人，比上年新增3100人。", 2012))
        assert [row.period for row in rows] == ["2012-11", "2012"]


class TestStatus:
    @pytest.mark.parametrize(
        ("text", "status"),
        [
            ("新建工会36家。", "result"),
            ("力争新建工会36家。", "target"),
            ("预计筹集资金36万元。", "plan"),
            ("补助标准为每人不低于36元。", "norm"),
            ("圆满完成了全年任务，新建工会36家。", "result"),
            ("完成职工互助保障计划36份。", "result"),
        ],
    )
    def test_status(self, text: str, status: str) -> None:
        assert _one(text).status == status

    def test_section(self) -> None:
        rows = find_indicators("一、工作回顾\n新建工会36家。\n二、下一步工作打算\n新建工会40家。")
        assert [row.status for row in rows] == ["result", "target"]


class TestGapsAndFaults:
    def test_masked(self) -> None:
        row = _one("慰问困难职工xx人。")
        assert (row.value, row.obs_status) == (None, "Q")

    def test_blanked(self) -> None:
        rows = find_indicators("公司現有員工人，其中正式員工人。")
        assert rows
        assert {(row.value, row.obs_status) for row in rows} == {(None, "O")}

    @pytest.mark.parametrize(
        ("text", "value", "reason"),
        [
            ("案件办结率达1000%。", 1000, "rate above 100"),
            ("印发宣传资料23.53份。", Decimal("23.53"), "fractional count"),
            ("培训职工500人，其中技能培训620人。", 620, "part above its total"),
            ("基层工会2000家，其中甲类1200家、乙类790家。", 2000, "parts do not sum"),
            ("改制企业126家，完成改制102家，改制率92%。", 92, "ratio does not match"),
            ("改制企业126家，完成改制102家，改制率78%。", 78, "ratio does not match"),
            ("项目\t2006年\t2007年\t2008年\n会员人数（人）\t120\t130\t14500\n", 14500, "out of line with its series"),
            ("经营收入突破5000元，达5268万元。", 5000, "unit out of line"),
        ],
    )
    def test_checks(self, text: str, value: Decimal, reason: str) -> None:
        faulty = [row for row in find_indicators(text) if row.obs_status == "U"]
        assert [row.value for row in faulty] == [value]
        assert faulty[0].checks is not None
        assert reason in faulty[0].checks

    @pytest.mark.parametrize(
        "text",
        [
            "完成年度任务的140%。",
            "会员5000人，其中女会员2600人、农民工会员3100人。",
            "职工18240人，会员17471人，入会率95.78%。",
            "改制企业50家，完成改制46家，改制率92%。",
            "产值同比增长126%。",
            "会员1.2万人。",
        ],
    )
    def test_no_fault(self, text: str) -> None:
        assert {row.obs_status for row in find_indicators(text)} == {"A"}


def test_table() -> None:
    text = "会员情况\n指标 | 2008 | 2009\n基层工会（个） | 1200 | 1310\n国有企业 | 300 | \n会员（万人） | 8.6 | 9.2\n"
    rows = find_indicators(text)
    told = [(row.indicator, row.value, row.unit, row.period, row.indicator_code) for row in rows]
    assert told == [
        ("基层工会", Decimal(1200), "个", "2008", "union_basic"),
        ("基层工会", Decimal(1310), "个", "2009", "union_basic"),
        ("国有企业基层工会", Decimal(300), "个", "2008", None),
        ("国有企业基层工会", None, "个", "2009", None),
        ("会员", Decimal(86000), "人", "2008", "member_total"),
        ("会员", Decimal(92000), "人", "2009", "member_total"),
    ]
    assert all(text[row.start : row.end] == row.text for row in rows)


def test_a_number_that_lost_a_digit_keeps_its_name() -> None:
    text = "“安康杯”竞赛参赛职工3090名。慰问困难职工?71户，发放慰问金\ufffd3.7万元。"
    told = [(row.indicator, row.value, row.obs_status) for row in find_indicators(text)]
    assert told[1:] == [("慰问困难职工", None, "Q"), ("发放慰问金", None, "Q")]


def test_cells_with_units_of_their_own_belong_to_their_columns() -> None:
    text = "指标\t2008年\t2009年\n会员\t12.5万人\t13.1万人\n慰问资金\t210万元\t¥228.5万元\n"
    told = [(row.indicator, row.value, row.unit, row.period, row.text) for row in find_indicators(text)]
    assert told == [
        ("会员", 125000, "人", "2008", "12.5万人"),
        ("会员", 131000, "人", "2009", "13.1万人"),
        ("慰问资金", 2100000, "元", "2008", "210万元"),
        ("慰问资金", 2285000, "元", "2009", "228.5万元"),
    ]


def test_a_row_without_a_unit_is_a_part_only_where_it_is_no_larger() -> None:
    text = "指标\t2008年\t2009年\n会员（万人）\t12.5\t13.1\n其中：女会员\t5\t—\n入会率\t85%\t86%\n基层工会\t312\t330\n"
    told = [(row.indicator, row.breakdown, row.value, row.unit, row.period) for row in find_indicators(text)]
    assert told[2:] == [
        ("女会员", "女会员", 50000, "人", "2008"),
        ("女会员", "女会员", None, "人", "2009"),
        ("入会率", None, 85, "%", "2008"),
        ("入会率", None, 86, "%", "2009"),
        ("基层工会", None, 312, "", "2008"),
        ("基层工会", None, 330, "", "2009"),
    ]


def test_a_figure_of_one_year_is_not_cumulative_because_the_title_spans_many() -> None:
    text = "某县总工会2008—2009年主要指标\n指标\t2008年\t2009年\n慰问困难职工（户）\t3120\t3300\n"
    assert [(row.period, row.stat) for row in find_indicators(text)] == [("2008", None), ("2009", None)]


def _in_table(text: str) -> list[tuple]:
    return [(row.indicator, row.measure, row.value, row.unit, row.period) for row in find_indicators(text)]


def test_the_line_above_a_table_tells_its_unit() -> None:
    text = "某县工会经费\n单位：{}\n项目\t2008年\t2009年\n经费收入\t120.5\t133\n走访户数\t12\t15\n"
    assert _in_table(text.format("万元")) == [
        ("经费收入", "level", 1205000, "元", "2008"),
        ("经费收入", "level", 1330000, "元", "2009"),
        ("走访户数", "level", 12, "户", "2008"),
        ("走访户数", "level", 15, "户", "2009"),
    ]
    assert {row[3] for row in _in_table(text.format("个、万元"))} == {"", "户"}


@pytest.mark.parametrize("title", ["某县工会经费,,\n,,单位：万元\n", "某县工会经费\n单位：万元\n", ",,单位：万元\n"])
def test_titles_and_units_above_a_saved_table_are_no_heads(title: str) -> None:
    from union_corpus.documents import RawFile
    from union_corpus.files import read_text

    rows = "项目,2008年,2009年\n经费收入,120.5,133\n,,\n注：快报数,,\n"
    found = find_indicators(read_text(RawFile("a.csv", (title + rows).encode("gbk"))))
    assert [(row.indicator, row.value, row.unit) for row in found] == [
        ("经费收入", 1205000, "元"),
        ("经费收入", 1330000, "元"),
    ]


def test_heads_tell_units_by_what_they_are() -> None:
    text = "指标\t单位\t2010年\t增减%\n送温暖资金\t万元\t286.5\t10.2\n入会率\t%\t91.2\t1.1\n"
    assert _in_table(text)[:2] == [
        ("送温暖资金", "level", 2865000, "元", "2010"),
        ("送温暖资金增减%", "growth", Decimal("10.2"), "%", "2010"),
    ]
    # A share of one, or less than one in a hundred? It is left out.
    text = "乡镇\t走访户数\t入会率\n东镇\t35\t0.853\n西镇\t20\t86.1\n"
    assert [(row[0], row[2], row[3]) for row in _in_table(text)] == [
        ("走访户数", 35, "户"), ("走访户数", 20, "户"), ("入会率", Decimal("86.1"), "%"),
    ]  # fmt: skip


def test_rows_of_quarters_are_dated_and_columns_of_targets_are_no_names() -> None:
    text = "某市总工会2012年信访情况\n季度\t来信（件）\t来访（人次）\n一季度\t12\t45\n下半年\t9\t38\n3月\t2\t1\n"
    doc = Document("text", text, text, metadata=Metadata(report_year=2012))
    assert [(row.indicator, row.period) for row in find_indicators(doc)] == [
        ("来信", "2012Q1"), ("来访", "2012Q1"), ("来信", "2012H2"), ("来访", "2012H2"), ("来信", "2012-03"), ("来访", "2012-03"),
    ]  # fmt: skip
    text = "项目\t年度目标\t完成数\n新建工会（个）\t30\t35\n"
    assert [(row.indicator, row.status) for row in find_indicators(text)] == [
        ("新建工会", "target"),
        ("新建工会", "result"),
    ]


def test_a_column_of_a_part_has_the_unit_of_the_column_before() -> None:
    text = "乡镇\t会员（人）\t其中：女会员\n东镇\t1200\t500\n"
    told = [(row.indicator, row.subject, row.value, row.unit) for row in find_indicators(text)]
    assert told == [("会员", "东镇", 1200, "人"), ("女会员", "东镇", 500, "人")]


def test_figures_in_the_remarks_of_a_table_are_not_lost() -> None:
    text = "项目\t数量\t说明\n送温暖\t35户\t发放慰问金2万元，走访5家企业\n金秋助学\t12人\t无\n"
    assert [(row.text, row.rule == "table") for row in find_indicators(text)] == [
        ("35户", True),
        ("2万元", False),
        ("5家", False),
        ("12人", True),
    ]


OWN_ROW = {"code": "river_cleaning", "name": "清河行动", "units": "条", "words": "清理河道"}


class TestLexicon:
    def test_own_rows(self) -> None:
        assert _one("清理河道12条。").indicator_code is None
        assert _one("清理河道12条。", lexicon=[OWN_ROW]).indicator_code == "river_cleaning"

    def test_own_file(self, tmp_path: Path) -> None:
        path = tmp_path / "mine.tsv"
        path.write_text("code\tname\tunits\twords\nriver_cleaning\t清河行动\t条\t清理河道\n", encoding="utf-8")
        assert _one("清理河道12条。", lexicon=path).indicator_code == "river_cleaning"

    def test_bad_lines(self, tmp_path: Path) -> None:
        with pytest.raises(LexiconError, match="units"):
            find_indicators("清理河道12条。", lexicon=[{"code": "x", "words": "清理"}])
        with pytest.raises(LexiconError, match="colour"):
            find_indicators("清理河道12条。", lexicon=[OWN_ROW | {"colour": "red"}])
        with pytest.raises(LexiconError, match="cannot read"):
            find_indicators("清理河道12条。", lexicon=tmp_path / "none.tsv")
        path = tmp_path / "mine.tsv"
        path.write_text("# ours\ncode\tunits\twords\na\t条\t河道\n\nb\t\t河道\n", encoding="utf-16")
        with pytest.raises(LexiconError, match=r"mine\.tsv, line 5: a row without units"):
            find_indicators("清理河道12条。", lexicon=path)

    def test_a_file_is_read_once_and_again_after_an_edit(self, tmp_path: Path, monkeypatch) -> None:
        path = tmp_path / "mine.tsv"
        heading = "code\tname\tunits\twords\n"
        path.write_text(f"{heading}river_cleaning\t清河行动\t条\t清理河道\n", encoding="utf-8")
        reads = []
        read_table = lexicon.read_table
        monkeypatch.setattr(lexicon, "read_table", lambda path: reads.append(path) or read_table(path))
        for _ in range(3):
            assert _one("清理河道12条。", lexicon=path).indicator_code == "river_cleaning"
        assert len(reads) == 1
        path.write_text(f"{heading}river_cleaning_2\t清河行动\t条\t清理河道\n", encoding="utf-8")
        assert _one("清理河道12条。", lexicon=path).indicator_code == "river_cleaning_2"


def test_places_lead_back_to_the_original() -> None:
    doc = Document.from_text("職工(zhígōng)捐款 12万元。").apply("pinyin", [Edit(2, "(zhígōng)", "")])
    (row,) = find_indicators(doc)
    assert doc.text[row.start : row.end] == row.text == "12万元"
    assert doc.original[row.original_start : row.original_end] == "12万元"


def test_traditional_reads_like_simplified() -> None:
    one = find_indicators("全廠職工提出合理化建議320條，採納96條，創效12.5萬元。")
    other = find_indicators("全厂职工提出合理化建议320条，采纳96条，创效12.5万元。")
    assert [(a.indicator, a.value, a.indicator_code) for a in one] == [
        (b.indicator, b.value, b.indicator_code) for b in other
    ]


_GENRE = st.text(
    alphabet=st.sampled_from(
        list(
            "全市各级工会职工会员慰问帮扶签订达到率新建其中分别和、，。；：（）()“”的为12345万亿元人家%年月日第一二十百xX*\n |\t0.—~"
        )
    )
)


@settings(max_examples=150, deadline=None)
@given(_GENRE | st.text(max_size=80))
def test_any_text(text: str) -> None:
    rows = find_indicators(text)
    assert rows == find_indicators(text)
    for row in rows:
        assert text[row.start : row.end] == row.text
        assert 0 <= row.confidence <= 1
        assert row.obs_status in "AOQU"
        assert row.value is None or row.obs_status in "AU"
        assert row.status in ("result", "target", "plan", "norm")
        assert row.measure in ("level", "share", "growth", "change", "rank", "threshold")


@pytest.mark.parametrize("text", ["", "会", "\ud800", "\x00" * 50, "12", "人", "%", "。" * 100, "1" * 5000, "万" * 500])
def test_odd_texts(text: str) -> None:
    find_indicators(text)


def test_time_is_linear() -> None:
    sentence = "全县走访慰问困难职工320户，发放慰问金12.5万元，其中劳模46人"
    find_indicators(sentence)

    def taken(times: int, joint: str) -> float:
        text = joint.join([sentence] * times)
        start = time.process_time()
        find_indicators(text)
        return time.process_time() - start

    for joint in ("。", "，", ""):
        small, large = min(taken(200, joint), taken(200, joint)), taken(1600, joint)
        assert large < 8 * small * 3 + 0.2


def test_tables_marked_up_in_the_file_are_read_with_joined_heads():
    from union_corpus.documents import RawFile
    from union_corpus.files import read_text

    page = """<html><body><p>经费的情况见下表，数字截至年底。</p><table><tr><td colspan=4>经费收支（单位：万元）</td></tr>
    <tr><th rowspan=2>类别<th rowspan=2>项目<th colspan="2">金额<tr><th>2011年<th>2012年
    <tr><td rowspan=2>收入<td>会费<td>100<td>120.5<tr><td>补助</td><td></td><td>300</table>
    <table><tr><th>指标<th>数量<tr><td>工会会员（万人）<td>35.2<tr><td>基层工会（个）<td>120</table></body></html>"""
    doc = read_text(RawFile("a.htm", page.encode("gbk")))
    found = [(row.indicator, row.value, row.unit, row.period, row.obs_status) for row in find_indicators(doc)]
    assert found[:4] == [
        ("收入会费金额", 1_000_000, "元", "2011", "A"),
        ("收入会费金额", 1_205_000, "元", "2012", "A"),
        ("收入补助金额", None, "元", "2011", "O"),
        ("收入补助金额", 3_000_000, "元", "2012", "A"),
    ]
    assert [(value, unit) for _, value, unit, _, _ in found[4:]] == [(352_000, "人"), (120, "个")]


def test_a_column_of_units_and_rows_of_places():
    text = "会员情况\n指标 | 单位 | 2009年 | 2010年\n基层工会 | 个 | 1,385 | 1,422\n会员 | 万人 | 22.1 | 22.8\n建会率 | % | 88 | 91\n"
    told = [(row.indicator, row.value, row.unit, row.unit_printed, row.period) for row in find_indicators(text)]
    assert told == [
        ("基层工会", 1385, "个", "个", "2009"), ("基层工会", 1422, "个", "个", "2010"),
        ("会员", 221_000, "人", "万人", "2009"), ("会员", 228_000, "人", "万人", "2010"),
        ("建会率", 88, "%", "%", "2009"), ("建会率", 91, "%", "%", "2010"),
    ]  # fmt: skip
    text = "各县区工会情况\n单位 | 基层工会（个） | 会员（人）\n东山区 | 312 | 45210\n南溪县 | 208 | 28033\n合计 | 520 | 73243\n"
    told = [(row.indicator, row.value, row.subject, row.subject_source) for row in find_indicators(text)]
    assert told[:4] == [
        ("基层工会", 312, "东山区", "row"), ("会员", 45210, "东山区", "row"),
        ("基层工会", 208, "南溪县", "row"), ("会员", 28033, "南溪县", "row"),
    ]  # fmt: skip
    assert [row[:2] for row in told[4:]] == [("基层工会", 520), ("会员", 73243)]


def test_rows_of_years_and_tables_saved_as_csv():
    from union_corpus.documents import RawFile
    from union_corpus.files import read_text

    text = "历年情况\n年份 | 会员（万人） | 基层工会（个）\n2008年 | 21.4 | 1348\n2009年 | 22.1 | 1385\n"
    told = [(row.indicator, row.value, row.period, row.period_source) for row in find_indicators(text)]
    assert told == [
        ("会员", 214_000, "2008", "row"), ("基层工会", 1348, "2008", "row"),
        ("会员", 221_000, "2009", "row"), ("基层工会", 1385, "2009", "row"),
    ]  # fmt: skip
    data = '序号,年份,城市,会员数（人）,"基层工会\n（个）"\r\n1,2008,平湾市,"214,000",1348\r\n2,2008,青石市,,985\r\n'.encode(
        "gbk"
    )
    doc = read_text(RawFile("统计.CSV", data))
    rows = find_indicators(doc)
    assert [(row.indicator, row.value, row.subject, row.period) for row in rows] == [
        ("会员数", 214_000, "平湾市", "2008"), ("基层工会", 1348, "平湾市", "2008"),
        ("会员数", None, "青石市", "2008"), ("基层工会", 985, "青石市", "2008"),
    ]  # fmt: skip
    assert data[slice(*doc.byte_span(rows[0].start, rows[0].end))] == b"214,000"


def test_a_name_of_which_nearly_nothing_is_left_is_none():
    (row,) = find_indicators("锟斤拷锟斤拷职锟斤拷锟斤拷锟斤拷锟斤拷97%。")
    assert (row.indicator, row.indicator_code, row.confidence) == (None, None, 0.1)
    assert [row.indicator for row in find_indicators("受理职工��信来访302件次。")] == ["受理职工��信来访"]
