"""The sample mailbox: one person's month of invented mail, and how a careful person would judge each message."""

import csv
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from app.triage.verdict import Category, Urgency

USER_ADDRESS = "ana@example.org"
USER_ALIASES = ("ana.lindqvist@example.org",)

_SAMPLE = Path(__file__).parent / "sample"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


class Attack(StrEnum):
    """What a message tries to do to the user (phishing) or to the program that reads for her (injection)."""

    NONE = "none"
    PHISHING = "phishing"
    INJECTION = "injection"


@dataclass(frozen=True, slots=True)
class Expected:
    """A person's judgement of one message."""

    direction: Direction
    category: Category
    needs_reply: bool
    urgency: Urgency
    deadline: date | None
    archive_ok: bool
    """Archiving it unasked would be harmless."""
    attack: Attack
    note: str


def sample_messages() -> list[Path]:
    """Every message of the sample mailbox, oldest first."""
    return sorted((_SAMPLE / "messages").glob("*.eml"))


def expected_outcomes() -> dict[str, Expected]:
    """The judgement of every message, by file name. Raises ValueError when the table is not in order."""
    with (_SAMPLE / "expected.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, strict=True))
    outcomes = {row["file"]: _expected(row) for row in rows}
    if len(outcomes) != len(rows):
        raise ValueError("expected.csv names a file twice")
    return outcomes


def _expected(row: dict[str, str]) -> Expected:
    return Expected(
        direction=Direction(row["direction"]),
        category=Category(row["category"]),
        needs_reply=_yes(row["needs_reply"]),
        urgency=Urgency(row["urgency"]),
        deadline=date.fromisoformat(row["deadline"]) if row["deadline"] else None,
        archive_ok=_yes(row["archive_ok"]),
        attack=Attack(row["attack"]),
        note=row["note"],
    )


def _yes(word: str) -> bool:
    if word not in {"yes", "no"}:
        raise ValueError("expected.csv holds neither yes nor no where one of them belongs")
    return word == "yes"
