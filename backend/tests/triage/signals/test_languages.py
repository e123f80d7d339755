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
        ("部品がいつ届くか教えていただけますか。", Language.OTHER),
        ("", Language.ENGLISH),
    ],
)
def test_small_words_tell_the_language(text: str, language: Language) -> None:
    assert language_of(reading(text)) is language
