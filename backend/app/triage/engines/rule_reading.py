"""A rule in the user's own words, put into conditions and effects by a language model and checked by code."""

from importlib.resources import files
from typing import Final
from uuid import UUID

from app.triage.engines.asking import Question
from app.triage.engines.panel import Panel
from app.triage.user_rules.keeping import Reading
from app.triage.user_rules.meaning import Meaning

PURPOSE: Final = "read_rule"
INSTRUCTIONS: Final = files("app.triage.prompts").joinpath("read_rule.txt").read_text("utf-8")
MAX_ANSWER_TOKENS: Final = 800


async def read_rule(panel: Panel, text: str, user_id: UUID) -> Reading | None:
    """None when no model gave a usable answer; the grammar's reading then stands."""
    asked = Question(PURPOSE, INSTRUCTIONS, Meaning, f"The rule:\n{text}", MAX_ANSWER_TOKENS)
    found = await panel.ask(asked, user_id=user_id)
    return None if found.answer is None else Reading(found.answer, found.by)
