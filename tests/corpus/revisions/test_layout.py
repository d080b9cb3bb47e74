"""However a text is laid out, written in figures or numbered anew, the same words are no change."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.locators import chinese_ordinal
from corpus.revisions import compare_versions
from corpus.text.numbers import parse_integer
from tests.corpus.revisions.test_pairs import PAIRS, document, parts

TEXTS = [parts(path)[0].text for path in PAIRS if path.suffix == ".txt"]
WITH_ARTICLES = [text for text in TEXTS if "第三条" in text and "第一章" not in text]
WIDE = str.maketrans("0123456789%,;:()[]", "０１２３４５６７８９％，；：（）［］")
BRACKETS = str.maketrans({"〔": "[", "〕": "]", "（": "(", "）": ")", "，": ",", "“": '"', "”": '"'})
NEW_ARTICLE = "第一条 县级以上人民政府应当将前述工作纳入国民经济和社会发展规划。"


def broken(text: str, places: list[int]) -> str:
    """The text with lines broken between two ideographs, as a narrower page has it."""
    inside_label = {at for m in re.finditer(r"(?m)^第[一二三四五六七八九十]+条", text) for at in range(*m.span())}
    ideographs = (m.start() + 1 for m in re.finditer(r"[\u4e00-\u9fff](?=[\u4e00-\u9fff])", text))
    between = [at for at in ideographs if at not in inside_label]
    for at in sorted({between[place % len(between)] for place in places}, reverse=True):
        text = f"{text[:at]}\n{text[at:]}"
    return text


def renumbered(text: str) -> str:
    """The text with another article before the first; every number of an article and reference to one is one more."""
    text = re.sub(
        r"(?<!》)第([一二三四五六七八九十]+)条",
        lambda m: f"第{chinese_ordinal((parse_integer(m[1]) or 0) + 1)}条",
        text,
    )
    return text.replace("第二条", f"{NEW_ARTICLE}\n\n第二条", 1)


@settings(max_examples=40)
@given(
    text=st.sampled_from(TEXTS),
    places=st.lists(st.integers(0, 10_000), max_size=12),
    table=st.sampled_from([WIDE, BRACKETS, {}]),
    space=st.sampled_from([" ", "　", "  "]),
)
def test_layout_is_no_change(text: str, places: list[int], table: dict[int, str | int], space: str) -> None:
    other = broken(text, places).translate(table).replace(" ", space)
    revision = compare_versions(document("old.txt", text), document("new.txt", other))
    assert [row for row in revision.rows if row.status != "unchanged" or row.changes or row.renumbered] == []


@settings(max_examples=25)
@given(
    text=st.sampled_from(WITH_ARTICLES),
    places=st.lists(st.integers(0, 10_000), max_size=6),
    table=st.sampled_from([WIDE, BRACKETS, {}]),
)
def test_new_numbers_are_told_as_such(text: str, places: list[int], table: dict[int, str | int]) -> None:
    other = broken(renumbered(text), places).translate(table)
    old, new = document("old.txt", text), document("new.txt", other)
    rows = compare_versions(old, new).rows
    articles = [node.label for node in old.outline if node.kind == "article"]
    assert [row.status for row in rows if row.status != "unchanged"] == ["added"]
    assert not any(row.text_changed for row in rows)
    assert [row.renumbered[0] for row in rows if row.renumbered] == articles
    assert {change.kind for row in rows for change in row.changes} <= {"reference"}


def test_items_that_count_on_are_told_as_such() -> None:
    old = document("old.txt", "某某办法（示例）\n第一条 条件：\n（一）在本市注册；\n（二）有固定场所。\n")
    new = document(
        "new.txt", "某某办法（示例）\n第一条 条件：\n（一）年满十八周岁；\n（二）在本市注册；\n（三）有固定场所。\n"
    )
    row = next(row for row in compare_versions(old, new).rows if row.changes)
    kinds = [(change.kind, change.new and new.text[slice(*change.new)]) for change in row.changes]
    assert kinds == [("text", "（一）年满十八周岁；"), ("label", "（二）"), ("label", "（三）")]


@settings(max_examples=40)
@given(
    st.text("第一二条（）年元3０1万.，。 \n|#", max_size=60), st.text("第一二条（）年元3０1万.，。 \n|#", max_size=60)
)
def test_whatever_is_given_every_word_stands_in_one_cell(one: str, other: str) -> None:
    old, new = document("old.txt", f"甲\n{one}"), document("new.txt", f"甲\n{other}")
    rows = compare_versions(old, new).rows
    for side, name in ((old, "old"), (new, "new")):
        cells = sorted((c for row in rows if (c := getattr(row, name))), key=lambda cell: cell.start)
        assert all(a.end <= b.start for a, b in pairwise(cells))
        assert all(cell.quote == side.text[cell.start : cell.end] for cell in cells)
        spans = [span for row in rows for change in row.changes if (span := getattr(change, name))]
        assert all(any(cell.start <= span.start < span.end <= cell.end for cell in cells) for span in spans)
