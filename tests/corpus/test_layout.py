"""Lines with places on a page are put together to paragraphs, also where they end before the page's margin."""

from corpus.readers.layout import Grid, Line, Page, reading_order, write_pages
from corpus.readers.raw import Writer

LEFT, SIZE, STEP = 90.0, 16.0, 30.0


def _text(*lines: tuple[str, float, float]) -> list[str]:
    """The paragraphs of lines given by their text, left and right end, one below the other."""
    page = Page(
        600, 800, [Line(text, x0, 100 + i * STEP, x1, 100 + i * STEP + SIZE) for i, (text, x0, x1) in enumerate(lines)]
    )
    writer = Writer()
    write_pages([page], writer)
    return writer.to_raw().text.strip().split("\n")


def test_a_block_narrower_than_the_page_is_put_together() -> None:
    lines = _text(
        ("示例许可证是取得权利的合法凭证，申请人经审查", LEFT + 32, 400),
        ("合格，领取许可证即取得权利人资格，根据登记", LEFT, 400),
        ("管理办法的规定，权利人应当遵守下列条款，到登记管理机", LEFT, 400),
        ("关办理手续。", LEFT, 190),
        ("中华人民共和国自然资源部印制在这一张纸的另外一边上面", 420, 590),
    )
    assert lines[0].endswith("到登记管理机关办理手续。")


def test_where_paragraphs_are_indented_a_line_at_the_margin_goes_on() -> None:
    lines = _text(
        ("5. 报考专项计划的人员，还须符合", LEFT + 32, 420),
        ("我校 2026 年招生简章规定的报考条件，详见网站发布的通知。", LEFT, 513),
        ("6. 在校研究生报考，须在报名前征得所在培养单位同意，", LEFT + 32, 513),
        ("并按规定提交材料。", LEFT, 230),
    )
    assert lines == [
        "5. 报考专项计划的人员，还须符合我校 2026 年招生简章规定的报考条件，详见网站发布的通知。",
        "6. 在校研究生报考，须在报名前征得所在培养单位同意，并按规定提交材料。",
    ]


def test_labels_items_and_short_names_stay_lines() -> None:
    given = [
        ("为了示例，本项目的有关事项说明如下，请各单位遵照执行。", LEFT, 513),
        ("项目名称：某某集团安全、环保管家项目，第二次采购", LEFT, 420),
        ("项目编号：A-2026-047，一个标段", LEFT, 420),
        ("1 打开文件，选择目录里的文件再按下确认键", LEFT, 420),
        ("2 关闭文件，回到目录", LEFT, 420),
    ]
    assert _text(*given) == [text for text, _, _ in given]


def test_notes_at_the_foot_stand_after_the_paragraph_that_goes_on_over_the_page() -> None:
    body = [
        ("第一条 企业应当于每年九月三十日前向参保地经办机构提出", LEFT + 32, 513),
        ("申请，经办机构自受理之日起十五个工作日内办结，逾期未", LEFT, 513),
    ]
    lines = [Line(text, x0, 100 + i * STEP, x1, 116 + i * STEP) for i, (text, x0, x1) in enumerate(body)]
    notes = [
        Line("① 参保地以税务机关登记的为准，跨省的另行", LEFT, 600, 400, 610),
        Line("规定。", LEFT, 614, 120, 624),
        Line("② 工作日不含节假日。", LEFT, 628, 240, 638),
    ]
    following = [
        Line("办结的说明理由。", LEFT, 100, 240, 116),
        Line("第二条 另有规定的从其规定。", LEFT + 32, 130, 400, 146),
    ]
    writer = Writer()
    write_pages([Page(600, 800, [*lines, *notes]), Page(600, 800, following)], writer)
    raw = writer.to_raw()
    assert raw.text.strip().split("\n") == [
        body[0][0] + body[1][0] + "办结的说明理由。",
        "① 参保地以税务机关登记的为准，跨省的另行规定。",
        "② 工作日不含节假日。",
        "第二条 另有规定的从其规定。",
    ]
    assert raw.text[raw.pages[1] :].startswith("第二条")


