"""Which of a document's candidates is its title."""

import pytest

from corpus.document import assemble_document
from corpus.official_header import head_lines
from corpus.readers.layout import Line, Page, write_pages
from corpus.readers.raw import Raw, Writer
from corpus.titles import choose_title, names_document, tidy_spacing


@pytest.mark.parametrize(
    ("stated", "lines", "name", "title"),
    [
        # Names of sections and of kinds of paper, which any document may bear.
        ("前 言", "前 言\n为便于了解，汇编成册。\n目 录", "学生手册", "学生手册"),
        ("", "目录\n第一章 总则 ...... 1", "差旅费管理办法汇编", "差旅费管理办法汇编"),
        ("通知", "各科室：\n现将有关事项通知如下。", "关于放假的通知(1)", "关于放假的通知"),
        ("", "招标文件\n招标编号：某-26\n项目名称：2026年辅助服务采购项目", "a", "2026年辅助服务采购项目"),
        ("", "公开招标文件\n项目名称：某税务局2024-2025\n年度食堂配送服务项目\n采购人：某局", "a", "某税务局2024-2025年度食堂配送服务项目"),
        # What a site sets around a page, and facts above the title.
        ("某部指定媒体 服务热线：400-810-1996", "首页 法规 监督检查\n某局维护项目公开招标公\n告", "x", "某局维护项目公开招标公告"),
        ("政务服务网 某APP 简体繁体", "请输入搜索关键词\n科技创新体系建设工程", "x", "科技创新体系建设工程"),
        ("", "项目编号：3101-13157007\n某镇综合管理服务项目（工业园区北\n园区）", "x", "某镇综合管理服务项目（工业园区北园区）"),
        ("GB", "GB\nICS 35.240.20\n中 华 人 民 共 和 国 国 家 标 准\nGB/T 9704—2012\n公文格式要求", "x", "公文格式要求"),
        # A body alone, or over what it issues.
        ("中华人民共和国某部", "中华人民共和国某部\n当前位置：首页\n信息名称：某部关于规范评价的意见", "x", "某部关于规范评价的意见"),
        ("", "某某大学\n海外访学项目实施细则\n为开拓视野，制定本细则。", "附件4", "某某大学海外访学项目实施细则"),
        ("", "某某市人民政府\n关于加快建设的意见\n各区人民政府：", "x", "某某市人民政府关于加快建设的意见"),
        ("某某区创新发展大会", "", "某某区-创新发展大会", "某某区创新发展大会"),
        # Lines that only together are the title, and what is no title at all.
        ("", "关于申报访学项目—\n某大学“菁英计划”项目\n的 通 知\n各学院：", "x", "关于申报访学项目—某大学“菁英计划”项目的通知"),
        ("请登录网站上传。现将事宜通知如下： 一、单位", "第十届笔译大赛通知\n各高校：", "x", "第十届笔译大赛通知"),
        ("示范专业", "示范专业\n某局", "某学校计算机示范专业建设项目任务书", "某学校计算机示范专业建设项目任务书"),
        ("用户手册 - 新.ofd", "", "x", "用户手册 - 新"),
        ("", "# 条目: 学制与学习年限总览\n# 类别: 制度\n# 来源: 手册", "rules", "学制与学习年限总览"),
        ("", "今天的会议纪要很长，内容如下。\n其他。", "3、《会议纪要汇编》", "会议纪要汇编"),
        # Where nothing better is there.
        ("第二部分 大纲", "第二部分 大纲\n内容如下：", "00101", "第二部分 大纲"),
        ("", "办法\n第二条 短。", "办法", "办法"),
        ("Reader Manual", "Reader Manual\nHow to read.", "1", "Reader Manual"),
    ],
)  # fmt: skip
def test_the_title_is_what_names_the_document(stated: str, lines: str, name: str, title: str) -> None:
    assert choose_title(stated, head_lines(lines), name) == title


def test_words_of_banners_in_a_title_are_no_banner() -> None:
    for title in (
        "宽带上网登录失败常见错误解决办法",
        "市场主体注册登记管理条例",
        "政务服务便民热线工作指引",
        "无需个人垫付！异地就医备案快速办理！",
        "2026年法学院全日制法律（法学）、法律（非法学）专业学位研究生招生简章",
    ):
        assert names_document(title)


def test_letters_that_are_set_apart_are_one_word() -> None:
    assert tidy_spacing("专 业 学 位 手 册") == "专业学位手册"
    assert tidy_spacing("机器人竞速赛规 则") == "机器人竞速赛规则"
    assert tidy_spacing("某医疗保障局  某财政局 2026 年通知") == "某医疗保障局 某财政局 2026 年通知"


def test_of_a_page_the_largest_letters_that_name_the_document_are_its_title() -> None:
    sizes = (
        ("简|繁|注册|登录", 40),
        ("某某市人民政府", 40),
        ("关于发放住房补贴的通知", 24),
        ("正文一行又一行的正文", 12),
    )
    lines = [
        Line(text, 100, 60 * place, 400, 60 * place + size)
        for place, (text, size) in enumerate([*sizes, *[sizes[-1]] * 5], 1)
    ]
    writer = Writer()
    write_pages([Page(595, 842, lines)], writer)
    assert writer.to_raw().title == "关于发放住房补贴的通知"


def test_a_generic_heading_of_markdown_gives_way_to_the_files_name() -> None:
    raw = Raw("# 前言\n\n正文。\n", markdown=True)
    assert assemble_document("学生管理手册.md", raw, "").title == "学生管理手册"
    assert assemble_document("a.md", raw, "").title == "前言"
