import pytest

from app.triage.signals.languages import Language, language_of
from tests.triage.mails import reading


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Could you tell me when the parts will be here?", Language.ENGLISH),
        ("Kan du säga när delarna kommer hit?", Language.SWEDISH),
        ("Können Sie mir sagen, wann die Teile hier sind?", Language.GERMAN),
        ("Pouvez-vous me dire quand les pièces seront ici ?", Language.FRENCH),
        ("¿Puede decirme cuándo estarán aquí las piezas?", Language.SPANISH),
        ("部品がいつ届くか教えていただけますか。", Language.JAPANESE),
        ("Pode dizer-me quando as peças estarão aqui?", Language.PORTUGUESE),
        ("Può dirmi quando i pezzi sono qui? Grazie", Language.ITALIAN),
        ("Kun je zeggen wanneer de onderdelen er zijn?", Language.DUTCH),
        ("Czy może mi pan powiedzieć, kiedy części będą na miejscu?", Language.POLISH),
        ("Не могли бы вы сказать, когда детали будут здесь?", Language.RUSSIAN),
        ("هل يمكن أن تخبرني متى تصل القطع؟", Language.ARABIC),
        ("부품이 언제 도착하는지 알려 주실 수 있나요", Language.OTHER),
        ("", Language.ENGLISH),
    ],
)
def test_small_words_tell_the_language(text: str, language: Language) -> None:
    assert language_of(reading(text)) is language
