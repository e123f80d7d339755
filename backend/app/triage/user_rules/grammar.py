"""Reads a rule without any model: a small set of sentences (docs/rules.md) in four languages, and says what it left."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pydantic import TypeAdapter, ValidationError

from app.triage.user_rules.english import ENGLISH
from app.triage.user_rules.french import FRENCH
from app.triage.user_rules.german import GERMAN
from app.triage.user_rules.meaning import Conditions, Effects, Label, Meaning
from app.triage.user_rules.spanish import SPANISH
from app.triage.user_rules.tongues import Tongue
from app.triage.user_rules.whom import whom

READ_BY: Final = "grammar"
NO_FORWARDING: Final = (
    "Sending mail on to {whom}: GetAnswers never forwards mail by itself. Such mail waits for you instead."
)
NOT_KNOWN: Final = "“{part}”"
ANOTHER_RULE: Final = "“{part}” speaks of other mail. Make a rule of its own of it."

TONGUES: Final = (ENGLISH, GERMAN, FRENCH, SPANISH)
"""The languages that are read without a model; what was understood is always shown in English."""
_LABEL: Final[TypeAdapter[str]] = TypeAdapter(Label)


@dataclass(slots=True)
class _Found:
    tongue: Tongue
    conditions: Conditions | None = None
    effects: dict[str, object] = field(default_factory=dict[str, object])
    not_understood: list[str] = field(default_factory=list[str])
    remarks: list[str] = field(default_factory=list[str])


def read_rule(text: str) -> Meaning:
    """In whichever language it is understood best.

    Never raises: what cannot be understood is named in the meaning, which then may not be usable.
    """
    readings = (_read_in(text, tongue) for tongue in TONGUES)
    return min(readings, key=lambda one: (not one.usable, len(one.not_understood)))


def _read_in(text: str, tongue: Tongue) -> Meaning:
    found = _Found(tongue)
    for clause in _clauses(text, tongue):
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


def _clauses(text: str, tongue: Tongue) -> Iterator[str]:
    if tongue.hints.match(text):  # the note behind it may hold any words
        yield text.strip().rstrip(".")
        return
    # The point in an address or a domain ends no sentence.
    shielded = re.sub(r"(?<=\w)\.(?=\w)", "\x00", " ".join(text.split(" ")))
    for part in tongue.clauses.split(shielded):
        if clause := part.replace("\x00", ".").strip(" ,"):
            yield clause


def _read_clause(clause: str, found: _Found) -> None:
    for effect, pattern in found.tongue.sentences:
        if (match := pattern.match(clause)) is None:
            continue
        who = match["whom"].strip()
        inherited = found.conditions if found.tongue.pronoun.match(who) else None
        conditions = inherited or whom(who, found.tongue)
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
    for target in filter(None, map(str.strip, found.tongue.targets.split(to))):
        if found.tongue.for_somebody.search(target):
            _hold_for(target, found)
            continue
        name = found.tongue.place.sub("", target).strip(" \"'“”‘’„«»")
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
