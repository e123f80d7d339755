"""What is said of a waiting reply when a person changes whom it goes to."""

from hypothesis import given
from hypothesis import strategies as st

from app.policy.facts import Facts, Kind
from app.policy.recipient_rules import CHECKS, RecipientFacts, judged_anew
from app.policy.rule import ORDER, Risk, highest
from app.policy.rules import findings
from tests.policy.fact_space import changed, facts

RECIPIENTS = st.builds(
    RecipientFacts,
    recipients=st.integers(1, 5),
    new_recipients=st.booleans(),
    look_alike_recipients=st.booleans(),
)


def to(start: Facts, recipients: RecipientFacts) -> Facts:
    return changed(
        start,
        kind=Kind.REPLY,
        recipients=recipients.recipients,
        new_recipients=recipients.new_recipients,
        look_alike_recipients=recipients.look_alike_recipients,
    )


@given(start=facts(), before=RECIPIENTS, after=RECIPIENTS)
def test_the_reasons_are_those_the_policy_would_give_now(
    start: Facts, before: RecipientFacts, after: RecipientFacts
) -> None:
    first, second = findings(to(start, before)), findings(to(start, after))
    risk = highest(*(finding.risk for finding in first))
    judged = judged_anew([finding.reason for finding in first], risk, before=before, after=after)
    assert set(judged.reasons) == {finding.reason for finding in second}
    assert ORDER.index(judged.risk) >= ORDER.index(highest(*(finding.risk for finding in second)))


@given(risk=st.sampled_from(Risk), before=RECIPIENTS, after=RECIPIENTS)
def test_the_risk_never_falls_and_nothing_is_said_of_those_before(
    risk: Risk, before: RecipientFacts, after: RecipientFacts
) -> None:
    said = [reason for check, _ in CHECKS if (reason := check(before)) is not None]
    judged = judged_anew([*said, "Another reason."], risk, before=before, after=after)
    assert ORDER.index(judged.risk) >= ORDER.index(risk)
    news = [reason for check, _ in CHECKS if (reason := check(after)) is not None]
    assert list(judged.reasons) == [*news, "Another reason."]
    assert (judged.rule is None) == (not news)
