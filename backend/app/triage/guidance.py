"""What the user wants of the agent, as far as one message is concerned: part of the snapshot, never of the mail."""

from dataclasses import dataclass

from app.triage.user_rules.meaning import ActiveRule


@dataclass(frozen=True, slots=True)
class Guidance:
    rules: tuple[ActiveRule, ...] = ()
    """Switched on, the oldest first; whether they apply is settled later, by code."""
