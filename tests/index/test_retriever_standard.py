"""LangChain's own standard tests of a retriever, on ours."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from errors import QuestionError
from index.build import build_index
from index.encoders import load_encoder
from index.local import LocalHandle
from index.retriever import PolicyRetriever
from index.types import Filters

pytest.importorskip("langchain_tests", reason="not installed: pip install langchain-tests")
from langchain_tests.integration_tests import RetrieversIntegrationTests

pytestmark = pytest.mark.anyio


class TestPolicyRetriever(RetrieversIntegrationTests):
    """`k` is how many passages are wanted, as a parameter of the retriever and of one search."""

    handle: ClassVar[LocalHandle]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _index(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        root = tmp_path_factory.mktemp("standard")
        (root / "corpus").mkdir()
        for place in ("春江", "秋山", "云湖", "东山"):
            text = f"# {place}镇垃圾分类通知\n\n{place}镇的厨余垃圾每天早晨七点到九点投放。\n"
            (root / "corpus" / f"{place}.md").write_text(text, encoding="utf-8")
        build_index(root / "corpus", root / "index", encoder=load_encoder("built-in"))
        cls.handle = LocalHandle(root / "index", encoder=load_encoder("built-in"))

    @property
    def retriever_constructor(self) -> type[PolicyRetriever]:
        return PolicyRetriever

    @property
    def retriever_constructor_params(self) -> dict[str, Any]:
        return {"handle": self.handle}

    @property
    def retriever_query_example(self) -> str:
        return "厨余垃圾什么时候投放"

    async def test_one_search_may_have_its_own_number_and_filters(self, retriever: PolicyRetriever) -> None:
        asked = self.retriever_query_example
        assert len(await retriever.ainvoke(asked, k=2)) == 2
        only = retriever.invoke(asked, filters=Filters(sources=("秋山.md",)))
        assert {found.metadata["source"] for found in only} == {"秋山.md"}
        assert len(retriever.invoke(asked)) == 4
        for wrong in (0, -3):
            with pytest.raises(QuestionError, match="1 or more"):
                retriever.invoke(asked, k=wrong)
