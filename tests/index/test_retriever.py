"""The LangChain door, and filters by what documents say of themselves."""

import asyncio
from pathlib import Path

import pytest
from langchain_core.language_models import FakeListChatModel
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompt_values import PromptValue
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnablePassthrough

from corpus.types import Metadata, Value
from errors import QuestionError
from index.__main__ import main
from index.build import build_index
from index.filters import passes_filters
from index.local import LocalHandle
from index.retriever import PolicyRetriever, from_langchain
from index.types import DocumentSummary, Encoder, Filters


def test_the_retriever_gives_documents_that_quote(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    handle = LocalHandle(tmp_path / "i", encoder=encoder)
    retriever = PolicyRetriever(handle=handle, k=2)
    found = retriever.invoke("垃圾投放")
    assert [one.page_content for one in found] == [h.passage.text for h in handle.current().search("垃圾投放", 2)]
    first = found[0].metadata
    assert first["source"] == "秋山.txt"
    assert handle.current().document(first["doc_id"]).text[first["start"] : first["end"]] == found[0].page_content
    assert first["hit"]["rank"] == 1
    assert asyncio.run(retriever.ainvoke("垃圾投放")) == found
    only = PolicyRetriever(handle=handle, filters=Filters(sources=("春江.md",)))
    assert {one.metadata["source"] for one in only.invoke("垃圾投放")} == {"春江.md"}


def test_a_document_found_is_the_hit_again(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    (corpus / "副本.txt").write_text((corpus / "秋山.txt").read_text("utf-8"), encoding="utf-8")
    build_index(corpus, tmp_path / "i", encoder=encoder)
    handle = LocalHandle(tmp_path / "i", encoder=encoder)
    hits = handle.current().search("垃圾投放", 5)
    assert any(hit.also for hit in hits)
    assert [from_langchain(one) for one in PolicyRetriever(handle=handle, k=5).invoke("垃圾投放")] == hits


def test_the_retriever_in_a_chain_of_other_parts(corpus: Path, tmp_path: Path, encoder: Encoder) -> None:
    build_index(corpus, tmp_path / "i", encoder=encoder)
    retriever = PolicyRetriever(handle=LocalHandle(tmp_path / "i", encoder=encoder), k=1)
    prompts: list[PromptValue] = []

    def keep(value: PromptValue) -> PromptValue:
        prompts.append(value)
        return value

    prompt = ChatPromptTemplate.from_template("依据：{context}\n问题：{question}")
    texts = retriever | (lambda found: "\n".join(f"{one.metadata['locator']}：{one.page_content}" for one in found))
    chain = {"context": texts, "question": RunnablePassthrough()} | prompt | RunnableLambda(keep)
    answering = chain | FakeListChatModel(responses=["七点到九点。", "随时。"]) | StrOutputParser()
    assert answering.invoke("厨余垃圾什么时候投放") == "七点到九点。"
    assert asyncio.run(answering.ainvoke("可回收物什么时候投放")) == "随时。"
    assert all("《秋山镇垃圾分类通知》" in one.to_string() for one in prompts)
    assert all("厨余垃圾每天早晨七点到九点投放" in one.to_string() for one in prompts)
    assert prompts[0].to_string().endswith("问题：厨余垃圾什么时候投放")


META = Metadata(
    issuer=Value("常州市人民政府"), issued=Value("2021-02-19"), status=Value("现行"), region=Value("江苏省常州市溧阳市")
)
DOCUMENT = DocumentSummary("d1", "a/b.md", "题", META, "", 10, 1)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(), True),
        (Filters(regions=("溧阳",)), True),
        (Filters(regions=("武进", "溧阳市")), True),
        (Filters(regions=("武进",)), False),
        (Filters(years=(2020, 2021)), True),
        (Filters(years=(2020,)), False),
        (Filters(issuers=("常州市",), statuses=("现行",)), True),
        (Filters(issuers=("常州市",), statuses=("废止",)), False),
        (Filters(doc_ids=("d1",)), True),
        (Filters(sources=("a/c.md",)), False),
    ],
)
def test_filters(filters: Filters, expected: bool) -> None:
    assert passes_filters(DOCUMENT, filters) is expected


def test_a_document_that_says_nothing_passes_no_filter() -> None:
    silent = DocumentSummary("d", "s", "t", Metadata(), "", 1, 1)
    for filters in (
        Filters(regions=("溧阳",)),
        Filters(years=(2021,)),
        Filters(issuers=("x",)),
        Filters(statuses=("现行",)),
    ):
        assert not passes_filters(silent, filters)


@pytest.mark.parametrize(("query", "count"), [("垃圾", "0"), ("垃圾", "-5"), ("", "3"), (" ", "3")])
def test_a_search_for_nothing_is_wrong_use(query: str, count: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["index", "search", query, "--index", "nowhere", "-k", count])
    with pytest.raises(QuestionError):
        main()
