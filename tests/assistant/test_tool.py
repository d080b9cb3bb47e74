"""The assistant as a LangChain tool: LangChain's own standard tests, and what a model reads."""

from __future__ import annotations

from typing import ClassVar

import pytest
from langchain_core.messages import ToolMessage
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant import Assistant, policy_tool

pytest.importorskip("langchain_tests", reason="not installed: pip install langchain-tests")
from langchain_tests.integration_tests import ToolsIntegrationTests
from langchain_tests.unit_tests import ToolsUnitTests

pytestmark = pytest.mark.anyio
ASKED = "云湖市创业补贴每户多少钱？"


class Made:
    """What the standard tests ask of the tool that is tested."""

    made: ClassVar[BaseTool]

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _tool(cls, assistant: Assistant) -> None:
        cls.made = policy_tool(assistant)

    @property
    def tool_constructor(self) -> BaseTool:
        return self.made

    @property
    def tool_invoke_params_example(self) -> dict[str, str]:
        return {"question": ASKED}


class TestUnit(Made, ToolsUnitTests):
    """The unit tests of a tool."""


class TestIntegration(Made, ToolsIntegrationTests):
    """The integration tests of a tool."""


def called(tool: BaseTool, question: str) -> ToolMessage:
    """What an agent gets when its model calls the tool."""
    message: ToolMessage = tool.invoke(
        {"name": tool.name, "args": {"question": question}, "id": "1", "type": "tool_call"}
    )
    return message


def test_a_model_reads_the_answer_with_its_quotes(assistant: Assistant) -> None:
    told = called(policy_tool(assistant), ASKED)
    answer = told.artifact
    quotes = [f"[{each.marker}] {each.locator}: “{each.quote}”" for each in answer.citations]
    assert str(told.content).splitlines() == ["status: answered", *answer.text.splitlines(), *quotes]
    assert answer.citations[0].quote == "云湖市对首次创业的居民发放创业补贴，标准为每户5万元。"
    assert "5万元[1]" in answer.text
    assert told.status == "success"


def test_a_refusal_says_so(assistant: Assistant) -> None:
    assert str(called(policy_tool(assistant), "火星移民需要什么条件？").content).startswith("status: not_found\n")


def test_a_notice_is_told(assistant: Assistant) -> None:
    told = called(policy_tool(assistant), "年满80周岁的老人每月高龄津贴多少元？")
    assert "\n! " in str(told.content)


@pytest.mark.parametrize("question", ["", "问" * 2001])
def test_what_cannot_be_asked_is_an_error_of_the_tool(assistant: Assistant, question: str) -> None:
    told = called(policy_tool(assistant), question)
    assert told.status == "error"
    assert "the question is" in str(told.content)


def test_its_description_for_a_model(assistant: Assistant) -> None:
    described = convert_to_openai_tool(policy_tool(assistant, name="policies"))["function"]
    assert described["name"] == "policies"
    assert described["parameters"]["required"] == ["question"]
    assert "do not answer from memory" in described["description"]
