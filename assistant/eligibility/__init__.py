"""Who may apply: the conditions that policies state, held against what an applicant says of itself. Knows nothing of questions.

Code decides by numbers, dates, places and kinds; what it does not wholly understand is left to a person. Nothing is kept.
"""

from assistant.eligibility import wire
from assistant.eligibility.judging import judge_policies, judge_policy
from assistant.eligibility.profile import profile_from_mapping, profile_from_text
from assistant.eligibility.types import JudgedCondition, PolicyFit, Profile, Verdict

__all__ = [
    "JudgedCondition",
    "PolicyFit",
    "Profile",
    "Verdict",
    "judge_policies",
    "judge_policy",
    "profile_from_mapping",
    "profile_from_text",
    "wire",
]
