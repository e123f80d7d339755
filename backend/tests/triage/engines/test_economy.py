"""How often a language model is asked, and with how many tokens, over the whole sample mailbox."""

import json
from typing import Final

from app.triage.signals import read_signals
from tests.triage.engines.desk import opened_desk
from tests.triage.engines.test_judgement import VALID
from tests.triage.sample_snapshots import sample_cases

MOST_CALLS: Final = 0.5
MOST_TOKENS: Final = 1_500
"""Per mail of the mailbox, those that need no model included."""
BYTES_PER_TOKEN: Final = 4
ANSWER_TOKENS: Final = 200


async def test_few_calls_and_few_tokens_over_the_sample_mailbox() -> None:
    mails = 0
    async with opened_desk(VALID) as desk:
        for case in sample_cases():
            mails += 1
            await desk.engine.judge(case.snapshot, read_signals(case.snapshot))
    asked = len(desk.model.requests)
    tokens = sum(
        len(json.dumps(request, ensure_ascii=False).encode()) // BYTES_PER_TOKEN for request in desk.model.requests
    )
    calls_each, tokens_each = asked / mails, (tokens + asked * ANSWER_TOKENS) / mails
    assert 0 < calls_each <= MOST_CALLS
    assert tokens_each <= MOST_TOKENS
