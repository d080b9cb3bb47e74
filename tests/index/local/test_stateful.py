"""Adding, changing, renaming, deleting and reopening in any order, against a plain dict."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from corpus import folder
from index.build import update_index
from index.check import check_index
from index.encoders import load_encoder
from index.local import LocalHandle
from index.local import build as build_module

ENCODER, SETTLED = load_encoder(), folder.SETTLED
NAMES = st.sampled_from([f"文件{n}.md" for n in range(6)])
WORDS = st.lists(st.sampled_from(["补贴", "公寓", "垃圾", "充电", "培训", "养老", "水源"]), min_size=1, max_size=6)


class Indexing(RuleBasedStateMachine):
    names = Bundle("names")

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp())
        self.corpus, self.index = self.place / "c", self.place / "i"
        self.corpus.mkdir()
        self.model: dict[str, str] = {}
        self.indexed: dict[str, str] = {}
        self.generation = 0
        self.turn = 0

    @initialize(small=st.sampled_from([0, 2000]), later=st.sampled_from([1, 3]))
    def start(self, small: int, later: int) -> None:
        build_module.SMALL, build_module.MOST_LATER = small, later
        folder.SETTLED = (
            20_000_000  # longer than the system's clock ticks, shorter than an update: most are not read again
        )
        self.put("文件0.md", ["补贴"])
        self.publish()
        self.handle = LocalHandle(self.index, encoder=ENCODER)

    @rule(name=NAMES, words=WORDS)
    def put(self, name: str, words: list[str]) -> None:
        self.turn += 1
        self.model[name] = (
            f"# 标题{self.turn}\n\n" + "。\n\n".join(f"第{n}条 {word}规定" for n, word in enumerate(words)) + "。\n"
        )
        (self.corpus / name).write_text(self.model[name], encoding="utf-8")

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        if name in self.model and len(self.model) > 1:
            del self.model[name]
            (self.corpus / name).unlink()

    @rule(old=NAMES, new=NAMES)
    def rename(self, old: str, new: str) -> None:
        if old in self.model and old != new:
            self.model[new] = self.model.pop(old)
            (self.corpus / old).rename(self.corpus / new)

    @rule()
    def publish(self) -> None:
        summary = update_index(self.corpus, self.index, encoder=ENCODER)
        changed = {name for name in self.model if name in self.indexed and self.indexed[name] != self.model[name]}
        assert set(summary.added) == self.model.keys() - self.indexed.keys()
        assert set(summary.changed) == changed
        assert set(summary.removed) == self.indexed.keys() - self.model.keys()
        assert summary.generation == self.generation + (self.model != self.indexed)
        self.generation, self.indexed = summary.generation, dict(self.model)

    @rule()
    def reopen(self) -> None:
        self.handle = LocalHandle(self.index, encoder=ENCODER)

    @rule()
    def verify(self) -> None:
        assert check_index(self.index).damaged == ()

    @invariant()
    def holds_what_the_dict_holds(self) -> None:
        if not self.indexed:
            return
        index = self.handle.current()
        assert index.generation == self.generation
        documents = index.documents()
        assert {one.source: index.document(one.id).text for one in documents} == self.indexed
        for word in ("补贴", "水源"):
            passages = [p for one in documents for p in index.passages(one.id)]
            assert index.passage_frequency(word) == sum(
                word in p.title + "".join(p.headings) + p.text for p in passages
            )
            found = index.search(word, 50)
            assert {h.passage.source for h in found if "lexical" in h.found_by} <= self.indexed.keys()
            holding = {p.id for p in passages if word in p.text}
            assert holding <= {p.id for h in found for p in (h.passage, *h.also)}

    def teardown(self) -> None:
        build_module.SMALL, build_module.MOST_LATER = 2000, 8
        folder.SETTLED = SETTLED
        shutil.rmtree(self.place)


TestIndexing = Indexing.TestCase
TestIndexing.settings = settings(max_examples=25, stateful_step_count=15, suppress_health_check=list(HealthCheck))
