"""What is done to a picture before and after its letters are read: retouching, slant, ruled tables; without the recogniser."""

import numpy as np
import pytest

from corpus.readers import ocr, retouching, ruled
from corpus.readers.layout import Line, Page
from corpus.scans import _as_it_lies, _cells_of_row
from corpus.text.garbled import is_better_reading, is_garbled, may_be_garbled, pair_evidence

PAPER, INK, RED = 255, 20, (225, 35, 40)


def _paper(height: int = 1200, width: int = 900) -> np.ndarray:
    return np.full((height, width, 3), PAPER, np.uint8)


def _seal(page: np.ndarray, left: int, top: int, size: int) -> None:
    ys, xs = np.mgrid[0:size, 0:size]
    ring = np.hypot(ys - size / 2, xs - size / 2)
    page[top : top + size, left : left + size][(ring < size / 2) & (ring > size / 2 - 8)] = RED
    page[top + size // 2 - 20 : top + size // 2 + 20, left + size // 2 - 20 : left + size // 2 + 20] = RED


def test_a_seal_is_paled_and_black_letters_under_it_stay() -> None:
    page = _paper()
    _seal(page, 300, 500, 170)  # 4.2 cm of a page 29.7 cm high
    page[580:590, 250:600] = INK
    clear = retouching.without_seals(page)
    assert (clear[580:590, 250:600] == INK).all()
    assert clear[585, 250:600].max() == INK
    assert int(clear[560, 385].min()) > 200


def test_red_letters_of_a_letterhead_and_its_rule_stay() -> None:
    page = _paper()
    for place in range(6):
        page[100:180, 150 + place * 95 : 230 + place * 95] = RED  # letters of 2 cm
    page[250:256, 100:800] = RED
    assert (retouching.without_seals(page) == page).all()


def test_faint_ink_is_made_dark_and_paper_without_ink_stays() -> None:
    page = np.full((400, 300, 3), 212, np.uint8)
    assert (retouching.with_dark_ink(page) == page).all()
    page[100:120, 50:250] = 172
    dark = retouching.with_dark_ink(page)
    assert int(dark[110, 100].max()) < 10
    assert int(dark[10, 10].min()) > 245


def test_ink_at_the_edge_gets_room() -> None:
    page = _paper(400, 300)
    assert retouching.with_room(page)[1] == 0
    page[100:120, 0:200] = INK
    wider, room = retouching.with_room(page)
    assert room >= 16
    assert wider.shape == (400 + 2 * room, 300 + 2 * room, 3)
    assert (wider[room : room + 400, room : room + 300] == page).all()


def _ruled_page(degrees: float = 0.0) -> np.ndarray:
    """Three rows of three cells; the first two of the last row are one."""
    import cv2

    page = _paper(900, 900)
    for y in (200, 300, 400, 500):
        page[y : y + 3, 150:750] = INK
    for x, end in ((150, 503), (350, 400), (550, 503), (747, 503)):
        page[200:end, x : x + 3] = INK
    if not degrees:
        return page
    turn = cv2.getRotationMatrix2D((450, 450), -degrees, 1.0)
    return cv2.warpAffine(page, turn, (900, 900), borderValue=(PAPER,) * 3)


@pytest.mark.parametrize("degrees", [0.0, 1.5, -3.0])
def test_cells_of_a_ruled_table(degrees: float) -> None:
    turn = ocr._rotation_matrix(900, 900, degrees) if degrees else None
    (table,) = ruled.find_tables(_ruled_page(degrees), turn)
    assert len(table.xs) == 4
    assert len(table.ys) == 4
    first, second, third = table.cells
    assert len({*first, *second}) == 6
    assert third[0] == third[1] != third[2]
    assert table.cell_at(200, 250) == first[0]
    assert table.cell_at(50, 250) is None
    parts = table.columns_between(200, 700, 450)
    assert [(part[0], round(part[1], -2)) for part in parts] == [
        (third[0], 200),
        (third[2], 600 if degrees else 500),
    ] or len(parts) == 2


def test_a_frame_and_underlines_are_no_table() -> None:
    page = _paper(900, 900)
    for y in (100, 800):
        page[y : y + 3, 100:800] = INK
    for x in (100, 800):
        page[100:803, x : x + 3] = INK
    page[400:403, 300:500] = INK
    assert ruled.find_tables(page, None) == []


def test_words_stand_in_their_cells_and_those_of_merged_ones_in_each() -> None:
    (table,) = ruled.find_tables(_ruled_page(), None)
    places = {
        "甲": (200, 240),
        "乙": (420, 240),
        "丙": (620, 240),
        "丁": (200, 330),
        "戊": (420, 330),
        "己": (620, 330),
        "庚": (380, 440),
    }
    lines = [Line(word, x, y, x + 30, y + 30) for word, (x, y) in places.items()]
    grid = ocr._fill_table(
        table, [*lines, Line("下", 620, 425, 650, 455), Line("外", 20, 20, 50, 50)], ocr._Cutter(None, None)
    )
    assert grid is not None
    assert grid.rows == (("甲", "乙", "丙"), ("丁", "戊", "己"), ("庚", "庚", "下"))


def test_a_frame_around_text_is_no_table() -> None:
    (table,) = ruled.find_tables(_ruled_page(), None)
    lines = [
        Line("很长的一段话" * 20, 160, 220, 340, 250),
        *(Line("字", x, y, x + 20, y + 20) for x in (420, 620) for y in (240, 340)),
    ]
    assert ocr._fill_table(table, lines, ocr._Cutter(None, None)) is None


@pytest.mark.parametrize("degrees", [-6.0, -1.0, 0.2, 2.5])
def test_the_slant_of_lines_and_their_boxes_set_upright(degrees: float) -> None:
    turn = ocr._rotation_matrix(1000, 1000, -degrees)
    upright = [np.array([(100, y), (900, y), (900, y + 40), (100, y + 40)], np.float32) for y in (100, 300, 500)]
    found = [ocr.Found(np.array([turn @ [x, y, 1] for x, y in box], np.float32), "字", 0.9) for box in upright]
    slant = ocr._measure_slant(found)
    if abs(degrees) < 0.4:
        assert slant == 0.0
        return
    assert slant == pytest.approx(degrees, abs=0.05)
    for box, one in zip(upright, found, strict=True):
        back = ocr._upright_box(one.corners, ocr._rotation_matrix(1000, 1000, slant))
        assert back == pytest.approx((100, box[0][1], 900, box[0][1] + 40), abs=2)
    page = Page(1000, 1000, slant=slant)
    around = _as_it_lies(page, (100.0, 100.0, 900.0, 140.0))
    corners = found[0].corners
    assert around == pytest.approx((*corners.min(axis=0), *corners.max(axis=0)), abs=3)


def test_a_row_quoted_with_its_columns_is_found_by_its_cells() -> None:
    cells = {"处级": (0, 100), "500元": (200, 100), "科级": (0, 200), "350元": (200, 203)}
    lines = [Line(word, x, y, x + 80, y + 30) for word, (x, y) in cells.items()]
    assert [line.text for line in _cells_of_row(lines, "职级：科级；住宿标准：350元")] == ["科级", "350元"]
    assert _cells_of_row(lines, "职级：厅级；住宿标准：800元") == []


TEXT = (
    "为了规范差旅费管理，制定本办法。本办法适用于全市各级党政机关、人民团体、事业单位以及参照公务员法管理的单位，其他单位参照执行。"
    "各部门应当建立健全工作机制，明确责任分工，细化落实举措，于每年12月31日前报送年度总结。对成效显著的单位给予通报表扬。"
)


def test_a_garbled_text_is_told_from_chinese_and_other_text() -> None:
    shifted = "".join(chr(0x4E00 + (ord(c) * 7919) % 20900) if "\u4e00" <= c <= "\u9fff" else c for c in TEXT)
    assert not is_garbled(TEXT)
    assert is_garbled(shifted)
    assert is_garbled(TEXT.encode("gbk").decode("latin-1"))
    assert not is_garbled("The reader may borrow up to 20 books for 30 days, and renew them once. " * 3)
    assert not is_garbled("12,345.67 89% 1,200.00 3,400.50 560.00 78% " * 5)
    assert not is_garbled("目录........................1")
    assert pair_evidence("差旅费") is None


def _exchanged(text: str, characters: list[str]) -> str:
    """The text with these ideographs in each other's place."""
    return text.translate(dict(zip(map(ord, characters), [*characters[7:], *characters[:7]], strict=True)))


def test_a_text_layer_of_frequent_characters_is_read_a_second_time() -> None:
    characters = sorted({character for character in TEXT if "\u4e00" <= character <= "\u9fff"})
    garbled, half = _exchanged(TEXT, characters), _exchanged(TEXT, characters[::2])
    assert not may_be_garbled(TEXT)
    for text in (garbled, half):
        assert may_be_garbled(text)
        assert is_better_reading(TEXT, text)
    table = "职级 住宿标准 伙食补助\n" + "\n".join(f"处级 {n}元 每人每天{n}元" for n in range(300, 340))
    english = "The reader may borrow up to 20 books for 30 days. " * 20
    assert not any(map(may_be_garbled, (table, english, "2021 12,345.67 89% " * 60)))


def test_a_reading_that_says_the_same_does_not_take_the_place_of_the_layer() -> None:
    groceries = (
        "猪筒骨 鸡中翅 牛腩块 鲈鱼段 草菇 芥蓝 莜麦菜 苋菜 茭白 荸荠 莴笋 豆豉 鲮鱼罐 虾皮 紫菜 海蜇丝 腐竹 粉葛 淮山 枸杞 "
        * 4
    )
    assert not is_better_reading(groceries.replace("莜", "筱"), groceries)
    assert not is_better_reading("", groceries)
