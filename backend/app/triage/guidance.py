"""What the user wants of the agent, as far as one message is concerned: part of the snapshot, never of the mail."""

from dataclasses import dataclass

from app.triage.user_rules.meaning import ActiveRule
from app.triage.voice.habits import Habits, Voice


@dataclass(frozen=True, slots=True)
class Guidance:
    rules: tuple[ActiveRule, ...] = ()
    """Switched on, the oldest first; whether they apply is settled later, by code."""
    voice: Voice | None = None
    notes: tuple[str, ...] = ()
    """Learnt from the user's edits, in fixed words; those that hold for this sender."""

    def habits(self, language: str) -> Habits | None:
        return self.voice.in_language(language) if self.voice is not None else None
