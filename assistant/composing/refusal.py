"""Says why nothing was found: what was looked for, what came nearest and why it was not taken. Claims only what hits hold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.understanding.analysis import analyse_question
from assistant.understanding.key_terms import key_terms as key_words
from corpus.text import places as names
from corpus.text.characters import fold
from index.types import DocumentSummary, Hit

NEAREST = 3  # hits that are looked at: what lies further off is not "nearest"
TITLES = 2  # documents named for their titles
SHORTEST = 2  # characters of a word that is told
LONGEST = 16  # characters of one
_HEADINGS = re.compile(r"“[^“”]*”至?")
# A Latin word of a Chinese question that no document has may be what a program is told to say: it is not repeated.
_LATIN = re.compile(r"[A-Za-z]{3}")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?=\s*年|[-—~至])")
_LOOSE_END = r"[向从由对于以凭按投补领拿你我他您]$"  # what a cut at the next function word leaves of a verb
_DULL = {"突破", "达到", "申请", "实施", "建设", "培育", "促成", "办理", "进行", "开展"}  # lacking them tells nothing
_TEXTS = {
    "zh": {
        "plain": "没有在文件中找到答案。",
        "side": "{side}：没有在文件中找到。",
        "sought": "没有在文件中找到{sought}的答案。",
        "place": "最接近的是{where}：讲的是{have}，没有提到{lack}。",
        "year": "最接近的是{where}：写的是{have}年的，没有{lack}年的。",
        "words": "最接近的是{where}：提到了{have}，没有提到{lack}。",
        "near": "最接近的是{where}，其中没有直接回答这个问题的话。",
        "title": "从标题看，{titles}可能有关，可以打开核对。",
        "and": "、",
        "quoted": "“{}”",
        "document": "《{}》",
    },
    "en": {
        "plain": "No answer was found in the documents.",
        "side": "{side}: not found in the documents.",
        "sought": "No answer on {sought} was found in the documents.",
        "place": "Nearest is {where}: it is about {have} and does not mention {lack}.",
        "year": "Nearest is {where}: it speaks of {have}, not of {lack}.",
        "words": "Nearest is {where}: it mentions {have} but not {lack}.",
        "near": "Nearest is {where}, which does not answer this directly.",
        "title": "By its title, {titles} may bear on it; open it to check.",
        "and": ", ",
        "quoted": "“{}”",
        "document": "“{}”",
    },
}


def explain_refusal(
    question: str,
    places: Sequence[str],
    years: Sequence[int],
    hits: Sequence[Hit],
    documents: Sequence[DocumentSummary],
    *,
    language: str = "zh",
) -> str:
    """What to say where nothing was found, one to three sentences.

    question: as it was searched for; places, years: those it asks for, as `Analysis` has them; hits: what the search found,
    best first; documents: those of the index, for their titles. What is said of a hit is compared with its words, its title
    and its headings, and nothing else is said.
    """
    say = _TEXTS["en" if language == "en" else "zh"]
    words = [
        word
        for word in _words_looked_for(question, places)
        if not _LATIN.search(word) or _is_written(word, hits, documents)
    ]
    sought = [
        *dict.fromkeys(places),
        *(_year_words(year, language) for year in years),
        *map(say["quoted"].format, words[:3]),
    ]
    lines = [say["sought"].format(sought=say["and"].join(sought)) if sought else say["plain"]]
    near = _nearest_hit(words, hits)
    if near is not None:
        lines.append(_why_not(near, places, years, words, say))
    titles = _titles_with_words(words, places, near, documents)
    if titles:
        lines.append(say["title"].format(titles=say["and"].join(map(say["document"].format, titles))))
    return "".join(lines) if language != "en" else " ".join(lines)


def of_sides_without_answer(asked: Sequence[str], answered: Sequence[str], language: str = "zh") -> str:
    """A line for each label of those asked for that has no answer; "" where none was answered by label, or all were."""
    if not all(asked) or not set(asked) & set(answered):
        return ""
    say = _TEXTS["en" if language == "en" else "zh"]
    return "".join("\n" + say["side"].format(side=side) for side in dict.fromkeys(asked) if side not in answered)


def _year_words(year: int, language: str) -> str:
    """A year as it is told."""
    return str(year) if language == "en" else f"{year}年"


def _words_looked_for(question: str, places: Sequence[str]) -> list[str]:
    """The content words of the question without its places and years, each once."""
    dull = "|".join([*map(re.escape, places), r"(?:19|20)\d{2}年?", "[今明去]年"])
    bare = (re.sub(_LOOSE_END, "", re.sub(dull, "", term)) for term in analyse_question(question).terms)
    whole = (next((known for known in key_words(question) if known.startswith(word)), word) for word in bare if word)
    return list(dict.fromkeys(word for word in whole if SHORTEST <= len(word) <= LONGEST))


def _is_written(word: str, hits: Sequence[Hit], documents: Sequence[DocumentSummary]) -> bool:
    """Whether what was found, or a title, has the word."""
    return any(fold(word) in _words_of_hit(hit) for hit in hits) or any(
        fold(word) in fold(one.title) for one in documents
    )


def _words_of_hit(hit: Hit) -> str:
    """Everything that may be said to stand in a hit: its words, its title and its headings, folded."""
    return fold("\n".join((hit.passage.title, *hit.passage.headings, hit.passage.text)))


def _nearest_hit(words: Sequence[str], hits: Sequence[Hit]) -> Hit | None:
    """Of the first hits the one with most of the question's words; None where none of them has any."""
    best, most = None, 0
    for hit in hits[:NEAREST]:
        held = _words_of_hit(hit)
        size = sum(len(word) for word in words if fold(word) in held)
        if size > most:
            best, most = hit, size
    return best


