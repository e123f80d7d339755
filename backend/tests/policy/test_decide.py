"""Whatever the settings, the confidence and the model say: the floor holds."""

from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.policy.asked_rules import ALWAYS_ASKED
from app.policy.decide import FAILED, LEFT_BUT_SHOWN, POLICY_VERSION, TOO_SMALL_TO_ASK, WOULD_BE_LEFT, decide
from app.policy.facts import Addressing, Autonomy, Danger, EngineKind, Facts, Kind
from app.policy.general_rules import HANDFUL, SENDING_EXTRA, SHADOW, SHADOW_REASON, THRESHOLDS
from app.policy.rule import ORDER, Choice, Risk
from app.policy.tidy_rules import TIDIED_UNASKED, TIDIED_WHEN_ASKED
from app.triage.verdict import Category
from tests.policy.fact_space import (
    ANYTHING,
    HARMLESS_REPLY,
    HARMLESS_TIDYING,
    changed,
    facts,
    harmless,
    worsened,
)

TEXTS = (Kind.REPLY, Kind.DRAFT)
TIDYING = (Kind.ARCHIVE, Kind.MARK_READ)
MAY_HAPPEN = tuple(kind for kind in Kind if kind not in ALWAYS_ASKED)

HELD_REPLIES: list[dict[str, Any]] = [
    {"sender__reply_to_elsewhere": True},
    {"sender__look_alike": True},
    {"sender__phishing_like": True},
    {"sender__instructs_assistant": True},
    {"sender__dmarc_failed": True},
    {"sender__hidden_text": True},
    {"sender__known": False},
    {"new_recipients": True},
    {"look_alike_recipients": True},
    {"recipients": 2},
    {"addressing": Addressing.COPIED},
    {"addressing": Addressing.NONE},
    {"category": "suspicious"},
    {"mail_words__money": True},
    {"mail_words__credentials": True},
    {"mail_words__legal": True},
    {"mail_words__attachments": True},
    {"draft__new_links": ("evil.example",)},
    {"draft__new_addresses": ("a@evil.example",)},
    {"draft__new_phones": ("5550100",)},
    {"draft__new_ibans": ("xx00",)},
    {"draft__new_secrets": True},
    {"draft__overlaps_elsewhere": True},
    {"engine": EngineKind.OFFLINE},
    {"calibrated": False},
]
LEFT_REPLIES: list[dict[str, Any]] = [
    {"automatic__null_return_path": True},
    {"automatic__no_reply_sender": True},
    {"automatic__auto_submitted": True},
    {"automatic__bulk_precedence": True},
    {"automatic__list_headers": True},
    {"automatic__suppresses_replies": True},
    {"automatic__report": True},
    {"sender__own_address": True},
    {"addressing": Addressing.LIST},
    {"category": "mailing_list"},
    {"category": "bounce"},
    {"category": "auto_reply"},
    {"recipients": 0},
    {"thread_has_newer": True},
    {"draft": None},
    {"draft__empty": True},
]
LEFT_TIDYING: list[dict[str, Any]] = [
    *({"category": category.value} for category in Category if category not in TIDIED_UNASKED | TIDIED_WHEN_ASKED),
    {"category": "never heard of"},
    {"sender__phishing_like": True},
    {"sender__look_alike": True},
    {"sender__instructs_assistant": True},
    {"sender__known": True, "addressing": Addressing.ALONE},
    {"sender__known": True, "addressing": Addressing.DIRECT, "automatic__strong_bulk_evidence": False},
    {"mail_words__credentials": True},
]
HELD_TIDYING: list[dict[str, Any]] = [
    {"category": "receipt"},
    {"automatic__strong_bulk_evidence": False},
    {"category": "notification"},
    {"category": "auto_reply"},
    {"sender__dmarc_failed": True},
    {"sender__reply_to_elsewhere": True},
    {"calibrated": False},
]
HELD_ALWAYS: list[dict[str, Any]] = [
    {"effects_paused": True},
    {"autonomy": Autonomy.LOW},
    {"danger": Danger.MEDIUM},
    {"danger": Danger.HIGH},
    {"usage__steps_at_once": HANDFUL + 1},
    {"confidence": 0.0},
    {"confidence": float("nan")},
    {"confidence": 1.01},
]


def held(kind: Kind) -> Choice:
    """What becomes of a step that may not happen unasked."""
    return Choice.LEAVE if kind in TOO_SMALL_TO_ASK else Choice.ASK


def reached(start: Facts, over: dict[str, Any]) -> Choice:
    decision = decide(changed(start, **over))
    assert decision.reasons
    return decision.choice


