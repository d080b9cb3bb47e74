"""Whether a place lies in another, as far as their names tell. Knows nothing of conditions or applicants."""

from __future__ import annotations

import re

from corpus.text.places import load_provinces, name_levels, place_stem, provinces_named

_OWN = re.compile(r"[本我全]([省市区县])")
# A district or county lies right below a city of its own; 新区 and 开发区 may lie below a county-level one, too.
_DISTRICT = re.compile(r"(?<!新)(?<!开发)(?<!高新)(?<!经开)区$|县$")


def resolve_place(name: str, region: str) -> str:
    """The place that 本市 and the like mean in a document of this region, "" where it does not tell; other names as they are."""
    own = _OWN.fullmatch(name)
    if own is None:
        return name
    fitting = [level for level in name_levels(region) if level.endswith(own[1])] if region else []
    return fitting[-1] if fitting else ""


def lies_in(place: str, wanted: str) -> bool | None:
    """Whether `place`, written from its widest level, lies in `wanted`; None where the names do not tell."""
    if not place or not wanted:
        return None
    own, asked = name_levels(place), name_levels(wanted)[-1]
    if any(place_stem(level) == place_stem(asked) for level in own):
        return True
    provinces, asked_provinces = provinces_named(place), provinces_named(wanted)
    if asked.endswith("省") or asked in load_provinces().values():
        return place_stem(asked) in provinces if provinces else None
    if len(provinces) == len(asked_provinces) == 1 and provinces != asked_provinces:
        return False
    cities = [level for level in own if level.endswith("市")]
    if cities and asked.endswith("市") and any(_DISTRICT.search(level) for level in own[own.index(cities[0]) + 1 :]):
        return False
    return None
