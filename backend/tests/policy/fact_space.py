"""The space of facts: one harmless point per kind, and strategies over all of it."""

from dataclasses import fields, replace
from random import Random
from typing import Any

from hypothesis import strategies as st

from app.policy.facts import (
    Addressing,
    AutomaticFacts,
    Autonomy,
    Danger,
    DraftFacts,
    EngineKind,
    Facts,
    Kind,
    RiskyWords,
    SenderFacts,
    UsageFacts,
)
from app.triage.verdict import Category

NO_WORDS = RiskyWords(money=False, credentials=False, legal=False, attachments=False)
CLEAN_DRAFT = DraftFacts(
    empty=False,
    new_links=(),
    new_addresses=(),
    new_phones=(),
    new_ibans=(),
    new_secrets=False,
    overlaps_elsewhere=False,
    words=NO_WORDS,
)
PERSON = SenderFacts(
    known=True,
    own_address=False,
    reply_to_elsewhere=False,
    look_alike=False,
    dmarc_failed=False,
    phishing_like=False,
    instructs_assistant=False,
    hidden_text=False,
    auto_replied_lately=False,
)
NO_MACHINE = AutomaticFacts(
    null_return_path=False,
    no_reply_sender=False,
    auto_submitted=False,
    bulk_precedence=False,
    list_headers=False,
    suppresses_replies=False,
    report=False,
    strong_bulk_evidence=False,
)
NOTHING_SPENT = UsageFacts(
    sends_today=0, send_budget=20, changes_today=0, change_budget=500, put_away_lately=0, at_once_budget=20
)

HARMLESS_REPLY = Facts(
    kind=Kind.REPLY,
    category="personal",
    confidence=0.99,
    danger=Danger.LOW,
    engine=EngineKind.MODEL,
    calibrated=True,
    autonomy=Autonomy.HIGH,
    asked_by_rule=False,
    live=True,
    effects_paused=False,
    addressing=Addressing.ALONE,
    thread_has_newer=False,
    recipients=1,
    new_recipients=False,
    look_alike_recipients=False,
    sender=PERSON,
    automatic=NO_MACHINE,
    mail_words=NO_WORDS,
    usage=NOTHING_SPENT,
    draft=CLEAN_DRAFT,
)
HARMLESS_TIDYING = replace(
    HARMLESS_REPLY,
    kind=Kind.ARCHIVE,
    category="newsletter",
    recipients=0,
    sender=replace(PERSON, known=False),
    automatic=replace(NO_MACHINE, strong_bulk_evidence=True, list_headers=True),
    draft=None,
)


def harmless(kind: Kind) -> Facts:
    """Facts under which this kind of step happens unasked."""
    base = HARMLESS_REPLY if kind in {Kind.REPLY, Kind.DRAFT} else HARMLESS_TIDYING
    return replace(base, kind=kind)


def changed(facts: Facts, **over: Any) -> Facts:
    """A copy with the named facts changed; `sender__known=False` reaches into the parts."""
    for name, value in over.items():
        part, _, inner = name.partition("__")
        facts = replace(facts, **{part: replace(getattr(facts, part), **{inner: value}) if inner else value})
    return facts


def _flags(part: type[Any]) -> st.SearchStrategy[Any]:
    return st.builds(part, **{field.name: st.booleans() for field in fields(part)})


BETTER_WHEN_TRUE = {"known", "strong_bulk_evidence", "live", "calibrated", "asked_by_rule"}
ORDERED: dict[str, list[Any]] = {
    "danger": list(Danger),
    "autonomy": [Autonomy.HIGH, Autonomy.MEDIUM, Autonomy.LOW],
    "engine": [EngineKind.MODEL, EngineKind.OFFLINE],
}
PARTS = ("sender", "automatic", "mail_words")


def worsened(facts: Facts, name: str, random: Random) -> Facts:
    """A copy in which one fact speaks more against the step, or as much."""
    value = getattr(facts, name)
    if name in PARTS:
        inner = random.choice([each.name for each in fields(value)])
        if inner == "known":  # a stranger is worse for a reply, somebody known for putting mail away
            return facts
        return changed(facts, **{f"{name}__{inner}": inner not in BETTER_WHEN_TRUE})
    if name in ORDERED:
        order = ORDERED[name]
        return replace(facts, **{name: random.choice(order[order.index(value) :])})
    if name == "usage":
        return changed(facts, usage__changes_today=10_000, usage__put_away_lately=10_000, usage__sends_today=10_000)
    worst: dict[str, Any] = {
        "confidence": 0.0,
        "recipients": max(facts.recipients, 2) if facts.recipients else 0,
        "addressing": value,  # none is worse for every kind of step
    }
    return replace(facts, **{name: worst.get(name, name not in BETTER_WHEN_TRUE)})


WORDS = _flags(RiskyWords)
FOUND = st.sampled_from([(), ("found.example",)])
DRAFTS = st.builds(
    DraftFacts,
    empty=st.booleans(),
    new_links=FOUND,
    new_addresses=FOUND,
    new_phones=FOUND,
    new_ibans=FOUND,
    new_secrets=st.booleans(),
    overlaps_elsewhere=st.booleans(),
    words=WORDS,
)
USAGE = st.builds(
    UsageFacts,
    sends_today=st.integers(0, 40),
    send_budget=st.integers(0, 20),
    changes_today=st.integers(0, 600),
    change_budget=st.integers(0, 500),
    put_away_lately=st.integers(0, 30),
    at_once_budget=st.integers(0, 20),
    steps_at_once=st.integers(1, 10),
)
ANYTHING: dict[str, st.SearchStrategy[Any]] = {
    "kind": st.sampled_from(Kind),
    "category": st.sampled_from([*(category.value for category in Category), "never heard of"]),
    "confidence": st.one_of(st.floats(0.6, 1), st.floats()),
    "danger": st.sampled_from(Danger),
    "engine": st.sampled_from(EngineKind),
    "calibrated": st.booleans(),
    "autonomy": st.sampled_from(Autonomy),
    "asked_by_rule": st.booleans(),
    "live": st.booleans(),
    "effects_paused": st.booleans(),
    "addressing": st.sampled_from(Addressing),
    "thread_has_newer": st.booleans(),
    "recipients": st.integers(0, 3),
    "new_recipients": st.booleans(),
    "look_alike_recipients": st.booleans(),
    "sender": _flags(SenderFacts),
    "automatic": _flags(AutomaticFacts),
    "mail_words": WORDS,
    "usage": USAGE,
    "draft": st.none() | DRAFTS,
}


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    """Anything at all, near a harmless point more often than not: far from it everything is held for many reasons."""
    point = harmless(draw(ANYTHING["kind"]))
    names = draw(st.one_of(st.sets(st.sampled_from(sorted(ANYTHING)), max_size=3), st.just(set(ANYTHING))))
    return replace(point, **{name: draw(ANYTHING[name]) for name in sorted(names)})
