"""Holds the names of a statement to the quotes: places, bodies, people, titles, 文号, quoted words, Latin words."""

from __future__ import annotations

import re

from assistant.verification.types import ClaimAndEvidence
from corpus.text import places, values
from corpus.text.rarity import bigram_rarity

_RARE = 6.5  # log inverse frequency from which two characters are taken for a name
_QUOTED = re.compile(r'"([^"]{2,40})"|《([^《》]{2,80})》')
_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,8}\((?:19|20)\d{2}\)第?\d{1,5}号")
_LATIN = re.compile(r"[a-z][a-z0-9&+./-]{1,}")
_TRIM = re.compile(
    r"^.*(?:由|向|到|在|和|与|及|对|是|为|的|经|报|给|从|将|把|按|请|等|或|各|该|凡|可|应|须|与|把|去|让|使|至|于|以|并|其|本|内|中|称|即|如|叫|交|归|受|据|依|含|有)(?=[\u4e00-\u9fff]{2})"
)
_GENERIC = re.compile(
    r"^(?:有关|相关|主管|各级|上述|所在|该|本|各|其他|同级|当地|用人|申请|受理|行政|政府|责任|成员|牵头|配合|下级|上级|以上|单位|符合条件的)*(?:部门|单位|机构|企业|公司|委员会|中心|办公室|学校|医院|大学|协会|银行|法院|办|局|部|处|所|院|社|厅|委)$"
)
# A character that ends a name elsewhere begins a common word here: 办理, 社会, 部分.
_GOES_ON = re.compile(
    r"办[理公好法事成税结案]|社[会区保交]|处[理置罚于分在境]|所[有得以需在属述]|部[分门署队长]|委[托派员书]|局[部面势限长]|院[士校长内]"
)
_OFFICE = re.compile(
    rf"(?:书记|[市区县省镇乡州]长|主任|局长|厅长|部长|院长|校长|行长|会长|董事长|经理|主席|教授|主席)([{values.SURNAMES}][\u4e00-\u9fff])(?=[\u4e00-\u9fff]?(?:[说表指强主出介宣告,;:]|要求|认为))"
)
_AGENCY = re.compile(
    r"[\u4e00-\u9fff]{2}(?:[局厅署](?![部面势限长])|委(?=[\W会、和与及发提])|[监联协商学员]会|银行|法院|检察院)"
)
_KIND = re.compile(r"^(?:各|有关|相关|当地|该|这|本|多家|几家|所有|全部|上级|下级|其他|合作|商业|部分|经办|开户)")
_WIDE = str.maketrans(",;:!?()", "，；：！？（）")


def name_issues(sides: ClaimAndEvidence) -> list[str]:
    """An issue for each name that neither the quotes nor the titles cited hold, whole or in its short form."""
    known = sides.quote + "\n" + sides.context
    issues = [f"引文中没有“{name}”" for name in _exact_names(sides.statement) if name not in known]
    for name in _bodies_named(sides.statement):
        if not _holds_name(name, known):
            issues.append(f"引文中没有“{name}”")
    for place in places.find_places(sides.statement):
        other = re.search(f"{re.escape(place.stem)}[省市区县旗乡镇]", known) if place.name not in known else None
        if other and place.name != place.stem and other.group() != place.name:
            issues.append(f"引文说的是“{other.group()}”，不是“{place.name}”")
        if place.stem not in known and _is_certain_place(place.name, place.stem):
            issues.append(f"引文中没有地名“{place.name}”")
    for name in _people_named(sides.statement):
        if name not in known and bigram_rarity(name[:2]) >= _RARE:
            issues.append(f"引文中没有人名“{name}”")
    for name in _agencies_named(sides.statement):
        if name not in known:
            issues.append(f"引文中没有“{name}”")
    return issues


def _people_named(statement: str) -> list[str]:
    """Names of people: those the reader would find, and two characters after an office that begin with a surname."""
    wide = statement.translate(_WIDE)
    found = [wide[start:end] for start, end in values.person_spans(wide)]
    return found + [match.group(1) for match in _OFFICE.finditer(statement)]


def _agencies_named(statement: str) -> list[str]:
    """The last characters of names of authorities and of banks: enough to tell one from another, whatever stands before."""
    return [match.group() for match in _AGENCY.finditer(statement) if not _KIND.match(match.group())]


def _is_certain_place(name: str, stem: str) -> bool:
    """Whether a place is known by name, or its name is rare and short enough to be no phrase that ends like one."""
    lists = places.load_gazetteer()
    known = any(stem in lists[key] or name in lists[key] for key in lists if key != "not-places")
    return known or (len(stem) == 2 and bigram_rarity(stem) >= _RARE + 1.5)


def _exact_names(statement: str) -> list[str]:
    """Names that must stand letter by letter."""
    quoted = [a or b for a, b in _QUOTED.findall(statement)]
    return [*quoted, *(m.lstrip("据依照按根") for m in _NUMBER.findall(statement)), *_LATIN.findall(statement)]


def _bodies_named(statement: str) -> list[str]:
    """Names of offices and companies, without the words before them and without mere kinds (有关部门)."""
    found = []
    for start, end in values.body_spans(statement):
        if _GOES_ON.match(statement, end - 1):
            continue
        name = _TRIM.sub("", statement[start:end])
        if len(name) >= 3 and name[-1] not in "办处所社院" and not _GENERIC.match(name):
            found.append(name)
    return found


def _holds_name(name: str, text: str) -> bool:
    """Whether the text has the name, its last four characters, or a longer form with the same characters in order."""
    if name in text or (len(name) > 4 and name[-4:] in text):
        return True
    pattern = ".{0,3}".join(map(re.escape, name))
    return bool(re.search(pattern, text))