@pytest.mark.parametrize("kind", MAY_HAPPEN)
def test_harmless_steps_happen_unasked_and_say_why(kind: Kind) -> None:
    decision = decide(harmless(kind))
    assert decision.choice is Choice.ACT
    assert decision.risk is Risk.LOW
    assert decision.policy_version == POLICY_VERSION
    assert len(decision.reasons) == 2
    assert "very sure, 99 %" in decision.reasons[1]


@pytest.mark.parametrize("kind", MAY_HAPPEN)
@pytest.mark.parametrize("over", HELD_ALWAYS, ids=str)
def test_what_holds_every_step(kind: Kind, over: dict[str, Any]) -> None:
    exempt = kind is Kind.LABEL and "danger" in over  # a dangerous mail is labelled all the same
    assert reached(harmless(kind), over) is (Choice.ACT if exempt else held(kind))


@pytest.mark.parametrize("danger", Danger)
def test_a_dangerous_mail_is_labelled_as_what_it_is(danger: Danger) -> None:
    decision = decide(changed(harmless(Kind.LABEL), danger=danger))
    assert (decision.choice, decision.risk) == (Choice.ACT, Risk.LOW)


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("over", HELD_REPLIES, ids=str)
def test_what_holds_a_text(kind: Kind, over: dict[str, Any]) -> None:
    assert reached(harmless(kind), over) is Choice.ASK


@pytest.mark.parametrize("subject", ["money", "credentials", "legal", "attachments"])
def test_words_of_the_draft_hold_it(subject: str) -> None:
    assert HARMLESS_REPLY.draft is not None
    words = replace(HARMLESS_REPLY.draft.words, **{subject: True})
    assert reached(HARMLESS_REPLY, {"draft__words": words}) is Choice.ASK


@pytest.mark.parametrize("kind", TEXTS)
@pytest.mark.parametrize("over", LEFT_REPLIES, ids=str)
def test_what_gets_no_answer(kind: Kind, over: dict[str, Any]) -> None:
    assert reached(harmless(kind), over) is Choice.LEAVE


@pytest.mark.parametrize("kind", TIDYING)
@pytest.mark.parametrize("over", LEFT_TIDYING, ids=str)
def test_what_stays_in_the_inbox(kind: Kind, over: dict[str, Any]) -> None:
    assert reached(harmless(kind), over) is Choice.LEAVE


@pytest.mark.parametrize("kind", TIDYING)
@pytest.mark.parametrize("over", HELD_TIDYING, ids=str)
def test_what_is_put_away_only_when_asked(kind: Kind, over: dict[str, Any]) -> None:
    assert reached(harmless(kind), over) is held(kind)


@pytest.mark.parametrize("kind", MAY_HAPPEN)
@pytest.mark.parametrize("autonomy", [Autonomy.MEDIUM, Autonomy.HIGH])
def test_the_threshold_is_exact_and_sending_needs_more(kind: Kind, autonomy: Autonomy) -> None:
    needed = cast("float", THRESHOLDS[autonomy]) + (SENDING_EXTRA if kind is Kind.REPLY else 0)
    start = changed(harmless(kind), autonomy=autonomy)
    assert reached(start, {"confidence": round(needed, 2)}) is Choice.ACT
    assert reached(start, {"confidence": round(needed - 0.01, 2)}) is held(kind)


@given(facts(), st.sampled_from(sorted(ALWAYS_ASKED)))
def test_nothing_makes_what_is_always_asked_happen_unasked(anything: Facts, kind: Kind) -> None:
    assert decide(replace(anything, kind=kind)).choice is not Choice.ACT


@pytest.mark.parametrize("kind", sorted(ALWAYS_ASKED))
def test_what_is_always_asked_says_so(kind: Kind) -> None:
    decision = decide(replace(HARMLESS_REPLY, kind=kind))
    assert decision.choice is Choice.ASK
    assert decision.reasons[0] == ALWAYS_ASKED[kind]


@pytest.mark.parametrize(
    ("kind", "over"),
    [
        (Kind.RSVP, {"category": "suspicious"}),
        (Kind.RSVP, {"sender__phishing_like": True}),
        (Kind.RSVP, {"recipients": 0}),
        (Kind.UNSUBSCRIBE, {"sender__phishing_like": True}),
        (Kind.UNSUBSCRIBE, {"sender__look_alike": True}),
        (Kind.UNSUBSCRIBE, {"sender__dmarc_failed": True}),
        (Kind.UNSUBSCRIBE, {"sender__instructs_assistant": True}),
    ],
    ids=str,
)
def test_a_pretender_is_not_even_answered_when_asked(kind: Kind, over: dict[str, Any]) -> None:
    assert reached(replace(HARMLESS_REPLY, kind=kind), over) is Choice.LEAVE


def test_an_invitation_is_told_at_once() -> None:
    assert decide(replace(HARMLESS_REPLY, kind=Kind.RSVP)).notify


