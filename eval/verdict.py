"""Says whether a question came out right and, if not, the first stage at which it went wrong. Knows nothing of other questions.

The stages are those of the chain: retrieval (the evidence was not among the ten hits), reading (it was there, and the answer is
wrong), citation (the answer is right, and what it cites does not carry it), refusal (it answered, declined or asked back where
it should not have), error (no answer at all).
"""

from __future__ import annotations

from eval.metrics.citation_support import is_carried
from eval.metrics.cited import lost_markers
from eval.metrics.forbidden import forbidden_said
from eval.scored_case import ScoredCase
from eval.text import normalise_text
from eval.types import Verdict

DEPTH = 10


def judge_answer(view: ScoredCase, pass_f1: float = 1.01) -> Verdict:
    """The verdict on one question. An answer with a character F1 of `pass_f1` or more passes for right."""
    case, status = view.case, view.output.status
    right = set(case.expect) or ({"answered"} if case.answerable else {"not_found"})
    if status not in {"answered", "not_found", "clarify"} and status not in right:
        why = "there is no answer" if status == "missing" else str(view.output.raw.get("error") or view.output.text)
        return Verdict(False, "error", why[:200] or "the question ended in an error")
    words = [*forbidden_said(view), *view.forbidden_stated]
    if words:
        return Verdict(False, "reading", f"says what it may not: {'; '.join(words)}")
    if status not in right:
        return _wrong_status(view, right)
    if status != "answered":
        return Verdict(True)
    return _wrong_answer(view, pass_f1) or _wrong_place(view) or _wrong_citation(view) or Verdict(True)


def _wrong_status(view: ScoredCase, right: set[str]) -> Verdict:
    status = view.output.status
    if status == "answered":
        wanted = "asked back" if "clarify" in right else "said that it is not there"
        return Verdict(False, "refusal", f"answered, and should have {wanted}")
    done = "refused" if status == "not_found" else "asked back"
    if view.case.answerable and _lost_evidence(view):
        return Verdict(False, "retrieval", f"{done}; {_lost_evidence(view)}")
    if not view.case.answerable:
        return Verdict(False, "refusal", f"{done}, and should have said that it is not there")
    return Verdict(False, "refusal", f"{done}, and the evidence was among the hits")


def _lost_evidence(view: ScoredCase) -> str:
    """What is missing from the hits, for people; empty when nothing is."""
    if not view.evidence_items or view.share_found(view.first_ranks, DEPTH) == 1:
        return ""
    gone = [
        item[0][0] for item, rank in zip(view.evidence_items, view.first_ranks, strict=True) if not rank or rank > DEPTH
    ]
    return f"no hit holds the evidence in {', '.join(dict.fromkeys(gone))}"


def _wrong_answer(view: ScoredCase, pass_f1: float) -> Verdict | None:
    return _not_gold(view, pass_f1) or _not_whole(view)


def _not_whole(view: ScoredCase) -> Verdict | None:
    lacking = [" ".join(nugget.must) for nugget, stated in view.vital_stated if not stated]
    if not lacking:
        return None
    reason = f"states {len(view.vital_stated) - len(lacking)} of {len(view.vital_stated)}, lacks {'; '.join(lacking)}"
    return (
        Verdict(False, "retrieval", f"{reason}; {_lost_evidence(view)}")
        if _lost_evidence(view)
        else Verdict(False, "reading", reason)
    )


def _not_gold(view: ScoredCase, pass_f1: float) -> Verdict | None:
    if not view.gold_answers or (view.is_answered and all(view.groups_found)):
        return None
    from eval.metrics.character_f1 import best_run_f1

    if view.is_answered and max(best_run_f1(gold, view.answer_text) for gold in view.gold_answers) >= pass_f1:
        return None
    lacking = [
        group[0] for group, found in zip(view.answer_groups, view.groups_found, strict=True) if group and not found
    ]
    reason = f"the answer lacks {'; '.join(lacking)}"
    return (
        Verdict(False, "retrieval", f"{reason}; {_lost_evidence(view)}")
        if _lost_evidence(view)
        else Verdict(False, "reading", reason)
    )


def _wrong_place(view: ScoredCase) -> Verdict | None:
    """Where there is no gold answer to compare with, an answer that quotes none of the evidence is read from elsewhere."""
    if view.gold_answers or not view.evidence_items or any(view.cites_evidence(c) for c in view.output.citations):
        return None
    reason = "quotes none of the evidence"
    return (
        Verdict(False, "retrieval", f"{reason}; {_lost_evidence(view)}")
        if _lost_evidence(view)
        else Verdict(False, "reading", reason)
    )


def _wrong_citation(view: ScoredCase) -> Verdict | None:
    lost = lost_markers(view)
    if not view.output.citations:
        reason = "nothing is cited"
    elif lost:
        reason = f"no citation has the number {', '.join(map(str, sorted(lost)))}"
    else:
        reason = _wrong_quote(view) or _not_carried(view)
    return Verdict(False, "citation", reason) if reason else None


def _wrong_quote(view: ScoredCase) -> str:
    if view.documents is None:
        return ""
    for citation in view.output.citations:
        if not view.is_verbatim(citation):
            return f"[{citation.marker}] is not in {citation.source}"
        if citation.start is not None and not view.is_exact(citation):
            return f"[{citation.marker}] is not what stands at its offsets"
    return ""


def _not_carried(view: ScoredCase) -> str:
    for statement in view.statements:
        if not is_carried(view, statement):
            return f"its quotes do not carry “{statement.text[:60]}”"
    citations = view.output.citations
    if view.evidence_items and not any(view.cites_evidence(c) or _holds_gold(view, c.quote) for c in citations):
        return "no quote overlaps the evidence or holds the answer"
    return ""


def _holds_gold(view: ScoredCase, quote: str) -> bool:
    plain = normalise_text(quote)
    return any(normalise_text(gold) and normalise_text(gold) in plain for group in view.answer_groups for gold in group)
