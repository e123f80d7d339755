"""What a call of a language model costs, in millionths of a US dollar; None where nobody knows the price.

The table is that of the package genai-prices, which is kept for this purpose and asked nothing over the network; its
version dates it. The operator's own prices (MODEL_PRICES) stand above it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from importlib.metadata import version
from typing import Final, Self

from genai_prices import Usage, calc_price

from app.errors import UserError
from app.settings import Settings

SOURCE: Final = f"genai-prices {version('genai-prices')}"
MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars per million tokens."""

    input: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True)
class Prices:
    own: Mapping[str, Price] = field(default_factory=dict[str, Price])
    """By provider:name, as the operator has set them."""

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Raise UserError for a price that cannot be read."""
        return cls(dict(_own_price(part) for part in settings.model_prices.split(",") if part.strip()))

    def microdollars(self, model: str, *, input_tokens: int, output_tokens: int, cached_tokens: int = 0) -> int | None:
        """Round up. `model` is provider:name; `cached_tokens` are part of the input."""
        dollars = self._dollars(model, input_tokens, output_tokens, cached_tokens)
        return None if dollars is None else int((dollars * MILLION).to_integral_value(ROUND_CEILING))

    def _dollars(self, model: str, input_tokens: int, output_tokens: int, cached_tokens: int) -> Decimal | None:
        if price := self.own.get(model):
            return (price.input * input_tokens + price.output * output_tokens) / MILLION
        provider, _, name = model.partition(":")
        spent = Usage(
            input_tokens=input_tokens, output_tokens=output_tokens, cache_read_tokens=min(cached_tokens, input_tokens)
        )
        try:
            return calc_price(spent, name, provider_id=provider).total_price
        except LookupError:
            return None


def _own_price(part: str) -> tuple[str, Price]:
    model, _, price = part.strip().partition("=")
    given, slash, made = price.partition("/")
    try:
        found = Price(Decimal(given.strip()), Decimal(made.strip()))
    except InvalidOperation as error:
        raise UserError(_WRONG.format(part=part.strip())) from error
    if not (slash and ":" in model and found.input.is_finite() and found.output.is_finite()):
        raise UserError(_WRONG.format(part=part.strip()))
    if min(found.input, found.output) < 0:
        raise UserError(_WRONG.format(part=part.strip()))
    return model.strip(), found


_WRONG: Final = (
    "MODEL_PRICES={part} is no price. Write provider:name=input/output in dollars per million tokens, "
    "for instance vllm:qwen3=0.10/0.40."
)