def _why_not(near: Hit, places: Sequence[str], years: Sequence[int], words: Sequence[str], say: dict[str, str]) -> str:
    """Why the nearest passage is no answer, as far as its own words show."""
    held = _words_of_hit(near)
    where = _place_of_hit(near, say)
    lacking = [place for place in places if fold(names.place_stem(place)) not in held]
    if lacking and len(lacking) == len(places):
        have = _places_of(near)
        if have:
            return say["place"].format(where=where, have=say["and"].join(have), lack=say["and"].join(lacking))
    written = list(dict.fromkeys(_YEAR.findall(held)))
    other = [year for year in years if str(year) not in held]
    if other and len(other) == len(years) and written:
        told = (say["and"].join(written[:3]), say["and"].join(map(str, other)))
        return say["year"].format(where=where, have=told[0], lack=told[1])
    has = [word for word in words if fold(word) in held]
    lacks = [word for word in words if word not in _DULL and fold(word) not in held and not _half_there(word, held)]
    if has and (lacks or lacking):
        told = (_quoted_words(has[:3], say), say["and"].join([*lacking, *map(say["quoted"].format, lacks[:3])]))
        return say["words"].format(where=where, have=told[0], lack=told[1])
    return say["near"].format(where=where)


def _half_there(word: str, held: str) -> bool:
    """Whether half of a longer word stands in the hit, so that to say it is not mentioned would mislead."""
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    return len(word) > SHORTEST and sum(fold(pair) in held for pair in pairs) * 2 >= len(pairs)


def _quoted_words(words: Sequence[str], say: dict[str, str]) -> str:
    """Words in quotation marks, joined."""
    return say["and"].join(map(say["quoted"].format, words))


def _places_of(hit: Hit) -> list[str]:
    """The places that a hit names, in its title first, each once; at most two."""
    passage = hit.passage
    found: dict[str, str] = {}
    for text in (passage.title, *passage.headings):
        for place in names.find_places(text):
            found.setdefault(place.stem, place.name)
    listed = frozenset().union(*names.load_gazetteer().values())
    for place in names.find_places(passage.text) if not found else ():
        if place.stem in listed:
            found.setdefault(place.stem, place.name)
    return list(found.values())[:2]


def _place_of_hit(hit: Hit, say: dict[str, str]) -> str:
    """The passage as a person would point to it, without its headings: their words could pass for an answer."""
    passage = hit.passage
    place = _HEADINGS.sub("", passage.locator)
    return place if place.startswith("《") else say["document"].format(passage.title) + place


def _shared_run(word: str, title: str) -> int:
    """How many characters of the word in a row stand in the title; 0 for less than the half of it or two."""
    runs = (
        size for size in range(len(word), 1, -1) for at in range(len(word) - size + 1) if word[at : at + size] in title
    )
    longest = next(runs, 0)
    return longest if longest * 2 > len(word) else 0


def _titles_with_words(
    words: Sequence[str], places: Sequence[str], near: Hit | None, documents: Sequence[DocumentSummary]
) -> list[str]:
    """Titles of other documents that hold a word of the question, those of its places first; none of another place."""
    found: list[tuple[int, str]] = []
    for document in documents:
        if document.same_as or (near is not None and document.id == near.passage.doc_id):
            continue
        title = fold(document.title)
        size = sum(_shared_run(fold(word), title) for word in words)
        stems = [fold(names.place_stem(place)) for place in places]
        region = fold(document.metadata.region.value) if document.metadata.region else ""
        here = any(stem in title or stem in region for stem in stems)
        if size and (here or not stems):
            found.append((size + 10 * here, document.title))
    return [title for _, title in sorted(found, key=lambda pair: -pair[0])][:TITLES]
