"""Reads a rule without any model: a small set of sentences (docs/rules.md), and plain words about all others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError

from app.triage.user_rules.meaning import Conditions, Effects, Label, Meaning
from app.triage.user_rules.whom import whom

READ_BY: Final = "grammar"
NO_FORWARDING: Final = (
    "Sending mail on to {whom}: GetAnswers never forwards mail by itself. Such mail waits for you instead."
)
NOT_KNOWN: Final = "“{part}”"
ANOTHER_RULE: Final = "“{part}” speaks of other mail. Make a rule of its own of it."

_CLAUSES: Final = re.compile(
    r"[.;\n]+|,?\s+(?:and|but)\s+(?=(?:please\s+)?(?:never|don't|do not|always|ask|label|archive|treat|put|file)\b)",
    re.IGNORECASE,
)
_PRONOUN: Final = re.compile(r"^(?:them|it|these|those|that|such mails?)$", re.IGNORECASE)
_TARGETS: Final = re.compile(r"\s+and\s+(?:also\s+)?(?:to\s+)?|\s*,\s*(?:to\s+)?", re.IGNORECASE)
_FOR_SOMEBODY: Final = re.compile(r"\bfor (?:approval|review|a look|information|checking|payment)\b|@", re.IGNORECASE)
_PLEASE: Final = r"^(?:please\s+)?"
_NOT: Final = r"(?:never|don't(?: ever)?|do not(?: ever)?)\s+"
_BEFORE: Final = r"(?:about|for|before (?:answering|replying to|archiving|touching|doing anything (?:with|about)))"
_WRITING: Final = r"(?:you (?:answer|reply to|write to)|answering|replying to|writing to)"

_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    ("never_reply", rf"{_PLEASE}{_NOT}(?:answer|reply to|respond to|write back to)\s+(?P<whom>.+)$"),
    ("never_archive", rf"{_PLEASE}{_NOT}(?:archive|put away|hide|tidy away|mark as read)\s+(?P<whom>.+)$"),
    ("never_archive", rf"{_PLEASE}(?:always\s+)?(?:keep|leave)\s+(?P<whom>.+?)\s+in (?:the|my) inbox$"),
    ("always_ask", rf"{_PLEASE}(?:always\s+)?ask(?: me)?(?: first)?(?:\s+{_BEFORE})?\s+(?P<whom>.+)$"),
    ("urgent", rf"{_PLEASE}(?:always\s+)?treat\s+(?P<whom>.+?)\s+as (?:urgent|important|a priority)$"),
    ("urgent", r"^(?P<whom>.+?)\s+(?:is|are)\s+(?:always\s+)?(?:urgent|important|a priority)$"),
    ("label", rf"{_PLEASE}(?:always\s+)?label\s+(?P<whom>.+?)\s+(?:as|under)\s+(?P<to>.+)$"),
    ("label", rf"{_PLEASE}(?:always\s+)?label\s+(?P<whom>.+?)\s+with\s+(?P<to>.+)$"),
    ("label", rf"{_PLEASE}(?:always\s+)?(?:put|file|sort|move)\s+(?P<whom>.+?)\s+(?:in|into|under|to)\s+(?P<to>.+)$"),
    ("label", r"^(?P<whom>.+?)\s+(?:go|goes|belong|belongs)\s+(?:to|in|into|under)\s+(?P<to>.+)$"),
    ("forward", rf"{_PLEASE}(?:always\s+)?(?:forward|send|pass)\s+(?P<whom>.+?)\s+(?:on\s+)?to\s+(?P<to>.+)$"),
    ("archive", rf"{_PLEASE}(?:always\s+)?archive\s+(?P<whom>.+)$"),
    ("note", rf"^when {_WRITING}\s+(?P<whom>[^,:]+)[,:]\s*(?P<to>.+)$"),
)
_PATTERNS: Final = tuple((effect, re.compile(pattern, re.IGNORECASE)) for effect, pattern in _SENTENCES)
_LABEL: Final[TypeAdapter[str]] = TypeAdapter(Label)


@dataclass(slots=True)
class _Found:
    conditions: Conditions | None = None
    effects: dict[str, object] = field(default_factory=dict[str, object])
    not_understood: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])


def read_rule(text: str) -> Meaning:
    """Never raises: what cannot be understood is named in the meaning, which then may not be usable."""
    found = _Found()
    for clause in _clauses(text):
        _read_clause(clause, found)
    try:
        effects = Effects.model_validate(found.effects)
    except ValidationError:  # a note that is too long
        effects = Effects()
        found.not_understood.append(NOT_KNOWN.format(part=text[:200]))
    return Meaning(
        conditions=found.conditions or Conditions(),
        effects=effects,
        not_understood=tuple(found.not_understood[:5]),
        remarks=tuple(found.remarks[:5]),
    )


def _clauses(text: str) -> Iterator[str]:
    if text.lower().lstrip().startswith("when "):  # the note behind it may hold any words
        yield text.strip().rstrip(".")
        return
    # The point in an address or a domain ends no sentence.
    shielded = re.sub(r"(?<=\w)\.(?=\w)", "\x00", " ".join(text.split(" ")))
    for part in _CLAUSES.split(shielded):
        if clause := part.replace("\x00", ".").strip(" ,"):
            yield clause


def _read_clause(clause: str, found: _Found) -> None:
    for effect, pattern in _PATTERNS:
        if (match := pattern.match(clause)) is None:
            continue
        who = match["whom"].strip()
        inherited = found.conditions if _PRONOUN.match(who) else None
        conditions = inherited or whom(who)
        if conditions is None:
            continue
        if found.conditions is not None and conditions != found.conditions:
            found.not_understood.append(ANOTHER_RULE.format(part=clause[:200]))
            return
        found.conditions = conditions
        _add(effect, match.groupdict().get("to") or "", clause, found)
        return
    found.not_understood.append(NOT_KNOWN.format(part=clause[:200]))


def _add(effect: str, to: str, clause: str, found: _Found) -> None:
    match effect:
        case "label":
            _add_labels(to, clause, found)
        case "forward":
            _hold_for(to, found)
        case "note":
            found.effects["note"] = to.strip()
        case _:
            found.effects[effect] = True


def _add_labels(to: str, clause: str, found: _Found) -> None:
    for target in filter(None, map(str.strip, _TARGETS.split(to))):
        if _FOR_SOMEBODY.search(target):
            _hold_for(target, found)
            continue
        name = re.sub(r"^(?:the\s+)?(?:label|folder)\s+", "", target, flags=re.IGNORECASE).strip(" \"'“”‘’«»")
        try:
            label = _LABEL.validate_python(name)
        except ValidationError:
            found.not_understood.append(NOT_KNOWN.format(part=clause[:200]))
            continue
        if "label" in found.effects:
            found.not_understood.append(f"A second label, “{label}”. Make a rule of its own for it.")
            continue
        found.effects["label"] = label


def _hold_for(target: str, found: _Found) -> None:
    found.effects["always_ask"] = True
    found.not_understood.append(NO_FORWARDING.format(whom=f"“{target[:100]}”"))
