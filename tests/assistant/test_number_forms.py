"""One value in any form is accepted by the verifier, another value is accepted in none."""

from __future__ import annotations

import os
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, composite

from assistant.verification import verify

EXAMPLES = int(os.environ.get("NUMBER_FORM_EXAMPLES", "400"))  # by hand: NUMBER_FORM_EXAMPLES=10000
_DIGITS, _FORMAL = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"
_STEPS, _FORMAL_STEPS = ("", "十", "百", "千"), ("", "拾", "佰", "仟")
_WIDE = str.maketrans("0123456789.,%", "０１２３４５６７８９．，％")
_UNITS = ("元", "人", "个", "平方米", "公顷", "吨", "项", "户", "个工作日", "公里", "")


def in_chinese(value: int, digits: str = _DIGITS, steps: tuple[str, ...] = _STEPS) -> str:
    """A whole number with its units: 12005 is 一万二千零五. 0 is 零."""
    written = ""
    for power, large in ((8, "亿"), (4, "万"), (0, "")):
        section = value // 10**power % 10**4
        if not section:
            continue
        if written and (section < 1000 or value // 10 ** (power + 4) % 10**4 == 0):
            written += digits[0]
        written += _section(section, digits, steps) + large
    return written or digits[0]


def _section(value: int, digits: str, steps: tuple[str, ...]) -> str:
    written, gap = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if digit:
            written += (digits[0] if gap and written else "") + digits[digit] + steps[place]
        gap = not digit
    return written


def decimal(value: Fraction) -> str:
    """At most six decimals, without zeros at the end; the value must have no more."""
    whole, rest = divmod(value, 1)
    part = f"{int(rest * 10**6):06d}".rstrip("0")
    return f"{whole}.{part}" if part else f"{whole}"


def pointed(value: Fraction) -> str:
    """三点五."""
    whole, _, part = decimal(value).partition(".")
    return in_chinese(int(whole)) + ("点" + "".join(_DIGITS[int(digit)] for digit in part) if part else "")


def forms_of_count(value: Fraction, *, bare: bool) -> list[str]:
    """A value of things counted or measured in every form; bare: without those that are none unless a unit follows (一二三产业)."""
    plain = decimal(value)
    whole, point, part = plain.partition(".")
    forms = [plain, plain.translate(_WIDE), pointed(value)]
    if int(whole) >= 1000:
        forms += [f"{int(whole):,}{point}{part}", f"{int(whole):,}{point}{part}".translate(_WIDE)]
    for scale, name in ((10**4, "万"), (10**8, "亿")):
        if value >= scale and (value / scale * 10**6).denominator == 1:
            forms.append(decimal(value / scale) + name)
            forms += [pointed(value / scale) + name] if value < scale * 10**4 else []  # nobody writes 一万零一万
    if not part:
        forms.append(in_chinese(int(whole), _FORMAL, _FORMAL_STEPS))
        if len(whole) >= 3 and ("0" in whole or not bare):
            forms.append("".join("〇一二三四五六七八九"[int(digit)] for digit in whole))
    return forms


def forms_of_share(value: Fraction) -> list[str]:
    """A share, a value of 1 being the whole, in every form."""
    forms = [f"{in_chinese(value.denominator)}分之{in_chinese(value.numerator)}"] if value.denominator > 1 else []
    forms += [f"{value.denominator}分之{value.numerator}"] if value.denominator > 1 else []
    forms += [f"{value.numerator}/{value.denominator}"] if value < 1 and value.denominator < 1000 else []
    percent = value * 100
    if (percent * 10**4).denominator == 1:
        plain = decimal(percent)
        forms += [f"{plain}%", f"{plain}%".translate(_WIDE), f"百分之{pointed(percent)}", f"百分之{plain}"]
        forms += [f"千分之{pointed(percent * 10)}", f"{decimal(percent * 10)}‰"]
    if (value * 10).denominator == 1 and value <= 1:
        forms += [f"{in_chinese(int(value * 10))}成", f"{int(value * 10)}成"]
    if (value * 100).denominator == 1 and (value * 10).denominator != 1 and 1 > value > Fraction(1, 10):
        forms.append(f"{_DIGITS[int(value * 10)]}成{_DIGITS[int(value * 100) % 10]}")
    return forms


counts = st.one_of(
    st.integers(11, 99_999).map(Fraction),
    st.integers(1, 99_999).map(lambda value: Fraction(value * 10_000)),
    st.integers(11, 999_999_999_999).map(Fraction),
    st.integers(1_001, 9_999_999).map(lambda value: Fraction(value, 100)),
)
shares = st.one_of(
    st.integers(2, 30).flatmap(lambda below: st.integers(1, below - 1).map(lambda above: Fraction(above, below))),
    st.integers(1, 100).map(lambda value: Fraction(value, 100)),
    st.integers(1, 9_999).map(lambda value: Fraction(value, 10_000)),
)


@composite
def written_values(draw: DrawFn) -> tuple[str, str, str]:
    """(a value, the same in another form, another value in some form), each with its unit."""
    if draw(st.booleans()):
        unit = draw(st.sampled_from(_UNITS))
        one, other = draw(counts), draw(counts)
        near = st.sampled_from((one * 10, one + 1, one * 10_000, other))
        wrong = draw(near.filter(lambda value: value != one and value.denominator <= 100))
        mine, theirs = forms_of_count(one, bare=not unit), forms_of_count(wrong, bare=False)
    else:
        unit = ""
        one, other = draw(shares), draw(shares)
        near = st.sampled_from((1 - one, one / 10, other))
        wrong = draw(near.filter(lambda value: value != one and value > 0 and value.denominator < 10**6))
        mine, theirs = forms_of_share(one), forms_of_share(wrong)
    return tuple(draw(st.sampled_from(forms)) + unit for forms in (mine, mine, theirs))  # type: ignore[return-value]


@given(written_values())
@settings(max_examples=EXAMPLES)
def test_the_value_counts_and_not_its_form(values: tuple[str, str, str]) -> None:
    one, same, other = values
    quote = f"本次发布的年度统计数据为{one}以上，由县统计局负责解释。"
    accepted = verify(f"本次发布的年度统计数据为{same}以上", [quote])
    assert accepted.supported, (one, same, accepted.issues)
    assert not verify(f"本次发布的年度统计数据为{other}以上", [quote]).supported, (one, other)
