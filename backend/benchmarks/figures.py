"""What a benchmark hands back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    value: float
    unit: str
    floor: float | None = None
    """The same, for the least that has to be done in any case."""

    @property
    def ratio(self) -> float | None:
        """How many times the floor; None where there is none."""
        return self.value / self.floor if self.floor else None


@dataclass(frozen=True, slots=True)
class Result:
    title: str
    measured: str
    """What was done, and how often."""
    floor: str
    """What the floor does; empty where there is none."""
    figures: tuple[Figure, ...]


def shown(value: float) -> str:
    """About three digits, which is more than these numbers are good for."""
    if value == round(value):
        return f"{value:,.0f}"
    magnitude = abs(value)
    digits = next((digits for limit, digits in ((100, 0), (10, 1), (1, 2)) if magnitude >= limit), 3)
    return f"{value:,.{digits}f}"
