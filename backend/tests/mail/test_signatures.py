"""What signs a message is taken off its end, and never a question with it."""

import pytest

from app.mail.quotes import separate_quotes

OWN = "Can you send the invoice?"
QUOTE = "On Tue, Oct 20, 2026 at 9:12 AM Ada Novak <ada@example.net> wrote:\n> Shall we meet?"


@pytest.mark.parametrize(
    "signature",
    [
        "--\nAda Novak\nExample Ltd\n+46 00 000",
        "—\nAda",
        "______________________________________________\nusers mailing list -- users@lists.example.org\n"
        "To unsubscribe send an email to users-leave@lists.example.org",
        "--\nAda\n\n_______________________________________________\nUsers mailing list\nUsers@example.org\n"
        "https://lists.example.org/mailman/listinfo/users",
        "--\nYou received this message because you are subscribed to the Google Groups group.\n"
        "To unsubscribe, send an email to club+unsubscribe@example.org.",
    ],
)
@pytest.mark.parametrize(
    "text", ["{own}\n\n{signature}", "{own}\n\n{signature}\n\n{quote}", "{quote}\n\n{own}\n{signature}"]
)
def test_a_signature_is_taken_off(signature: str, text: str) -> None:
    separated = separate_quotes(text.format(own=OWN, signature=signature, quote=QUOTE), subject="Re: x")
    assert separated.text == OWN
    assert separated.quoted.count("Ada") >= signature.count("Ada")


@pytest.mark.parametrize("closing", ["Kind regards,", "Mit freundlichen Grüßen", "Cordialement,", "Un saludo,", "Mvh"])
def test_a_block_without_a_delimiter_is_taken_off_below_the_name(closing: str) -> None:
    block = "Head of Sales\nExample Ltd\nTel: +46 8 000 00 00\nwww.example.org"
    separated = separate_quotes(f"{OWN}\n\n{closing}\nAda Novak\n\n{block}", subject="x")
    assert separated.text == f"{OWN}\n\n{closing}\nAda Novak"
    assert separated.quoted == block


@pytest.mark.parametrize(
    "text",
    [
        "Two things:\n--\nCan you send the invoice?\nAnd when?",
        "See you.\n\nBest regards\nAda\n\nPS: my new number is +46 8 000 00 00",
        "See you.\n\nBest regards\nAda\n+46 8 000 00 00\nIs that the number you have?",
        "Best\nAda\nOne more thing, which I forgot to write to you in my first mail about www.example.org.",
        "See you.\n--\nAda\nP.S. Bring the keys",
        "Thanks\nAda",
        "From my telephone: yes.\n\nSent from my iPhone\nCan you still hear me?",
    ],
)
def test_words_after_a_signature_are_the_senders(text: str) -> None:
    assert separate_quotes(text, subject="x").text == text


def test_words_after_a_quote_are_no_part_of_the_signature_above_it() -> None:
    separated = separate_quotes(f"Yes.\n--\nAda\n\n{QUOTE}\n\nAnd could you send the file?", subject="Re: x")
    assert separated.text.endswith("And could you send the file?")
    assert separated.text.startswith("Yes.")
