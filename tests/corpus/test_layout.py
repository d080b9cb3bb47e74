"""Lines with places on a page are put together to paragraphs, also where they end before the page's margin."""

from corpus.readers.layout import Line, Page, write_pages
from corpus.readers.raw import Writer

LEFT, SIZE, STEP = 90.0, 16.0, 30.0


def _text(*lines: tuple[str, float, float]) -> list[str]:
    """The paragraphs of lines given by their text, left and right end, one below the other."""
    page = Page(
        600, 800, [Line(text, x0, 100 + i * STEP, x1, 100 + i * STEP + SIZE) for i, (text, x0, x1) in enumerate(lines)]
    )
    writer = Writer()
    write_pages([page], writer)
    return writer.raw().text.strip().split("\n")


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
