"""How well the verifier tells faithful statements from falsified ones: `python -m benchmarks.verifier_mutations`.

Sentences of corpus/documents, and of ../shared/bench/ncp where it is there, are restated faithfully and falsified in one
respect by the rules below, with a fixed seed. Balanced accuracy is the mean of the share of faithful ones passed and the
share of falsified ones caught. Knows nothing of how the verifier decides.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

from assistant.verify import verify
from corpus.sentences import sentences

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "bench" / "ncp" / "corpus"
RESULT = ROOT / "benchmarks" / "verifier_mutations.json"
HAN = "零一二三四五六七八九十"
NUMBER = re.compile(
    r"(?<![\d.])(\d+(?:\.\d+)?)(?=\s*(?:万|亿|千|百)?(?:元|人|个|家|名|项|%|％|平方米|次|台|件|吨|户|条|所|岁))"
)
DATE = re.compile(r"(?<!\d)(\d{1,2})(?=月\d{1,2}日)|(?<!\d)((?:19|20)\d{2})(?=年)|(?<=月)(\d{1,2})(?=日)")
PLACES = (
    "溧阳市",
    "武进区",
    "天宁区",
    "武汉市",
    "上海市",
    "北京市",
    "重庆市",
    "广东省",
    "浙江省",
    "江苏省",
    "湖北省",
    "山东省",
    "四川省",
    "天津市",
)
BODY = re.compile(
    r"(?:市|省|区|县)?(?:卫生健康委员会|卫生健康委|人力资源和社会保障局|人力资源社会保障局|市场监管局|市场监督管理局|财政局|教育局|教育厅|交通运输局|民政局|公安局|税务局|发展改革委)"
)
BODIES = ("气象局", "档案局", "体育局", "地震局", "粮食局", "文物局")
Rewrite = Callable[[str, random.Random], str | None]


# ---- faithful ----
def verbatim(text: str, _: random.Random) -> str | None:
    """The sentence itself."""
    return text


def without_lead(text: str, _: random.Random) -> str | None:
    """Its first clause left out, when it is a short one of time or ground."""
    match = re.match(r"(?:据|为|根据|按照|自|到|截至|在)[^，]{2,18}，", text)
    return text[match.end() :] if match and len(text) - match.end() >= 10 else None


def with_lead(text: str, rng: random.Random) -> str | None:
    """A few words that say nothing in front."""
    return rng.choice(("文件提出，", "根据文件，", "按照规定，", "文件明确，")) + text


def half_width(text: str, _: random.Random) -> str | None:
    """Digits and percent signs full width."""
    changed = text.translate(str.maketrans("0123456789%", "０１２３４５６７８９％"))
    return changed if changed != text else None


def spelt(text: str, _: random.Random) -> str | None:
    """A small number in Chinese numerals."""
    match = re.search(r"(?<![\d.])([1-9]|10)(?=(?:个|家|项|名|条|种)[^\d])", text)
    return text[: match.start()] + HAN[int(match.group())] + text[match.end() :] if match else None


def written_out(text: str, _: random.Random) -> str | None:
    """万元 written out in digits, percent in words."""
    match = re.search(r"(?<![\d.])(\d{1,4})万元", text)
    if match:
        return text[: match.start()] + f"{match.group(1)}0000元" + text[match.end() :]
    match = re.search(r"(?<![\d.])(\d{1,3})[%％]", text)
    if match and int(match.group(1)) <= 10:
        return text[: match.start()] + "百分之" + HAN[int(match.group(1))] + text[match.end() :]
    return None


def other_words(text: str, _: random.Random) -> str | None:
    """A word for one of the same meaning."""
    for old, new in (
        ("应当", "应"),
        ("以及", "和"),
        ("必须", "应当"),
        ("可以", "可"),
        ("不得", "禁止"),
        ("按照", "依照"),
        ("包括", "包含"),
        ("进行", "开展"),
        ("提供", "给予"),
    ):
        if old in text:
            return text.replace(old, new, 1)
    return None


def one_clause(text: str, _: random.Random) -> str | None:
    """Only its longest clause."""
    clause = max(re.split(r"[，；]", text), key=len).rstrip("。")
    return clause if 10 <= len(clause) < len(text) - 4 else None


# ---- falsified ----
def number_swap(text: str, rng: random.Random) -> str | None:
    """A number changed."""
    found = list(NUMBER.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    old = match.group()
    new = str(int(float(old)) + rng.choice((1, 2, 5, 10, 30)))
    changed = text[: match.start()] + new + text[match.end() :]
    return changed if not re.search(rf"(?<![\d.]){new}(?!\d)", text) else None


def magnitude(text: str, _: random.Random) -> str | None:
    """万 and 亿 confused, or dropped."""
    match = re.search(r"(?<=\d)(万|亿)(?=元|人|平方米|户|件)", text)
    return text[: match.start()] + ("亿" if match.group() == "万" else "万") + text[match.end() :] if match else None


def date_shift(text: str, rng: random.Random) -> str | None:
    """A date moved."""
    found = list(DATE.finditer(text))
    if not found:
        return None
    match = rng.choice(found)
    value = int(match.group())
    top = 12 if match.group(1) else 28 if match.group(3) else 2100
    new = value + 1 if value + 1 <= top else value - 1
    if re.search(rf"(?<!\d){new}(?=[年月日号])", text):
        return None
    return text[: match.start()] + str(new) + text[match.end() :]


def negation_flip(text: str, _: random.Random) -> str | None:
    """A negation dropped or put in."""
    for old, new in (
        ("不得", ""),
        ("不予", ""),
        ("不再", ""),
        ("未经", "经"),
        ("不能", "能"),
        ("严禁", ""),
        ("禁止", ""),
        ("不需要", "需要"),
        ("无需", "需"),
        ("免收", "收取"),
        ("暂停", ""),
    ):
        if old in text and not re.search(old + "(?:超过|低于|少于|高于|断|仅)", text):
            return text.replace(old, new, 1)
    for old, new in (("应当", "不应"), ("可以", "不可以"), ("将", "将不"), ("要", "不要")):
        match = re.search(rf"(?<![主重需必只不]){old}(?![求素点件闻])", text)
        if match:
            return text[: match.start()] + new + text[match.end() :]
    return None


def modality_flip(text: str, _: random.Random) -> str | None:
    """Must, may, must not and encouraged exchanged."""
    for old, new in (
        ("应当", "可以"),
        ("必须", "可以"),
        ("可以", "应当"),
        ("不得", "可以"),
        ("鼓励", "应当"),
        ("严禁", "鼓励"),
        ("禁止", "可以"),
    ):
        if old in text and not re.search(old + "(?:超过|低于|少于|高于)", text):
            return text.replace(old, new, 1)
    return None


def entity_swap(text: str, rng: random.Random) -> str | None:
    """A place or an office exchanged for another."""
    match = BODY.search(text)
    if match and rng.random() < 0.5:
        return text[: match.start()] + rng.choice(BODIES) + text[match.end() :]
    here = [place for place in PLACES if place in text]
    others = [place for place in PLACES if place[:2] not in text]
    return text.replace(here[0], rng.choice(others)) if here and others else None


def superlative(text: str, rng: random.Random) -> str | None:
    """A word that singles out, put in."""
    match = re.search(r"(?<=是)|(?<=为)", text)
    word = rng.choice(("全国首个", "唯一的", "全省最大的"))
    return (
        text[: match.start()] + word + text[match.start() :]
        if match and "首" not in text and "唯一" not in text and match.start() > 4
        else None
    )


def list_item(text: str, rng: random.Random) -> str | None:
    """An item of a list exchanged for one of elsewhere."""
    items = re.findall(r"(?<=、)[\u4e00-\u9fff]{2,8}(?=、)", text)
    return (
        text.replace(f"、{items[0]}、", f"、{rng.choice(('航天火箭', '葡萄种植', '珠宝首饰', '极地科考'))}、", 1)
        if items
        else None
    )


FAITHFUL: tuple[Rewrite, ...] = (
    verbatim,
    without_lead,
    with_lead,
    half_width,
    spelt,
    written_out,
    other_words,
    one_clause,
)
FALSE: tuple[Rewrite, ...] = (
    number_swap,
    magnitude,
    date_shift,
    negation_flip,
    modality_flip,
    entity_swap,
    superlative,
    list_item,
)


def texts(ncp: bool) -> Iterator[tuple[str, str]]:
    """(suite, text) of every document."""
    for path in sorted((ROOT / "corpus" / "documents").glob("*.md")):
        yield "documents", path.read_text(encoding="utf-8").split("---", 2)[-1]
    if ncp and SHARED.is_dir():
        for path in sorted(SHARED.glob("*.txt")):
            yield "ncp", path.read_text(encoding="utf-8", errors="replace")


def make(ncp: bool, seed: int, limit: int) -> list[tuple[str, str, bool, str, str]]:
    """(suite, kind, faithful, statement, quote): every document sentence, and a sample of the others."""
    rng = random.Random(seed)
    pool: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for suite, text in texts(ncp):
        spans = [text[a:b] for a, b in sentences(text)]
        spans = [s for s in spans if 12 <= len(s) <= 160 and s.endswith("。") and not s.startswith("#")]
        pool[suite].extend((s, spans[at + 1] if at + 1 < len(spans) else spans[at - 1]) for at, s in enumerate(spans))
    made = []
    for suite, pairs in pool.items():
        chosen = pairs if suite == "documents" else rng.sample(pairs, min(limit, len(pairs)))
        for sentence, neighbour in chosen:
            for rewrite in FAITHFUL:
                if rewrite is verbatim or rng.random() < 0.5:
                    made.append((suite, rewrite.__name__, True, rewrite(sentence, rng), sentence))
            made.extend((suite, rewrite.__name__, False, rewrite(sentence, rng), sentence) for rewrite in FALSE)
            if sentence != neighbour and sentence[:8] != neighbour[:8]:
                made.append((suite, "neighbour", False, sentence, neighbour))
    return [(suite, kind, ok, s, q) for suite, kind, ok, s, q in made if s and (ok or s.strip("。") not in q)]


def main() -> None:
    """Measure, print a table, write the JSON."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--sample", type=int, default=700, help="sentences taken from ncp")
    options.add_argument("--wrong", type=int, default=0, help="print so many wrong verdicts a kind")
    given = options.parse_args()
    made = make(True, given.seed, given.sample)
    right: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    shown: dict[str, int] = defaultdict(int)
    for _, kind, faithful, statement, quote in made:
        verdict = verify(statement, [quote])
        right[kind, faithful].append(verdict.supported == faithful)
        if verdict.supported != faithful and shown[kind] < given.wrong:
            shown[kind] += 1
            sys.stderr.write(f"{kind}: {statement}\n   of: {quote}\n   {verdict.issues}\n")
    rates = {
        flag: [ok for (_, faithful), oks in right.items() if faithful is flag for ok in oks] for flag in (True, False)
    }
    passed, caught = (sum(rates[flag]) / len(rates[flag]) for flag in (True, False))
    result = {
        "pairs": len(made),
        "suites": sorted({suite for suite, *_ in made}),
        "seed": given.seed,
        "balanced_accuracy": round((passed + caught) / 2, 4),
        "false_alarms": round(1 - passed, 4),
        "kinds": {
            f"{kind} ({'faithful' if faithful else 'falsified'})": {
                "n": len(oks),
                "right": round(sum(oks) / len(oks), 4),
            }
            for (kind, faithful), oks in right.items()
        },
    }
    RESULT.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for kind, row in result["kinds"].items():
        print(f"| {kind} | {row['n']} | {row['right']:.3f} |")
    print(
        f"pairs {result['pairs']}, balanced accuracy {result['balanced_accuracy']}, false alarms {result['false_alarms']}"
    )


if __name__ == "__main__":
    main()
