"""How sure something is, as people are told it everywhere: a plain word, and the number."""

from typing import Final

WORDS: Final = ((0.9, "very sure"), (0.75, "fairly sure"), (0.5, "not so sure"))
UNSURE: Final = "unsure"


def sureness(confidence: float) -> str:
    """The word alone; what is no number is unsure."""
    return next((word for least, word in WORDS if confidence >= least), UNSURE)


def sure_in_words(confidence: float) -> str:
    """Word and number, as in: fairly sure, 82 %."""
    return f"{sureness(confidence)}, {100 * confidence:.0f} %"
