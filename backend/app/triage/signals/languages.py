"""Which language a message is written in, by its commonest small words."""

import re
from enum import StrEnum
from typing import Final

from app.triage.signals.reading import Reading, words

_ENOUGH_WORDS: Final = 6
_KANA: Final = re.compile(r"[\u3040-\u30ff]{2}")
"""Kana stand in every Japanese text and in no other."""


class Language(StrEnum):
    ENGLISH = "en"
    SWEDISH = "sv"
    GERMAN = "de"
    FRENCH = "fr"
    SPANISH = "es"
    PORTUGUESE = "pt"
    ITALIAN = "it"
    DUTCH = "nl"
    POLISH = "pl"
    RUSSIAN = "ru"
    ARABIC = "ar"
    JAPANESE = "ja"
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
    Language.PORTUGUESE: words(
        "o a os as e de do da dos das em no na que não por para com um uma se ao à você vocês obrigado obrigada olá "
        "está estamos pode poderia como mas mais me te nos muito este esta seu sua bom boa dia"
    ),
    Language.ITALIAN: words(
        "il lo la gli le e di del della che non per con un una in al alla sono è si ci mi ti vi grazie ciao buongiorno "
        "può puoi come ma più molto questo questa suo sua saluti cordiali abbiamo ho"
    ),
    Language.DUTCH: words(
        "de het een en van dat die niet ik je jij u wij we zij voor met op in is zijn naar ook maar nog graag bedankt "
        "dank hallo hoi beste groet groeten kun kunt kan kunnen heb heeft wat wanneer onze uw"
    ),
    Language.POLISH: words(
        "i w na z do nie się jest że to jak o po za czy proszę dziękuję dzień dobry cześć pozdrawiam mi ci nam może "
        "mogę są ale już tylko od dla pan pani państwo"
    ),
    Language.RUSSIAN: words(
        "и в на не с что я вы мы он она это как по за из к у но да нет для от бы ли пожалуйста спасибо здравствуйте "
        "привет мне вам нам уважением вас когда"
    ),
    Language.ARABIC: words(
        "في من على إلى عن هل ما لا أن هذا هذه مع كل التي الذي شكرا شكرًا مرحبا السلام عليكم تحية نحن أنا يمكن كان قبل"
    ),
}


def language_of(reading: Reading) -> Language:
    """The language with most small words; OTHER when a text of some length has none of them."""
    if _KANA.search(reading.folded):
        return Language.JAPANESE
    spoken = reading.spoken.split()
    scores = {language: sum(word in small for word in spoken) for language, small in _SMALL_WORDS.items()}
    best = max(scores, key=lambda language: scores[language])
    if scores[best] == 0 and (len(spoken) >= _ENOUGH_WORDS or not reading.folded.isascii()):
        return Language.OTHER
    return best
