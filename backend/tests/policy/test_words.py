import pytest

from app.policy.words import risky_words


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("Please pay the invoice by Friday", {"money"}),
        ("That is $ 400", {"money"}),
        ("400 € are due", {"money"}),
        ("Die Rechnung liegt bei", {"money"}),
        ("Your verification code", {"credentials"}),
        ("Send me the PASSWORD", {"credentials"}),
        ("p\u200bassword", {"credentials"}),
        ("ｐａｓｓｗｏｒｄ", {"credentials"}),
        ("Our lawyer looked at the non-disclosure agreement", {"legal"}),
        ("Could you send me the report", {"attachments"}),
        ("siehe Anhang", {"attachments"}),
        ("Här är fakturan", {"money"}),
        ("Kan du betala hyran?", {"money"}),
        ("Jag swishar 200 kr", {"money"}),
        ("Vi skickar en offert med priser", {"money"}),
        ("Bankgirot är nytt, lönen kommer på ditt konto", {"money"}),
        ("Vad är koden?", {"credentials"}),
        ("Ditt nya lösenord", {"credentials"}),
        ("Hyresavtalet är klart", {"money", "legal"}),
        ("En uppsägning från er advokat", {"legal"}),
        ("Kallelse till tingsrätten", {"legal"}),
        ("Se bifogad fil", {"attachments"}),
        ("Alle Passwörter und Kennwörter", {"credentials"}),
        ("Die Stromrechnung bezahlen", {"money"}),
        ("Der Mietvertrag ist unterschrieben", {"legal"}),
        ("Les mots de passe", {"credentials"}),
        ("Le loyer et le devis", {"money"}),
        ("Las contraseñas", {"credentials"}),
        ("El alquiler y el precio", {"money"}),
        ("Det stämmer, vi ses klockan tolv vid kyrkan", set[str]()),
        ("Das Wetter war schön, bis morgen im Garten", set[str]()),
        ("Lunch at noon, at the usual place?", set[str]()),
        ("The spinning wheel compassed nothing", set[str]()),
    ],
)
def test_subjects_are_told_apart(text: str, subjects: set[str]) -> None:
    words = risky_words(text)
    found = {name for name in ("money", "credentials", "legal", "attachments") if getattr(words, name)}
    assert found == subjects
