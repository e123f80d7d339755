import time

import pytest

from app.mail.quotes import separate_quotes

GMAIL = "> Shall we meet?\n> Ada"


@pytest.mark.parametrize(
    "introduction",
    [
        "On Tue, Oct 20, 2026 at 9:12 AM Ada Novak <ada@example.net> wrote:",
        "On Tue, Oct 20, 2026 at 9:12 AM Ada Novak-Lindström of the Office\n<ada@example.net> wrote:",
        "Den tors 22 okt. 2026 kl 13:47 skrev Ada Novak <ada@example.net>:",
        "22 okt. 2026 kl. 13:47 skrev Ada Novak <ada@example.net>:",
        "Am Di., 20. Okt. 2026 um 09:12 Uhr schrieb Ada Novak <ada@example.net>:",
        "Am 20.10.2026 um 09:12 schrieb Ada Novak:",
        "Le mar. 20 oct. 2026 à 09:12, Ada Novak <ada@example.net> a écrit :",
        "El mar, 20 oct 2026 a las 9:12, Ada Novak (<ada@example.net>) escribió:",
        "Ada Novak wrote:",
    ],
)
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_separates_an_introduced_quote(introduction: str, gap: str) -> None:
    separated = separate_quotes(f"Yes, gladly.\n\n{introduction}{gap}{GMAIL}", subject="Re: Meeting")
    assert separated.text == "Yes, gladly."
    assert separated.quoted.startswith(introduction)
    assert separated.quoted.endswith("> Ada")


OUTLOOK = {
    "english": "From: Ada Novak <ada@example.net>\nSent: Tuesday, October 20, 2026 9:12 AM\nTo: Ben\nSubject: Meeting",
    "swedish": "Från: Ada Novak <ada@example.net>\nSkickat: den 20 oktober 2026 09:12\nTill: Ben\nÄmne: Möte",
    "german": "Von: Ada Novak <ada@example.net>\nGesendet: Dienstag, 20. Oktober 2026 09:12\nAn: Ben\nBetreff: Treffen",
    "french": "De : Ada Novak <ada@example.net>\nEnvoyé : mardi 20 octobre 2026 09:12\nÀ : Ben\nObjet : Réunion",
    "spanish": "De: Ada Novak <ada@example.net>\nEnviado el: martes, 20 de octubre de 2026\nPara: Ben\nAsunto: Cita",
    "bold": "*From:* Ada Novak <ada@example.net>\n*Sent:* Tuesday, October 20, 2026\n*To:* Ben\n*Subject:* Meeting",
}


@pytest.mark.parametrize("block", OUTLOOK.values(), ids=OUTLOOK.keys())
@pytest.mark.parametrize("rule", ["", "________________________________\n", "-----Original Message-----\n"])
def test_separates_history_under_a_block_of_headers(block: str, rule: str) -> None:
    history = f"{rule}{block}\n\nShall we meet?"
    separated = separate_quotes(f"Yes, gladly.\n\n{history}", subject="Re: Meeting")
    assert separated.text == "Yes, gladly."
    assert separated.quoted == history


@pytest.mark.parametrize(
    "line", ["-----Ursprungligt meddelande-----", "-----Ursprüngliche Nachricht-----", "-----Mensaje original-----"]
)
def test_separates_history_under_a_line(line: str) -> None:
    assert separate_quotes(f"Ja.\n{line}\nShall we meet?", subject="SV: Möte").text == "Ja."


@pytest.mark.parametrize(
    ("subject", "marker"),
    [
        (
            "Fwd: Bill",
            "---------- Forwarded message ---------\nFrom: Shop <shop@example.com>\nDate: Monday\nSubject: Bill",
        ),
        ("VB: Räkning", "Från: Shop <shop@example.com>\nSkickat: måndag\nTill: Ben\nÄmne: Räkning"),
        ("WG: Rechnung", "-----Ursprüngliche Nachricht-----\nVon: Shop <shop@example.com>\nGesendet: Montag\nAn: Ben"),
        ("TR: Facture", "Début du message réexpédié :\n\nDe: Shop <shop@example.com>\nObjet: Facture\nDate: lundi"),
        ("Bill", "Begin forwarded message:\n\nFrom: Shop <shop@example.com>\nSubject: Bill\nTo: Ben"),
    ],
)
def test_what_is_forwarded_stays_in_the_text(subject: str, marker: str) -> None:
    text = f"Can you pay this?\n\n{marker}\n\nPlease pay 20 euro."
    separated = separate_quotes(text, subject=subject)
    assert separated.text == text
    assert separated.quoted == ""


def test_answers_between_the_lines_are_kept() -> None:
    text = "On Monday, 5 Oct 2026 Ada wrote:\n> First question?\nFirst answer.\n> Second question?\nSecond answer."
    separated = separate_quotes(text, subject="Re: Questions")
    assert separated.text == "First answer.\nSecond answer."
    assert "Second question?" in separated.quoted


@pytest.mark.parametrize(
    "text",
    [
        "As he wrote:\nwords are cheap.",
        "She wrote: come on Monday.\nI said no.",
        "From: the desk of Ada\nThis is a poem.",
        "Note\n-----\nFirst point",
        "The answer -- if there is one -- comes later.",
    ],
)
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert separate_quotes(text, subject="Hello").text == text


@pytest.mark.parametrize(
    "signature",
    [
        "--\nAda Novak\nExample Ltd\n+46 00 000",
        "Sent from my iPhone",
        "Skickat från min iPhone",
        "Von meinem iPhone gesendet",
    ],
)
def test_separates_a_signature(signature: str) -> None:
    separated = separate_quotes(f"See you then.\n\n{signature}\n\nOn 5 Oct 2026 Ben wrote:\n> When?", subject="Re: x")
    assert separated.text == "See you then."
    assert signature in separated.quoted


def test_a_line_of_dashes_far_from_the_end_is_no_signature() -> None:
    text = "Agenda\n--\n" + "\n".join(f"Point {number}" for number in range(40))
    assert separate_quotes(text, subject="Agenda").text == text


@pytest.mark.parametrize(
    "text", ["> only a quote", "--\nAda", "Sent from my iPhone", "-----Original Message-----\nFrom: x"]
)
def test_text_is_never_lost(text: str) -> None:
    assert separate_quotes(text, subject="Re: x").text != ""


def test_nothing_stays_nothing() -> None:
    assert separate_quotes("", subject="").text == ""


@pytest.mark.parametrize(
    "line",
    [
        "From: a@example.org\nSent: x\n",
        "On 20 Oct 2026 at 10:00 wrote:\n",
        "--\nAda\n> x\n",
        ">a\n\nb\n",
        "-----\n",
        "see see see see my answers\n",
        "sent from my phone, or so he says, which says a lot\n",
        "write above this line\n",
        "Kind regards\nAda\n+46 8 000 00 00\n",
        "-" * 60,
    ],
)
def test_a_hostile_text_costs_no_more_than_another(line: str) -> None:
    started = time.process_time()
    separate_quotes(line * (200_000 // len(line)), subject="x")
    assert time.process_time() - started < 2, "far more than a straight line through the text takes"
