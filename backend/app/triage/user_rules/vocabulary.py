"""Conditions that the words of every language stand for."""

from typing import Final

from app.triage.user_rules.meaning import Conditions
from app.triage.verdict import Category

RECRUITING_WORDS: Final = (
    "recruit*", "headhunt*", "talent acquisition", "talent partner", "job opportunity", "job opportunities",
    "career opportunity", "career move", "open position", "open role", "new role", "your cv", "your résumé",
    "your resume", "vacancy", "rekryter*", "ledig tjänst", "personalvermittl*", "stellenangebot", "recrut*",
    "offre d'emploi", "reclutad*", "oferta de empleo", "oferta de trabajo",
)  # fmt: skip
RECRUITING: Final = Conditions(words=RECRUITING_WORDS)


def of_category(category: Category) -> Conditions:
    return Conditions(categories=(category,))
