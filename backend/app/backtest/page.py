"""The report as one HTML file that needs nothing else: no script, no font, no picture from anywhere."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from app.backtest.figures import Figures
from app.backtest.history import History
from app.backtest.replaying import TOO_FRESH
from app.policy.sureness import sure_in_words

MOST_LISTED: Final = 200
ENVIRONMENT: Final = Environment(
    loader=PackageLoader("app.backtest"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)
ENVIRONMENT.filters["sureness"] = sure_in_words


@dataclass(frozen=True, slots=True)
class Bar:
    name: str
    count: int
    share: float
    """Of the longest bar, 0 … 100."""


def report_page(found: Figures, history: History, *, engine: str, autonomy: str) -> str:
    return ENVIRONMENT.get_template("report.html").render(
        found=found,
        history=history,
        engine=engine,
        autonomy=autonomy,
        too_fresh_days=TOO_FRESH.days,
        listed=MOST_LISTED,
        fates=_bars(
            {
                "you answered, and it would have told you": found.both,
                "you answered, and it would not have told you": len(found.missed),
                "you did not answer, and it would have asked": len(found.needless),
                "you did not answer, and it would have kept quiet": found.neither,
            }
        ),
        unasked=_bars({kind.value.replace("_", " "): count for kind, count in found.unasked.items()}),
        categories=_bars({name.replace("_", " "): count for name, count in found.categories.items()}),
        speeds=_bars(found.speeds),
        months=[(month, _percent(month.agreed, month.compared)) for month in found.months],
        median_answer=in_words(found.median_answer),
        money=None if found.microdollars is None else f"${found.microdollars / 1_000_000:.2f}",
    )


def in_words(waited: timedelta | None) -> str:
    if waited is None:
        return "never"
    minutes = round(waited.total_seconds() / 60)
    if minutes < 60:  # noqa: PLR2004 - of an hour
        return f"{minutes} minutes"
    hours = round(minutes / 60)
    return f"{hours} hours" if hours < 48 else f"{round(hours / 24)} days"  # noqa: PLR2004 - two days


def _bars(counts: dict[str, int]) -> list[Bar]:
    longest = max(counts.values(), default=0)
    return [Bar(name, count, _percent(count, longest)) for name, count in counts.items()]


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0
