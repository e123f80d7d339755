"""Names of days and months, and the small words of time, in the languages the rules know."""

from typing import Final

from app.triage.signals.reading import fold


def _numbered(*rows: str, start: int) -> dict[str, int]:
    return {fold(word): number for number, row in enumerate(rows, start) for word in row.split()}


MONTHS: Final = _numbered(
    "january jan januari januar jänner janvier enero",
    "february feb februari februar février fevrier febrero",
    "march mar mars märz maerz marzo",
    "april apr avril abril",
    "may maj mai mayo",
    "june jun juni juin junio",
    "july jul juli juillet julio",
    "august aug augusti août aout agosto",
    "september sep sept septembre septiembre",
    "october oct okt oktober octobre octubre",
    "november nov novembre noviembre",
    "december dec dez dezember décembre decembre diciembre",
    start=1,
)

WEEKDAYS: Final = _numbered(
    "monday måndag måndagen montag lundi lunes",
    "tuesday tue tues tisdag tisdagen dienstag mardi martes",
    "wednesday wed onsdag onsdagen mittwoch mercredi miércoles",
    "thursday thu thur thurs torsdag torsdagen donnerstag jeudi jueves",
    "friday fri fredag fredagen freitag vendredi viernes",
    "saturday lördag lördagen samstag sonnabend samedi sábado",
    "sunday söndag söndagen sonntag dimanche domingo",
    start=0,
)

NUMBER_WORDS: Final = _numbered(
    "one en ett ein eine einem einer une un una",
    "two två tva zwei deux dos",
    "three tre drei trois tres",
    "four fyra vier quatre cuatro",
    "five fem fünf cinq cinco",
    "six sex sechs seis",
    "seven sju sieben sept siete",
    "eight åtta acht huit ocho",
    "nine nio neun neuf nueve",
    "ten tio zehn dix diez",
    "eleven elva elf onze once",
    "twelve tolv zwölf douze doce",
    "thirteen tretton dreizehn",
    "fourteen fjorton vierzehn quatorze catorce",
    "fifteen femton fünfzehn quinze quince",
    start=1,
) | {
    fold(word): number
    for word, number in (
        ("twenty", 20),
        ("tjugo", 20),
        ("zwanzig", 20),
        ("thirty", 30),
        ("trettio", 30),
        ("dreissig", 30),
    )
}

TODAY: Final = tuple(
    fold(words)
    for words in (
        "today", "tonight", "end of day", "end of the day", "eod", "end of business", "close of business", "cob",
        "this morning", "this afternoon", "this evening", "idag", "i dag", "ikväll", "i kväll", "i eftermiddag",
        "dagens slut", "heute", "heute abend", "tagesende", "aujourd'hui", "ce soir", "hoy", "esta tarde", "esta noche",
    )
)  # fmt: skip
TOMORROW: Final = tuple(
    fold(words)
    for words in ("tomorrow", "imorgon", "i morgon", "imorron", "i morron", "morgen", "demain", "mañana")
)  # fmt: skip
DAY_AFTER: Final = tuple(
    fold(words)
    for words in (
        "the day after tomorrow", "day after tomorrow", "i övermorgon", "övermorgon", "übermorgen", "après-demain",
        "pasado mañana",
    )
)  # fmt: skip
END_OF_WEEK: Final = tuple(
    fold(words)
    for words in (
        "end of the week", "end of week", "end of this week", "eow", "this week", "slutet av veckan", "veckans slut",
        "i veckan", "den här veckan", "ende der woche", "wochenende", "diese woche", "dieser woche",
        "fin de la semaine", "cette semaine", "esta semana", "final de la semana", "fin de semana",
    )
)  # fmt: skip
NEXT_WEEK: Final = tuple(
    fold(words)
    for words in (
        "end of next week", "next week", "slutet av nästa vecka", "nästa vecka", "ende nächster woche", "nächste woche",
        "nächster woche", "la semaine prochaine", "la próxima semana", "la semana que viene",
    )
)  # fmt: skip
END_OF_MONTH: Final = tuple(
    fold(words)
    for words in (
        "end of the month", "end of month", "end of this month", "month end", "month's end", "eom", "slutet av månaden",
        "månadens slut", "månadsskiftet", "månadsslutet", "ende des monats", "monatsende", "fin du mois", "fin de mes",
        "final de mes", "finales de mes",
    )
)  # fmt: skip
NEXT: Final = frozenset(
    fold("next nästa nästkommande nächster nächsten nächste nächstem kommande prochain próximo").split()
)