def test_so_many_messages_put_away_within_minutes_ask() -> None:
    many = {"usage__put_away_lately": 20}
    assert reached(HARMLESS_TIDYING, many) is Choice.ASK
    assert reached(harmless(Kind.LABEL), many) is Choice.ACT
    assert reached(HARMLESS_REPLY, many) is Choice.ACT


@pytest.mark.parametrize("kind", MAY_HAPPEN)
def test_shadow_mode_settles_only_what_nothing_else_holds(kind: Kind) -> None:
    shown = decide(changed(harmless(kind), live=False))
    assert (shown.choice, shown.rule, shown.risk) == (Choice.ASK, SHADOW, Risk.LOW)
    held_anyway = decide(changed(harmless(kind), live=False, autonomy=Autonomy.LOW))
    rule = LEFT_BUT_SHOWN if kind in TOO_SMALL_TO_ASK else "autonomy_is_low"
    assert (held_anyway.choice, held_anyway.rule) == (Choice.ASK, rule)
    assert SHADOW_REASON not in held_anyway.reasons, "it would not have been done"


def test_shadow_mode_shows_small_steps_that_would_have_been_left_and_tells_nobody() -> None:
    shown = decide(changed(harmless(Kind.MARK_READ), live=False, danger=Danger.HIGH))
    assert (shown.choice, shown.rule, shown.notify) == (Choice.ASK, LEFT_BUT_SHOWN, False)
    assert "rates its risk as high" in shown.reasons[0]
    assert shown.reasons[-1] == WOULD_BE_LEFT


@given(facts())
def test_what_a_rule_asks_for_waits_instead_of_being_left_and_weighs_nothing_else(some: Facts) -> None:
    wished, unwished = (decide(replace(some, asked_by_rule=asked)) for asked in (True, False))
    assert wished.risk is unwished.risk
    assert (wished.choice is Choice.ACT) == (unwished.choice is Choice.ACT)
    if wished.choice is not unwished.choice:
        assert some.kind in TOO_SMALL_TO_ASK
        assert (wished.choice, unwished.choice) == (Choice.ASK, Choice.LEAVE)


@pytest.mark.parametrize(
    ("over", "choice"),
    [
        ({}, Choice.ACT),
        ({"autonomy": Autonomy.LOW}, Choice.ASK),
        ({"confidence": 0.6}, Choice.ASK),
        ({"confidence": float("nan")}, Choice.ASK),
        ({"effects_paused": True}, Choice.ASK),
        ({"usage__changes_today": 500}, Choice.ASK),
        ({"live": False}, Choice.ASK),
    ],
    ids=str,
)
def test_a_label_that_a_rule_asks_for_is_never_lost(over: dict[str, Any], choice: Choice) -> None:
    decision = decide(changed(harmless(Kind.LABEL), asked_by_rule=True, **over))
    assert (decision.choice, decision.notify) == (choice, False)


def test_one_automatic_reply_per_sender_and_day() -> None:
    assert reached(HARMLESS_REPLY, {"sender__auto_replied_lately": True}) is Choice.ASK


def test_a_spent_budget_holds_what_it_is_for_and_nothing_else() -> None:
    spent_sends = changed(HARMLESS_REPLY, usage__sends_today=20)
    spent_changes = changed(HARMLESS_REPLY, usage__changes_today=500)
    assert [decide(each).choice for each in (spent_sends, spent_changes)] == [Choice.ASK, Choice.ACT]
    assert reached(HARMLESS_TIDYING, {"usage__sends_today": 20}) is Choice.ACT
    assert reached(HARMLESS_TIDYING, {"usage__changes_today": 500}) is Choice.ASK


def test_a_held_reply_and_a_high_risk_are_told_at_once() -> None:
    assert decide(changed(HARMLESS_REPLY, engine=EngineKind.OFFLINE)).notify
    assert decide(changed(HARMLESS_TIDYING, danger=Danger.HIGH)).notify
    assert not decide(changed(HARMLESS_TIDYING, autonomy=Autonomy.LOW)).notify
    assert not decide(HARMLESS_REPLY).notify


@pytest.mark.parametrize(
    "broken",
    [{"kind": "teleport"}, {"sender": None}, {"confidence": None}, {"danger": "none at all"}, {"usage": None}],
    ids=str,
)
def test_a_rule_that_breaks_holds_the_step(broken: dict[str, Any]) -> None:
    decision = decide(replace(HARMLESS_TIDYING, **broken))
    assert (decision.choice, decision.risk, decision.rule) == (Choice.ASK, Risk.HIGH, FAILED)
    assert decision.notify


