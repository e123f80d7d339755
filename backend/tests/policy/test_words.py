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
        ("Lunch at noon, at the usual place?", set[str]()),
        ("The spinning wheel compassed nothing", set[str]()),
    ],
)
def test_subjects_are_told_apart(text: str, subjects: set[str]) -> None:
    words = risky_words(text)
    found = {name for name in ("money", "credentials", "legal", "attachments") if getattr(words, name)}
    assert found == subjects
