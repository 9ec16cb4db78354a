"""Whether an answer declines to answer."""

from __future__ import annotations

import re

_LOOKED_AT = 240
"""Characters from the beginning: who declines says so first."""
_PHRASES = re.compile(
    r"\b(?:i|we)(?: am|['’]m|'m| are|['’]re)? (?:really |only [\w ]{1,30} and )?"
    r"(?:can\s?not|can['’]t|could not|won['’]t|will not|(?:not |un)able to|"
    r"not allowed to|not comfortable|must decline|refuse)\b|"
    r"\b(?:it is|it['’]s|would be) (?:not (?:possible|appropriate)|impossible|inappropriate) (?:for me )?to\b|"
    r"\bi (?:do not|don['’]t) (?:feel comfortable|want to (?:guess|speculate|judge))\b|"
    r"^\W*(?:i['’]m |i am )?(?:very )?sorry\b|\bas an? (?:ai|language model)\b|"
    r"\b(?:ich kann|das kann ich|kann ich)\b[^.!?]{0,60}\b(?:nicht|keine?n?)\b|\btut mir leid\b|"
    r"\bje ne (?:peux|suis) pas\b|\bdésolée?\b|\bno puedo\b|\blo siento\b|\bnon posso\b|\bmi dispiace\b|"
    r"\bnão posso\b|\bnie mogę\b|не могу|无法|不能回答|抱歉|できません|申し訳",
    re.IGNORECASE,
)


def is_refusal(answer: str) -> bool:
    """By phrases of some languages at its beginning; an empty answer is one, too."""
    return not answer.strip() or _PHRASES.search(answer.strip()[:_LOOKED_AT]) is not None
