"""Rules put into effect: a verdict loses or gains proposals, a step waits. Nothing here gets past the policy."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from app.actions.kinds import LABEL_ROOT, LabelPayload
from app.actions.proposing import Proposed
from app.policy.facts import Kind
from app.policy.rule import Choice
from app.triage.plain import MAX_REASON, one_line
from app.triage.signals import Signals
from app.triage.snapshot import Snapshot
from app.triage.user_rules.matching import matches, seen_now
from app.triage.user_rules.meaning import ActiveRule
from app.triage.verdict import Category, Proposal, Step, Urgency, Verdict

RULE: Final = "user_rule"
TIDYING: Final = frozenset({Step.ARCHIVE, Step.MARK_READ})


def rules_for(snapshot: Snapshot, signals: Signals, verdict: Verdict) -> tuple[ActiveRule, ...]:
    """Those of the user's rules that apply to this mail."""
    if not snapshot.guidance.rules:
        return ()
    seen = seen_now(snapshot, signals, verdict)
    return tuple(rule for rule in snapshot.guidance.rules if matches(rule.meaning.conditions, seen))


def obeyed(verdict: Verdict, rules: Sequence[ActiveRule]) -> Verdict:
    """The verdict with what the rules forbid taken out and what they ask for put in; what forbids wins."""
    if not rules:
        return verdict
    silent = any(rule.meaning.effects.never_reply for rule in rules)
    proposals = tuple(_kept(verdict, rules, silent=silent))
    return replace(
        verdict,
        proposals=(*proposals, *_added(proposals, rules)),
        draft=None if silent else verdict.draft,
        urgency=Urgency.HIGH if any(rule.meaning.effects.urgent for rule in rules) else verdict.urgency,
        reasons=(*(reason_of(rule) for rule in rules), *verdict.reasons),
    )


def asked_for(rules: Sequence[ActiveRule]) -> frozenset[Kind]:
    """The steps that rules ask for and the policy therefore takes for the user's own wish."""
    return frozenset({Kind.LABEL}) if any(rule.meaning.effects.label for rule in rules) else frozenset()


def held(steps: Sequence[Proposed], rules: Sequence[ActiveRule], category: Category) -> list[Proposed]:
    """The decided steps with the labels that rules give, and with those held that a rule wants to be asked about."""
    asking = next((rule for rule in rules if rule.meaning.effects.always_ask), None)
    labels = tuple(dict.fromkeys(LABEL_ROOT + one for rule in rules if (one := rule.meaning.effects.label)))
    return [_held(_labelled(step, labels, category), asking) for step in steps]


def reason_of(rule: ActiveRule) -> str:
    return one_line(f"Your rule: “{rule.text}”", MAX_REASON)


def _kept(verdict: Verdict, rules: Sequence[ActiveRule], *, silent: bool) -> Iterator[Proposal]:
    stays = any(rule.meaning.effects.never_archive for rule in rules)
    labels = any(rule.meaning.effects.label for rule in rules)
    for proposal in verdict.proposals:
        if (silent and proposal.step is Step.REPLY) or (stays and proposal.step in TIDYING):
            continue
        # The label is the user's own wish: the engine's doubt about the category does not count against it.
        yield replace(proposal, confidence=1.0) if labels and proposal.step is Step.LABEL else proposal


def _added(kept: Sequence[Proposal], rules: Sequence[ActiveRule]) -> Iterator[Proposal]:
    there = {proposal.step for proposal in kept}
    stays = any(rule.meaning.effects.never_archive for rule in rules)
    for rule in rules:
        effects = rule.meaning.effects
        if effects.label and Step.LABEL not in there:
            there.add(Step.LABEL)
            yield Proposal(Step.LABEL, 1.0, reason_of(rule))
        if effects.archive and not stays and Step.ARCHIVE not in there:
            there.add(Step.ARCHIVE)
            yield Proposal(Step.ARCHIVE, 1.0, reason_of(rule))


def _labelled(step: Proposed, labels: tuple[str, ...], category: Category) -> Proposed:
    if not labels or not isinstance(step.payload, LabelPayload):
        return step
    given = () if category is Category.OTHER else step.payload.add
    return replace(step, payload=LabelPayload(add=(*given, *(one for one in labels if one not in given))))


def _held(step: Proposed, rule: ActiveRule | None) -> Proposed:
    """Labels happen all the same: nobody wants to be asked about them."""
    if rule is None or step.decision.choice is not Choice.ACT or isinstance(step.payload, LabelPayload):
        return step
    decision = replace(
        step.decision,
        choice=Choice.ASK,
        reasons=(reason_of(rule), *step.decision.reasons),
        rule=RULE,
        notify=step.payload.kind == "reply",
    )
    return replace(step, decision=decision)
