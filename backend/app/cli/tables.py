"""Tables that a newcomer understands."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from app.actions.transitions import WAITING
from app.cli.outcomes import is_incoming
from app.policy.sureness import sure_in_words

SHOWN = 12
WHAT = {
    "reply": "answer it",
    "draft": "save a draft",
    "label": "labelled GetAnswers/…",
    "archive": "archived",
    "mark_read": "marked read",
    "snooze": "put it off",
    "wake": "bring it back",
    "remind": "remind you",
    "rsvp": "answer the invitation",
    "unsubscribe": "unsubscribe",
    "forward": "forward it",
}
Entry = dict[str, Any]


def print_outcomes(entries: Sequence[Entry], console: Console) -> None:
    """What came, what was done unasked and why, what waits, what failed."""
    incoming = [entry for entry in entries if is_incoming(entry)]
    _summary(entries, incoming, console)
    _categories(incoming, console)
    _done(incoming, console)
    _waiting(incoming, console)
    _wrong(incoming, console)


def _summary(entries: Sequence[Entry], incoming: Sequence[Entry], console: Console) -> None:
    actions = [action for entry in incoming for action in entry["proposed_actions"]]
    unasked = [one for one in actions if one["state"] == "done" and one["decided_by"] == "policy"]
    asked = [one for one in incoming if one["needs_reply"]]
    table = Table(title="Your mailbox, looked at", show_header=False, title_justify="left", min_width=60)
    table.add_row("messages", str(len(entries)))
    table.add_row("  sent by you (kept as context, never answered)", str(len(entries) - len(incoming)))
    table.add_row("  received", str(len(incoming)))
    table.add_row("    to which somebody expects your answer", str(len(asked)))
    table.add_row("      of these you have answered already", str(sum(bool(one["answered"]) for one in asked)))
    table.add_row("    put aside because they could not be read", str(_count(incoming, "quarantined")))
    table.add_row("done unasked (each can be put back in Gmail)", str(len(unasked)))
    table.add_row("waiting for your decision", str(sum(one["state"] in WAITING for one in actions)))
    table.add_row("failed", str(sum(one["state"] in {"failed", "unknown"} for one in actions)))
    console.print(table)


def _count(entries: Sequence[Entry], state: str) -> int:
    return sum(entry["state"] == state for entry in entries)


def _categories(incoming: Sequence[Entry], console: Console) -> None:
    found = Counter(entry["category"] or entry["state"] for entry in incoming)
    words = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in found.most_common())
    console.print(f"[bold]What it is:[/] {words}\n", highlight=False)


def _done(incoming: Sequence[Entry], console: Console) -> None:
    """The same things done for the same reason in one line; all labels in one."""
    found: Counter[tuple[str, str, str]] = Counter()
    for entry in incoming:
        for action in entry["proposed_actions"]:
            if action["state"] == "done" and action["decided_by"] == "policy":
                kind = "every kind" if action["kind"] == "label" else (entry["category"] or "").replace("_", " ")
                found[WHAT[action["kind"]], kind, action["reasons"][0] if action["reasons"] else ""] += 1
    table = Table("done unasked", "to mail of", "times", "why", title="Done unasked", title_justify="left")
    for (what, kind, why), count in found.most_common():
        table.add_row(escape(what), kind, str(count), escape(why))
    if found:
        console.print(table)


def _waiting(incoming: Sequence[Entry], console: Console) -> None:
    waiting = [
        (entry, action)
        for entry in reversed(incoming)
        for action in entry["proposed_actions"]
        if action["state"] in WAITING
    ]
    order = {"high": 0, "medium": 1, "low": 2}
    waiting.sort(key=lambda pair: (order.get(pair[1]["risk"], 3), order.get(pair[0]["urgency"], 3)))
    table = Table(
        "from",
        "subject",
        "proposed",
        "risk",
        "how sure",
        "why it waits",
        title="Waiting for your decision",
        title_justify="left",
    )
    for entry, action in waiting[:SHOWN]:
        proposed = {"label": "label it", "archive": "archive it", "mark_read": "mark it read"}.get(
            action["kind"], WHAT[action["kind"]]
        )
        table.add_row(
            escape(entry["sender"]),
            escape(entry["subject"][:60]),
            proposed,
            action["risk"],
            sure_in_words(action["confidence"]),
            escape(action["reasons"][0] if action["reasons"] else ""),
        )
    if waiting:
        console.print(table)
    if len(waiting) > SHOWN:
        console.print(f"… and {len(waiting) - SHOWN} more on the review page.\n")


def _wrong(incoming: Sequence[Entry], console: Console) -> None:
    table = Table("from", "subject", "what happened", title="Failed or put aside", title_justify="left")
    for entry in incoming:
        if entry["error"]:
            table.add_row(escape(entry["sender"] or "?"), escape(entry["subject"][:60]), escape(entry["error"]))
    if table.row_count:
        console.print(table)
