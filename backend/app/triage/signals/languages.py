"""Which language a message is written in, by its commonest small words."""

from enum import StrEnum
from typing import Final

from app.triage.signals.reading import Reading, words

_ENOUGH_WORDS: Final = 6


class Language(StrEnum):
    ENGLISH = "en"
    SWEDISH = "sv"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    OTHER = "other"


_SMALL_WORDS: Final = {
    Language.ENGLISH: words(
        "the and you your that this have has with for from are was were will would can could please we our i'm it's "
        "thanks thank hi hello dear is it of to not be been what when where which about if they he she"
    ),
    Language.SWEDISH: words(
        "och att det är jag du vi ni inte som på för med av till från har hade kan kunde ska skulle vill hej tack den "
        "ett en om när var vad hur eller men så din ditt dina oss mig dig er vänliga hälsningar mvh här där sedan "
        "också nu i"
    ),
    Language.GERMAN: words(
        "und der die das ist nicht ich du sie wir ihr ihnen ihre mit für auf von zu zum zur den dem ein eine einen "
        "bitte danke hallo liebe lieber grüsse grüssen freundlichen im am an es wird haben hat können könnten noch "
        "auch wie was wann bis uns mir dir euch bei oder aber dass"
    ),
    Language.FRENCH: words(
        "le la les des et est vous nous je tu pas pour avec dans sur une un du de que qui ce cette votre vos merci "
        "bonjour cordialement être avez avons ai au aux ou mais s'il j'ai c'est n'est d'une salut"
    ),
    Language.SPANISH: words(
        "el la los las y es de que no por para con una un del al se su sus usted ustedes gracias hola saludos está "
        "estamos tiene puede podría como pero más me te nos lo le si sí muy este esta"
    ),
}


def language_of(reading: Reading) -> Language:
    """The language with most small words; OTHER when a text of some length has none of them."""
    spoken = reading.spoken.split()
    scores = {language: sum(word in small for word in spoken) for language, small in _SMALL_WORDS.items()}
    best = max(scores, key=lambda language: scores[language])
    if scores[best] == 0 and (len(spoken) >= _ENOUGH_WORDS or not reading.folded.isascii()):
        return Language.OTHER
    return best
