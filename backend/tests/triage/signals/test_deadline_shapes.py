"""One row a shape and a language; all are read on Wednesday, 11 March 2026, by the guideline of the evaluation."""

from datetime import date
from typing import Final

import pytest

from app.triage.signals.deadlines import deadlines_in
from tests.triage.mails import reading

WEDNESDAY: Final = date(2026, 3, 11)
_MARCH: Final = "2026-03-"


def earliest(text: str, *, timezone: str = "Europe/Vienna", explicit: bool = True) -> str:
    found = [one.day for one in deadlines_in(reading(text), WEDNESDAY, timezone) if one.explicit or not explicit]
    return min(found).isoformat() if found else ""


@pytest.mark.parametrize(
    ("text", "day"),
    [
        # the same in many languages: by a weekday
        ("Please let me have it by Monday.", "16"),
        ("Bitte schicken Sie es bis Montag.", "16"),
        ("Merci de me répondre d'ici lundi.", "16"),
        ("Envíamelo a más tardar el lunes.", "16"),
        ("Mi mandi la bozza entro lunedì.", "16"),
        ("Stuur het uiterlijk maandag.", "16"),
        ("Mande até segunda-feira, por favor.", "16"),
        ("Proszę przysłać do poniedziałku.", "16"),
        ("Skicka det senast måndag.", "16"),
        ("Пришлите до понедельника.", "16"),
        ("Στείλε το ως την Παρασκευή.", "13"),
        ("Lütfen perşembeye kadar cevap verin.", "12"),
        # before a day is not that day
        ("Please decide before Saturday.", "13"),
        ("Bitte vor Samstag entscheiden.", "13"),
        ("Il faut répondre avant samedi.", "13"),
        ("Hay que decidir antes del sábado.", "13"),
        ("Preciso da resposta antes de sábado.", "13"),
        ("Prima di sabato mi serve una risposta.", "13"),
        ("Graag voor zaterdag antwoorden.", "13"),
        ("Proszę o decyzję przed sobotą 14 marca.", "13"),
        ("Svara innan lördag.", "13"),
        ("Please pay before 20 March.", "19"),
        ("Bitte vor dem 20.03.2026 überweisen.", "19"),
        ("À rendre avant le 20 mars.", "19"),
        ("Entregue antes del 20 de marzo.", "19"),
        # but an hour, a part of the day or a meeting on it is
        ("Please decide before Saturday noon.", "14"),
        ("Bitte vor Samstagabend entscheiden.", "14"),
        ("Zeg je het voor donderdagavond?", "12"),
        ("Ring me before Friday's meeting.", "13"),
        ("before the end of the week", "13"),
        # a written date wins over the weekday beside it
        ("Reply by Friday, 27 March 2026.", "27"),
        ("Reply by Friday the 27th.", "27"),
        ("bis Freitag, 27. März", "27"),
        ("bis Freitag, den 27.", "27"),
        ("senast fredag 27/3", "27"),
        ("hasta el viernes 27", "27"),
        ("até sexta, 27, que depois fecha", "27"),
        ("entro venerdì 27 marzo", "27"),
        ("per lunedì 23 marzo mi servono le correzioni", "23"),
        ("uiterlijk vrijdag 27 maart", "27"),
        ("do piątku 27 marca", "27"),
        # weekdays further on
        ("Tell me by Friday week.", "20"),
        ("Sag mir bis Freitag in einer Woche Bescheid.", "20"),
        ("Laat het weten voor het eind van zaterdag over een week.", "21"),
        ("Svara senast fredag om en vecka.", "20"),
        ("by next Monday", "16"),
        ("bis nächsten Freitag", "20"),
        # near days
        ("I need the list today.", "11"),
        ("Please confirm by tomorrow.", "12"),
        ("Tomorrow EOD please, not later.", "12"),
        ("by EOD tomorrow", "12"),
        ("by close of business", "11"),
        ("Spätestens übermorgen brauche ich es.", "13"),
        ("A más tardar pasado mañana.", "13"),
        ("até amanhã", "12"),
        ("entro domani", "12"),
        ("uiterlijk overmorgen", "13"),
        ("do jutra", "12"),
        ("Confirme até às 20h00 de hoje.", "11"),
        # spans
        ("Reply within five days.", "16"),
        ("innerhalb von fünf Tagen", "16"),
        ("dans un délai de cinq jours", "16"),
        ("dentro de cinco días", "16"),
        ("entro cinque giorni", "16"),
        ("binnen vijf dagen", "16"),
        ("no prazo de cinco dias", "16"),
        ("w terminie 7 dni", "18"),
        ("inom en vecka", "18"),
        ("in the next 48 hours", "13"),
        ("d'ici deux semaines ce serait bien", "25"),
        ("Two weeks is fine, check or transfer.", "25"),
        ("Betalingsfrist 14 dager.", "25"),
        ("Zahlungsfrist 10 Tage", "21"),
        ("Terms: Net 15", "26"),
        ("Your certificate expires in 7 days", "18"),
        ("Das Zertifikat läuft in 7 Tagen ab", "18"),
        # weeks and months
        ("by the end of the week", "13"),
        ("bis Ende der Woche", "13"),
        ("pour la fin de la semaine, d'ici la fin de la semaine", "13"),
        ("antes de que acabe la semana", "13"),
        ("voor het eind van de week", "13"),
        ("do końca tygodnia", "13"),
        ("Please send me your dates this week if you can.", "13"),
        ("I'd like the figures early next week.", "16"),
        ("Ich hätte es gern Anfang nächster Woche.", "16"),
        ("bis Ende nächster Woche", "20"),
        ("Bitte in KW 13 nachliefern, bis KW 13.", "27"),
        ("Hör av dig under helgen, senast i helgen.", "15"),
        ("Let me know over the weekend.", "15"),
        ("by the end of the month", "31"),
        ("before March is out", "31"),
        ("by the last day of March", "31"),
        ("antes de acabar el mes", "31"),
        ("entro fine mese", "31"),
        ("voor het einde van de maand", "31"),
        ("by mid-March", "15"),
        # days of the month alone
        ("Please return it by the 20th.", "20"),
        ("Bitte bis zum 20. zurück", "20"),
        ("Rückmeldung bis zum 20.03.", "20"),
        ("para responder hasta el 20", "20"),
        ("avant le 20", "19"),
        # labels of bills and forms
        ("Due date: 20 March 2026", "20"),
        ("Fällig am 20.03.2026", "20"),
        ("Der Beitrag wird zum 20. März 2026 fällig.", "20"),
        ("Date limite de paiement : 20 mars 2026", "20"),
        ("Data limite: 20-03-2026", "20"),
        ("Siste frist for betaling: 20. mars 2026", "20"),
        ("Forfall: 20.03.2026", "20"),
        ("Termin płatności: 20 marca 2026", "20"),
        ("Frist: bis einschließlich 20.03.2026", "20"),
        ("Son ödeme: 20.03.2026", "20"),
        # something ends on a day
        ("Nominations close on Friday.", "13"),
        ("Finance locks the sheet Friday noon.", "13"),
        ("The round shuts on 20 March.", "20"),
        ("La contratación cierra el 20 de marzo.", "20"),
        ("Le programme est figé le 20 mars.", "20"),
        ("Systemet stänger fredag 13/3.", "13"),
        ("A gráfica fecha a entrada de ficheiros a 20/3.", "20"),
        ("Die Domain läuft am 20.03.2026 ab.", "20"),
        ("The domain will expire on 2026-03-20.", "20"),
        # somebody wants it on a day
        ("They want it Friday.", "13"),
        ("Kitchen wants numbers on Monday.", "16"),
        ("I need to lock her schedule this Friday.", "13"),
        ("Han vil ha beskjed fredag.", "13"),
        # a day named by another one
        ("We publish Tuesday and I would like it by then.", "17"),
        ("The panel reads on 18 March, so we need it the day before.", "17"),
        ("Flights go up March 20, so tell me before then.", "19"),
        ("They close it on Friday evening, so tell me before then.", "13"),
        ("Our meeting is on the 24th and the packet goes out the Friday before.", "20"),
        ("L'affiche part le 20 mars, donc la veille au plus tard.", "19"),
        ("Todo listo para el 20; necesito tus diapositivas dos días antes.", "18"),
        ("Bussen bestilles 30. mars og vi må vite det innen da.", "30"),
    ],
)  # fmt: skip
def test_a_deadline_is_what_the_guideline_says(text: str, day: str) -> None:
    assert earliest(text) == f"{_MARCH}{day}"


