"""Days of cards: what counts as one, which year it is of, and that calendar programs read the file."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from assistant.cards.calendar import Deadline, collect_deadlines, write_ics
from assistant.cards.making import make_card
from corpus.document import assemble_document
from corpus.readers.raw import Raw

TODAY = date(2025, 6, 15)


def days(text: str, **properties: str) -> list[Deadline]:
    found = assemble_document("云湖市通知.txt", Raw(text, title="云湖市通知", properties=properties), "0" * 64)
    return collect_deadlines([(make_card(found), found.metadata)], TODAY)


def plain(found: list[Deadline]) -> list[tuple[str, str, bool]]:
    return [(one.date, one.kind, one.expired) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申报截止时间为2025年3月31日。", [("2025-03-31", "deadline", True)]),
        (
            "请于2025年6月27日至7月1日登录系统申报。",
            [("2025-06-27", "opens", False), ("2025-07-01", "deadline", False)],
        ),
        ("申请人应当在9月30日前提交申请。", [("2025-09-30", "deadline", False)]),
        ("申请人应当在2月10日前提交申请。", [("2026-02-10", "deadline", False)]),  # issued in March: the next February
        ("资金于8月底前拨付。", [("2025-08-31", "deadline", False)]),
        ("2月底前完成初审，2025年2月30日前不算。", [("2026-02-28", "deadline", False)]),
        ("自收到申请之日起3个工作日内答复。", []),
        ("2021年2月19日，全市召开大会。", []),
    ],
)
def test_which_days_a_unit_names(text: str, expected: list[tuple[str, str, bool]]) -> None:
    assert plain(days(text, issued="2025-03-01")) == expected


def test_without_a_day_of_issue_a_day_without_its_year_is_none() -> None:
    assert days("申请人应当在9月30日前提交申请。") == []


def test_a_day_of_every_year_is_the_next_one_and_never_expired() -> None:
    [one] = days("每年3月31日前提交年度报告。", issued="2020-01-01")
    assert (one.date, one.yearly, one.expired) == ("2026-03-31", True, False)


def test_the_last_day_of_a_document_with_the_words_that_say_so() -> None:
    [ended] = days("第一条 本办法自2020年6月1日起施行，有效期5年。")
    assert (ended.date, ended.kind, ended.expired) == ("2025-05-31", "expires", True)
    assert ended.citation is not None
    assert ended.citation.quote == "第一条 本办法自2020年6月1日起施行，有效期5年。"
    [property_alone] = days("第一条 每户补贴5万元。", expires="2030-01-31")
    assert (property_alone.date, property_alone.citation) == ("2030-01-31", None)


def test_the_file_is_read_by_a_calendar_program() -> None:
    found = [
        *days("申报截止时间为2025年3月31日。", issued="2025-03-01"),
        *days("每年12月31日前提交年度报告。", issued="2025-03-01"),
    ]
    written = write_ics(found, datetime(2025, 6, 15, tzinfo=UTC))
    events = Calendar.from_ical(written).walk("VEVENT")
    past, yearly = events
    assert [event.decoded("dtstart") for event in events] == [date(2025, 3, 31), date(2025, 12, 31)]
    assert str(past["summary"]) == "（已过期）截止：云湖市通知"
    assert str(past["description"]).startswith("申报截止时间为2025年3月31日。")
    assert b"FREQ=YEARLY" in yearly.to_ical()
    assert written == write_ics(found, datetime(2025, 6, 15, tzinfo=UTC))
