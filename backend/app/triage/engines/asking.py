"""One structured question to one language model: an answer in the schema, or the reason why there is none."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

from pydantic import BaseModel
from pydantic_ai import Agent
from pydantic_ai.exceptions import AgentRunError, ContentFilterError, ModelAPIError, ModelContextWindowExceededError
from pydantic_ai.output import ToolOutput
from pydantic_ai.settings import ModelSettings, merge_model_settings
from pydantic_ai.usage import RunUsage, UsageLimits

from app.triage.engines.models import Candidate
from app.triage.spending.ledger import Amount
from app.triage.spending.prices import Prices

Schema = TypeVar("Schema", bound=BaseModel)

# What the client libraries let through when a server answers 200 with something that is not its protocol.
_FOREIGN_ANSWER: Final = (TypeError, ValueError, KeyError, IndexError, AttributeError)
_BYTES_PER_TOKEN: Final = 3
"""On the careful side for every script: English has four letters to a token, Chinese one character of three bytes."""
_PROTOCOL_TOKENS: Final = 300


class NoAnswerError(Exception):
    """This model gave no answer; another one may."""

    def __init__(self, reason: str, *, perhaps_billed: bool = False, server_failed: bool = True) -> None:
        super().__init__(reason)
        self.server_failed = server_failed
        """Nothing to do with what it was asked."""
        self.perhaps_billed = perhaps_billed
        """It may have worked on it all the same."""


class UnusableAnswerError(Exception):
    """The model's answer broke the schema twice."""


@dataclass(frozen=True, slots=True)
class Question(Generic[Schema]):
    """What is asked, in the form in which providers can cache it: the unchanging part first."""

    purpose: str
    instructions: str
    schema: type[Schema]
    text: str
    max_answer_tokens: int

    def estimate(self, label: str, prices: Prices) -> Amount:
        """What one call will cost at most."""
        schema = len(str(self.schema.model_json_schema()))
        given = (len(self.instructions.encode()) + len(self.text.encode()) + schema) // _BYTES_PER_TOKEN
        given += _PROTOCOL_TOKENS
        cost = prices.microdollars(label, input_tokens=given, output_tokens=self.max_answer_tokens)
        return Amount(given + self.max_answer_tokens, cost or 0)


async def ask(candidate: Candidate, question: Question[Schema], usage: RunUsage, within: timedelta) -> Schema:
    """Raise NoAnswerError or UnusableAnswerError with the reason in words; `usage` is filled in any case."""
    agent = Agent(
        candidate.model,
        output_type=ToolOutput(question.schema, name="judgement", description="Your answer."),
        instructions=question.instructions,
        deps_type=type(None),
        name=question.purpose,
        # One more try when the answer breaks the schema; a failing server is not asked again within the time.
        retries=1,
        model_settings=merge_model_settings(
            candidate.settings,
            ModelSettings(
                max_tokens=question.max_answer_tokens,
                timeout=within.total_seconds(),
                max_retries=0,
            ),
        ),
    )
    try:
        async with asyncio.timeout(within.total_seconds()):
            answer = await agent.run(question.text, usage=usage, usage_limits=UsageLimits(request_limit=2))
    except TimeoutError as error:
        raise NoAnswerError("it took too long", perhaps_billed=True) from error
    except ContentFilterError as error:
        raise NoAnswerError("it refused to answer", server_failed=False) from error
    except ModelContextWindowExceededError as error:
        raise NoAnswerError("the mail is too long for it", server_failed=False) from error
    except ModelAPIError as error:
        raise NoAnswerError(f"its server failed ({type(error).__name__})") from error
    except (AgentRunError, *_FOREIGN_ANSWER) as error:
        raise UnusableAnswerError(f"its answer was not usable ({type(error).__name__})") from error
    return answer.output
