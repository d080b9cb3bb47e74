"""The assistant as a LangChain tool that other chains and agents use. Knows nothing of how a question is answered."""

from __future__ import annotations

from typing import Annotated

from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import Field

from assistant.chain import Assistant
from assistant.types import Answer
from errors import SuyuanError

NAME = "ask_policy_documents"
_ABOUT = (
    "Answers a question about the Chinese policy documents held here. Every statement ends in a marker such as [1]; the quotes "
    "below the answer are the exact words it rests on. When the documents hold no answer, it says so: do not answer from memory "
    "then. Ask a whole question, with its place, year and subject; one question at a time."
)
Text = Annotated[str, Field(description="the question, in Chinese or English")]


def policy_tool(assistant: Assistant, name: str = NAME) -> BaseTool:
    """A tool over an assistant: `content` is the answer with its quotes as text, `artifact` is the Answer.

    A question that cannot be taken (empty, too long) and an index that cannot be read are told to the caller's model as
    the tool's error, not raised.
    """

    def answer_question(question: Text) -> tuple[str, Answer]:
        try:
            answer = assistant.invoke(question)
        except SuyuanError as error:
            raise ToolException(str(error)) from None
        return answer_as_text(answer), answer

    return StructuredTool.from_function(
        answer_question, name=name, description=_ABOUT, response_format="content_and_artifact", handle_tool_error=True
    )


def answer_as_text(answer: Answer) -> str:
    """The answer for a model to read: status, text, notices, and each quote with its place."""
    lines = [f"status: {answer.status}", answer.text, *(f"! {notice.text}" for notice in answer.notices)]
    lines += [f"[{one.marker}] {one.locator or one.title}: “{one.quote}”" for one in answer.citations]
    return "\n".join(lines)


__all__ = ["answer_as_text", "policy_tool"]