@pytest.mark.parametrize(
    "text",
    [
        "The concert is on Friday.",
        "Unser Treffen ist am 20. März um 10 Uhr.",
        "Nos vemos el viernes.",
        "La réunion a lieu le 20 mars.",
        "Il corso comincia il 20 marzo.",
        "We ship on 20 March.",
        "I'll answer by Friday.",
        "Ich melde mich bis Freitag.",
        "Ich bin bis Montag im Urlaub.",
        "She is away until Friday.",
        "The offer is valid until Friday.",
        "It was due on Friday.",
        "Bestellungen von 9 bis 16 Uhr",
        "Retourneren kan binnen 30 dagen.",
        "Report errors within 60 days of the statement date.",
        "Einwendungen sind innerhalb von sechs Wochen zu erheben.",
        "Votre réservation est confirmée pour le samedi 21 mars.",
        "Lo dejamos para el sábado, como siempre.",
        "He was here today and smiled.",
        "some time in April, no rush",
        "the day before yesterday",
        "Say nothing.\n> please answer by Friday",
    ],
)
def test_what_only_happens_on_a_day_is_no_deadline(text: str) -> None:
    assert earliest(text) == ""


def test_a_slash_is_read_as_the_sender_writes_it() -> None:
    assert earliest("due 04/03/2026", timezone="America/New_York") == "2026-04-03"
    assert earliest("due 04/05/2026", timezone="Europe/London") == "2026-05-04"
    assert earliest("due 03/25/2026", timezone="Europe/London") == "2026-03-25"


def test_what_the_sender_says_above_a_forwarded_mail_comes_first() -> None:
    forwarded = "They want it Monday.\n---------- Forwarded message ---------\nPlease answer by Friday.\n"
    assert earliest(forwarded) == "2026-03-16"
    revived = "See below, can you?\n---------- Forwarded message ---------\nPlease answer by Friday.\n"
    assert earliest(revived) == "2026-03-13"


def test_the_next_day_presses_without_any_cue() -> None:
    assert earliest("Mr. Boyd can cover tomorrow. OK?", explicit=False) == "2026-03-12"
    assert earliest("Mr. Boyd was here today. He likes the garden.", explicit=False) == ""