@given(facts())
def test_nothing_beyond_the_floor_happens_unasked(some: Facts) -> None:
    """Said once more in the words of the security page, apart from the rules themselves."""
    if decide(some).choice is not Choice.ACT:
        return
    assert some.autonomy is not Autonomy.LOW
    assert some.live
    assert not some.effects_paused
    assert some.usage.steps_at_once <= HANDFUL
    assert some.danger is Danger.LOW or some.kind is Kind.LABEL
    assert 0.70 <= some.confidence <= 1
    if some.kind in TEXTS:
        assert some.draft is not None
        assert some.engine is EngineKind.MODEL
        assert some.calibrated
        assert some.sender == HARMLESS_REPLY.sender or (
            some.kind is Kind.DRAFT and replace(some.sender, auto_replied_lately=False) == HARMLESS_REPLY.sender
        )
        assert replace(some.automatic, strong_bulk_evidence=False) == HARMLESS_REPLY.automatic
        assert some.draft == HARMLESS_REPLY.draft
        assert some.mail_words == HARMLESS_REPLY.mail_words
        assert (some.recipients, some.new_recipients, some.thread_has_newer) == (1, False, False)
        assert some.addressing in {Addressing.ALONE, Addressing.DIRECT}
    if some.kind is Kind.REPLY:
        assert some.usage.sends_today < some.usage.send_budget
        assert some.confidence >= 0.80
    if some.kind is not Kind.REPLY:
        assert some.usage.changes_today < some.usage.change_budget
    if some.kind in TIDYING:
        assert some.usage.put_away_lately < some.usage.at_once_budget
        assert some.category in TIDIED_UNASKED
        assert some.automatic.strong_bulk_evidence
        assert not (some.sender.known and some.addressing is Addressing.ALONE)
        assert not some.sender.phishing_like
        assert not some.sender.look_alike
        assert not some.mail_words.credentials


@given(facts())
def test_a_model_can_raise_the_risk_and_never_lower_it(some: Facts) -> None:
    rated = [decide(replace(some, danger=danger)) for danger in Danger]
    risks = [ORDER.index(each.risk) for each in rated]
    assert risks == sorted(risks)
    if some.kind is not Kind.LABEL:
        assert all(each.choice is not Choice.ACT for each in rated[1:])
    if some.kind not in TOO_SMALL_TO_ASK:
        assert (rated[0].choice is Choice.LEAVE) == (rated[2].choice is Choice.LEAVE)


@given(facts(), ANYTHING["confidence"], st.sampled_from(Autonomy))
def test_confidence_and_settings_never_lower_the_risk(some: Facts, confidence: float, autonomy: Autonomy) -> None:
    other = replace(some, confidence=confidence, autonomy=autonomy)
    assert decide(some).risk is decide(other).risk
    if some.kind not in TOO_SMALL_TO_ASK:
        assert (decide(some).choice is Choice.LEAVE) == (decide(other).choice is Choice.LEAVE)


@given(facts())
def test_low_autonomy_and_the_kill_switch_never_act(some: Facts) -> None:
    assert decide(replace(some, autonomy=Autonomy.LOW)).choice is not Choice.ACT
    assert decide(replace(some, effects_paused=True)).choice is not Choice.ACT


@given(facts())
def test_shadow_mode_never_acts_and_shows_exactly_what_would_have_been_done(some: Facts) -> None:
    live, shadowed = decide(replace(some, live=True)), decide(replace(some, live=False))
    assert shadowed.choice is not Choice.ACT
    assert (shadowed.rule == SHADOW) == (live.choice is Choice.ACT)
    if live.choice is Choice.ACT:
        assert (shadowed.choice, shadowed.risk) == (Choice.ASK, live.risk)
        assert set(live.reasons) < set(shadowed.reasons)
    elif shadowed.rule == LEFT_BUT_SHOWN:
        assert (live.choice, some.kind in TOO_SMALL_TO_ASK) == (Choice.LEAVE, True)
        assert SHADOW_REASON not in shadowed.reasons
    else:
        assert (shadowed.choice, shadowed.rule, shadowed.reasons) == (live.choice, live.rule, live.reasons)


@given(facts(), st.sampled_from(sorted(set(ANYTHING) - {"kind", "draft", "category"})), st.data())
def test_what_makes_a_step_worse_never_lowers_its_risk(some: Facts, name: str, data: st.DataObject) -> None:
    """Each fact that can be better or worse is made worse by itself; the risk stays or rises."""
    worse = worsened(some, name, data.draw(st.randoms(use_true_random=False)))
    assert ORDER.index(decide(worse).risk) >= ORDER.index(decide(some).risk)


@given(facts())
def test_the_offline_engine_never_sends_unasked(some: Facts) -> None:
    assert decide(replace(some, kind=Kind.REPLY, engine=EngineKind.OFFLINE)).choice is not Choice.ACT


@given(facts())
def test_every_decision_gives_reasons_and_its_rule(some: Facts) -> None:
    decision = decide(some)
    assert decision.rule
    assert all(decision.reasons)
    assert decision.risk is Risk.LOW or decision.choice is not Choice.ACT
