"""Documents of one place behind what holds everywhere, unless the question names the place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpus.text.places import load_provinces, provinces_named, region_stems
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalIndex, open_index
from index.localities import Localities


@pytest.mark.parametrize(
    ("region", "names"),
    [
        ("常州市溧阳市", ("常州", "溧阳")),
        ("广西壮族自治区", ("广西",)),
        ("湘西土家族苗族自治州", ("湘西",)),
        ("深圳经济特区", ("深圳",)),
        ("横琴", ("横琴",)),
        ("全国", ()),
        ("", ()),
    ],
)
def test_the_names_in_a_region(region: str, names: tuple[str, ...]) -> None:
    assert region_stems(region) == names


def test_a_document_is_foreign_when_none_of_its_places_is_named() -> None:
    localities = Localities(["常州市溧阳市", None, "全国", "上海市", "常州市溧阳市"], [""] * 5)
    every = np.arange(5)
    assert localities.out_of_region("养犬要办证吗", every).tolist() == [True, False, False, True, True]
    assert localities.out_of_region("溧阳养犬要办证吗", every).tolist() == [False, False, False, True, False]
    assert localities.out_of_region("常州养犬要办证吗", np.array([0, 3])).tolist() == [False, True]


def test_what_a_province_decides_is_not_foreign_to_its_cities() -> None:
    localities = Localities(["江西省", "江西省九江市", "浙江省"], [""] * 3)
    assert localities.out_of_region("南昌市减免房租吗", np.arange(3)).tolist() == [False, True, True]
    assert localities.out_of_region("江西减免房租吗", np.arange(3)).tolist() == [False, False, True]


def test_without_a_region_the_title_tells_the_place() -> None:
    localities = Localities([None, None, "全国"], ["广西：促复工新闻发布会", "企业复工指引", "广西来信"])
    assert localities.out_of_region("北京怎样支持复工", np.arange(3)).tolist() == [True, False, False]
    assert localities.out_of_region("怎样支持复工", np.arange(3)).tolist() == [True, False, False]
    assert localities.out_of_region("南宁怎样支持复工", np.arange(3)).tolist() == [False, False, False]


def test_the_table_of_province_of() -> None:
    assert len(set(load_provinces().values())) == 34
    assert provinces_named("从南昌、广州到北京的班车") == {"江西", "广东", "北京"}
    assert provinces_named("重大庆典开封日照来宾") == frozenset()  # everyday words are places only with their suffix
    assert provinces_named("大庆市和日照市") == {"黑龙江", "山东"}


@pytest.fixture
def index(tmp_path: Path) -> LocalIndex:
    rule = "第一条 养犬人携带犬只外出，应当用犬绳牵引，并为犬只佩戴标识。\n第二条 违反规定的，由公安机关责令改正。\n"
    for name in ("上海市养犬管理条例", "深圳市养犬管理条例", "中华人民共和国养犬管理法"):
        other = "本市" if "市" in name else "国家"
        folder = tmp_path / "corpus"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.txt").write_text(f"{name}\n{rule}第三条 {other}鼓励文明养犬。\n", encoding="utf-8")
    encoder = load_encoder()
    build_index(folder, tmp_path / "index", encoder=encoder)
    return open_index(tmp_path / "index", encoder=encoder)


def test_a_question_without_a_place_finds_what_holds_everywhere_first(index: LocalIndex) -> None:
    regions = {d.title: d.metadata.region.value if d.metadata.region else None for d in index.documents()}
    assert regions == {
        "上海市养犬管理条例": "上海市",
        "深圳市养犬管理条例": "深圳市",
        "中华人民共和国养犬管理法": "全国",
    }
    first, *others = index.search("携带犬只外出要用犬绳牵引吗")
    assert first.passage.title == "中华人民共和国养犬管理法"
    assert {hit.passage.title for hit in others} == {"上海市养犬管理条例", "深圳市养犬管理条例"}


@pytest.mark.parametrize("place", ["上海", "深圳"])
def test_a_question_that_names_a_place_finds_its_document_first(index: LocalIndex, place: str) -> None:
    assert index.search(f"在{place}携带犬只外出要用犬绳牵引吗")[0].passage.title == f"{place}市养犬管理条例"