def test_small_lines_without_a_mark_are_no_notes() -> None:
    lines = [
        Line("本表由财政局解释，各单位遵照执行，不另行通知。" * 2, LEFT, 100, 513, 116),
        Line("抄送：各处室", LEFT, 700, 200, 710),
    ]
    writer = Writer()
    write_pages([Page(600, 800, lines), Page(600, 800, [])], writer)
    assert writer.to_raw().text.strip().split("\n") == [line.text for line in lines]


def test_a_form_in_small_letters_under_a_remark_keeps_its_items() -> None:
    form = [
        Line("注：根据有关规定填写本表。", LEFT, 600, 400, 610),
        Line("一、单位应当同时满足下列条件；", LEFT, 630, 400, 640),
        Line("（一）依法签订劳动合同；", LEFT, 660, 400, 670),
    ]
    writer = Writer()
    write_pages(
        [Page(600, 800, [Line("声明函的格式由财政局规定，不另行通知。" * 2, LEFT, 100, 513, 116), *form])], writer
    )
    assert writer.to_raw().text.strip().split("\n")[1:] == [line.text for line in form]


def test_a_title_keeps_its_last_letter_and_leaves_its_site_in_english_out() -> None:
    body = [
        Line("示例海事局的潜在投标人应当获取招标文件。", LEFT, 200 + at * STEP, 500, 216 + at * STEP) for at in range(6)
    ]
    title = "某海事局二〇二四年船舶运行与维护项目公开招标公"
    large = [
        Line("Ministry of Examples of the Republic", LEFT, 40, 500, 64),
        Line(title, LEFT, 100, 500, 124),
        Line("告", LEFT, 130, 114, 154),
    ]
    writer = Writer()
    write_pages([Page(600, 800, [*large, *body])], writer)
    assert writer.to_raw().title == title + "告"


def test_a_table_over_a_page_end_is_one_and_the_notes_under_it_are_part_of_it() -> None:
    header = ("职级", "标准")
    first = Grid((header, ("厅级", "800元"), ("处级", "500元")), 90, 600, 500, 760)
    second = Grid((header, ("科级", "350元")), 90, 60, 500, 120)
    under = ("注：1.标准为每人每天。", "2.超过的部分自理。", "第二条 本办法自印发之日起施行。")
    lines = [Line(text, 90, 150 + 30 * i, 300, 166 + 30 * i) for i, text in enumerate(under)]
    writer = Writer()
    write_pages([Page(595, 842, [], [first]), Page(595, 842, lines, [second])], writer)
    raw = writer.to_raw()
    (table,) = raw.tables
    assert [raw.text[start:end] for start, end in table.rows] == [
        "职级：厅级；标准：800元",
        "职级：处级；标准：500元",
        "职级：科级；标准：350元",
    ]
    assert raw.text[: table.end].endswith("2.超过的部分自理。")
    assert raw.text[table.end :].strip() == under[2]


def _cells(*rows: tuple[str, ...]) -> list[Line]:
    """Cells at tabulators, of which each lies a little higher or lower than the others of its row, as on a scan."""
    return [
        Line(
            cell,
            90 + 130 * column,
            100 + 26 * row + column % 2,
            90 + 130 * column + 14 * len(cell),
            114 + 26 * row + column % 2,
        )
        for row, cells in enumerate(rows)
        for column, cell in enumerate(cells)
    ]


def test_a_table_without_rules_is_rows_with_their_head() -> None:
    lines = _cells(("企业规模", "比例", "金额"), ("小微企业", "60%", "100万元"), ("大型企业", "30%", "500万元"))
    page = Page(595, 842, list(reversed(lines)))
    writer = Writer()
    write_pages([page], writer)
    assert writer.to_raw().text.strip().split("\n") == [
        "企业规模：小微企业；比例：60%；金额：100万元",
        "企业规模：大型企业；比例：30%；金额：500万元",
    ]
    assert [line.text for line in reading_order(page)] == [line.text for line in lines]


def test_names_side_by_side_stay_lines_and_apart() -> None:
    writer = Writer()
    write_pages(
        [Page(595, 842, _cells(("张三", "李四", "王五"), ("赵六", "钱七", "孙八"), ("周九", "吴十", "郑一")))], writer
    )
    assert writer.to_raw().text.strip().split("\n") == ["张三 李四 王五", "赵六 钱七 孙八", "周九 吴十 郑一"]
