"""Names of days and months, and the small words of time, in the languages the rules know."""

from typing import Final

from app.triage.signals.reading import fold, words


def _numbered(*rows: str, start: int) -> dict[str, int]:
    return {fold(word): number for number, row in enumerate(rows, start) for word in row.split()}


MONTHS: Final = _numbered(
    "january ocak ιανουαρίου jan januari januar jänner janvier enero janeiro gennaio styczeń stycznia январь "
    "января янв يناير",
    "february şubat φεβρουαρίου feb februari februar février fevrier febrero fevereiro febbraio luty lutego "
    "февраль февраля фев فبراير",
    "march mart μαρτίου mar mars märz maerz marzo março maart marzec marca март марта مارس",
    "april nisan απριλίου apr avril abril aprile kwiecień kwietnia апрель апреля апр أبريل ابريل",
    "may mayıs μαΐου maj mai mayo maio maggio mei maja май мая مايو",
    "june haziran ιουνίου jun juni juin junio junho giugno czerwiec czerwca июнь июня يونيو",
    "july temmuz ιουλίου jul juli juillet julio julho luglio lipiec lipca июль июля يوليو",
    "august ağustos αυγούστου aug augusti août aout agosto augustus sierpień sierpnia август августа авг أغسطس اغسطس",
    "september eylül σεπτεμβρίου sep sept septembre septiembre setembro settembre wrzesień września сентябрь "
    "сентября сент سبتمبر",
    "october ekim οκτωβρίου oct okt oktober octobre octubre outubro ottobre październik października октябрь "
    "октября окт "
    "أكتوبر اكتوبر",
    "november kasım νοεμβρίου nov novembre noviembre novembro listopad listopada ноябрь ноября нояб نوفمبر",
    "december aralık δεκεμβρίου dec dez dezember décembre decembre diciembre dezembro dicembre desember grudzień "
    "grudnia декабрь "
    "декабря "
    "дек ديسمبر",
    start=1,
)

WEEKDAYS: Final = _numbered(
    "monday pazartesi pazartesiye δευτέρα poniedziałkiem måndag måndagen montag lundi lunes segunda-feira lunedì "
    "maandag mandag poniedziałek poniedziałku "
    "понедельник понедельника понедельнику الاثنين الإثنين",
    "tuesday salıya τρίτη wtorkiem tue tues tisdag tisdagen dienstag mardi martes terça-feira terça martedì "
    "dinsdag tirsdag wtorek wtorku "
    "вторник вторника вторнику الثلاثاء",
    "wednesday çarşamba çarşambaya τετάρτη środą wed onsdag onsdagen mittwoch mercredi miércoles quarta-feira "
    "mercoledì woensdag środa środę "
    "środy среда "
    "среду среды среде الأربعاء الاربعاء",
    "thursday perşembe perşembeye πέμπτη czwartkiem thu thur thurs torsdag torsdagen donnerstag jeudi jueves "
    "quinta-feira giovedì donderdag czwartek "
    "czwartku "
    "четверг четверга четвергу الخميس",
    "friday cuma cumaya παρασκευή piątkiem fri fredag fredagen freitag vendredi viernes sexta-feira sexta venerdì "
    "vrijdag piątek piątku пятница "
    "пятницу пятницы пятнице الجمعة",
    "saturday cumartesi cumartesiye σάββατο sobotą lördag lördagen lørdag samstag sonnabend samedi sábado sabato "
    "zaterdag sobota sobotę soboty суббота "
    "субботу субботы субботе السبت",
    "sunday κυριακή niedzielą söndag söndagen søndag sonntag dimanche domingo domenica zondag "
    "niedziela niedzielę niedzieli "
    "воскресенье "
    "воскресенья воскресенью الأحد الاحد",
    start=0,
)

POLISH: Final = words(
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia "
    "poniedziałku wtorku środy czwartku piątku soboty niedzieli jutra dziś końca"
)
"""Dates after which "do" is a Polish "until" and no English verb."""

NUMBER_WORDS: Final = _numbered(
    "one a en ett ein eine einem einer une un una um uma uno een één",
    "two två tva zwei deux dos dois duas due twee to dwa dwóch два двух",
    "three tre drei trois tres três drie trzy trzech три трёх трех",
    "four fyra vier quatre cuatro quatro quattro cztery четыре",
    "five fem fünf cinq cinco cinque vijf pięć пять пяти",
    "six sex sechs seis sei zes sześć шесть",
    "seven sju sieben sept siete sete sette zeven siedem семь семи",
    "eight åtta acht huit ocho oito otto osiem восемь",
    "nine nio neun neuf nueve nove negen dziewięć девять",
    "ten ti tio zehn dix diez dez dieci tien dziesięć десять десяти",
    "eleven elva elf onze once",
    "twelve tolv zwölf douze doce",
    "thirteen tretton dreizehn",
    "fourteen fjorton vierzehn quatorze catorce",
    "fifteen femton fünfzehn quinze quince quindici piętnastu",
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


def _folded(*phrases: str) -> tuple[str, ...]:
    return tuple(map(fold, phrases))


TODAY: Final = _folded(
    "today", "tonight", "end of day", "end of the day", "eod", "end of business", "close of business", "cob",
    "this morning", "this afternoon", "this evening", "idag", "i dag", "ikväll", "i kväll", "i eftermiddag",
    "dagens slut", "heute", "heute abend", "tagesende", "aujourd'hui", "ce soir", "hoy", "esta tarde", "esta noche",
    "hoje", "oggi", "stasera", "vandaag", "vanavond", "vanmiddag", "dziś", "dzisiaj", "сегодня", "اليوم",
    "σήμερα", "bugün", "i ettermiddag", "this lunchtime",
)  # fmt: skip
TOMORROW: Final = _folded(
    "tomorrow", "imorgon", "i morgon", "imorron", "i morron", "i morgen", "morgen", "demain", "mañana", "amanhã",
    "domani", "jutro", "jutra", "завтра", "غدا", "غدًا", "αύριο", "yarın", "domattina", "morgenmiddag",
    "morgenochtend", "morgenavond", "morgenvormittag", "morgenfrüh", "amanhã de manhã",
)  # fmt: skip
DAY_AFTER: Final = _folded(
    "the day after tomorrow", "day after tomorrow", "i övermorgon", "övermorgon", "übermorgen", "après-demain",
    "pasado mañana", "depois de amanhã", "dopodomani", "overmorgen", "pojutrze", "послезавтра", "بعد غد",
)  # fmt: skip
END_OF_WEEK: Final = _folded(
    "end of the week", "end of week", "end of this week", "eow", "this week", "the weekend", "the week-end",
    "slutet av veckan", "veckans slut", "i veckan", "den här veckan", "helgen", "ende der woche", "ende dieser woche",
    "wochenende", "diese woche", "dieser woche", "fin de la semaine", "fin de semaine", "cette semaine", "le week-end",
    "ce week-end", "esta semana", "final de la semana", "fin de semana", "final da semana", "fim da semana",
    "fim de semana", "fine settimana", "fine della settimana", "questa settimana", "einde van de week", "deze week",
    "het weekend", "końca tygodnia", "конца недели", "концу недели", "этой неделе", "выходных", "نهاية الأسبوع",
    "هذا الأسبوع", "week is out", "week is over", "acabe la semana", "acabar la semana", "termine la semana",
    "eind van de week", "het eind van de week", "eind vd week", "einde vd week", "slutten av uken", "slutten av uka",
    "denne uken", "denne uka", "denna vecka", "ende der kw", "tym tygodniu", "ten tydzień", "bu hafta",
    "haftanın sonu", "haftanın sonuna", "εβδομάδα", "εβδομάδας",
)  # fmt: skip
WEEKEND: Final = _folded(
    "this weekend", "over the weekend", "at the weekend", "am wochenende", "übers wochenende", "dieses wochenende",
    "under helgen", "i helgen", "ce week-end", "ce weekend", "este fin de semana", "este fim de semana",
    "questo fine settimana", "nel fine settimana", "nel weekend", "dit weekend", "in het weekend", "w weekend",
    "w ten weekend", "i helga",
)  # fmt: skip
EARLY_NEXT_WEEK: Final = _folded(
    "early next week", "beginning of next week", "start of next week", "anfang nächster woche",
    "anfang der nächsten woche", "anfang kommender woche", "början av nästa vecka", "begynnelsen av neste uke",
    "début de semaine prochaine", "début de la semaine prochaine", "début semaine prochaine",
    "principios de la próxima semana", "principios de la semana que viene", "início da próxima semana",
    "inizio della prossima settimana", "inizio settimana prossima", "begin volgende week", "begin van volgende week",
    "początku przyszłego tygodnia",
)  # fmt: skip
NEXT_WEEK: Final = _folded(
    "end of next week", "next week", "slutet av nästa vecka", "nästa vecka", "ende nächster woche", "nächste woche",
    "nächster woche", "la semaine prochaine", "la próxima semana", "la semana que viene", "próxima semana",
    "semana que vem", "prossima settimana", "settimana prossima", "volgende week", "przyszłego tygodnia",
    "przyszłym tygodniu", "следующей недели", "следующей неделе", "الأسبوع القادم", "الأسبوع المقبل",
)  # fmt: skip
END_OF_MONTH: Final = _folded(
    "last day of the month", "last day of this month", "month is out", "month is over", "this month", "diesen monat",
    "diesem monat", "letzten tag des monats", "ce mois", "ce mois-ci", "dernier jour du mois", "este mes",
    "acabe el mes",
    "acabar el mes", "terminar el mes", "último día del mes", "este mês", "último dia do mês", "questo mese",
    "deze maand", "denna månad", "den här månaden", "sista dagen i månaden", "denne måneden", "slutten av måneden",
    "tym miesiącu", "ay sonu", "ay sonuna",
    "end of the month", "end of month", "end of this month", "month end", "month's end", "eom", "slutet av månaden",
    "månadens slut", "månadsskiftet", "månadsslutet", "ende des monats", "ende dieses monats", "monatsende",
    "fin du mois", "fin de mes", "final de mes", "finales de mes", "fim do mês", "final do mês", "fine mese",
    "fine del mese", "einde van de maand", "eind van de maand", "końca miesiąca", "конца месяца", "концу месяца",
    "نهاية الشهر",
)  # fmt: skip
END_OF_YEAR: Final = _folded(
    "end of the year", "end of year", "year end", "year's end", "eoy", "årsskiftet", "årets slut", "slutet av året",
    "jahresende", "ende des jahres", "fin de l'année", "fin d'année", "fin de año", "final de año", "fim do ano",
    "final do ano", "fine anno", "fine dell'anno", "einde van het jaar", "eind van het jaar", "końca roku",
    "конца года", "نهاية العام", "نهاية السنة",
)  # fmt: skip
END_OF_QUARTER: Final = _folded(
    "end of the quarter", "end of quarter", "quarter end", "eoq", "quartalsende", "ende des quartals",
    "kvartalsskiftet",
    "slutet av kvartalet", "fin du trimestre", "fin de trimestre", "fim do trimestre", "fine trimestre",
)  # fmt: skip
END: Final = _folded(
    "end of", "late", "the end of", "last day of", "the last day of", "sista dagen i", "letzten tag im",
    "dernier jour de",
    "último día de", "último dia de", "ultimo giorno di", "laatste dag van", "slutten av", "utgangen av", "utgången av",
    "ausgang", "ende", "slutet av", "fin", "fin de", "final de", "finales de", "fim de",
    "final de", "fine", "fine di", "eind", "einde", "końca", "конца", "концу", "نهاية",
)  # fmt: skip
"""Before the name of a month: its last day."""
MIDDLE: Final = _folded(
    "mid", "mid-", "middle of", "the middle of", "mitte", "mitten av", "medio", "mi-", "mi", "mediados de",
    "meados de",
    "metà", "halverwege", "half", "połowy", "середины", "منتصف",
)  # fmt: skip
"""Before the name of a month: its fifteenth day."""
NEXT: Final = words(
    "next nästa nästkommande nächster nächsten nächste nächstem kommande próximo próxima prossimo volgende "
    "przyszły następny следующий следующую следующего следующей"
)

_UNITS: Final = {
    0: "hour hours hrs timmar timer stunden heures horas ore uur godzin часов часа ساعة",
    1: """day days dag dagar dager dagars dagen tag tage tagen jour jours día días dias dia giorni giorno dni
        дней дня день
        أيام يوم""",
    7: """week weeks vecka veckor uke uker uger weken woche wochen semaine semaines semana semanas settimana settimane
        tydzień
        tygodnie tygodni неделю недели недель أسبوع أسبوعين""",
    30: """month months månad månader monat monate monaten mois mes meses mês mesi mese maand maanden miesiąc miesiąca
        месяц месяца شهر""",
}
UNITS: Final = {fold(word): days for days, row in _UNITS.items() for word in row.split()}
"""Days in each; a unit of hours counts as none."""

TIME_WORDS: Final = tuple(
    {
        *WEEKDAYS, *UNITS, *TODAY, *TOMORROW, "week", "vecka", "kw", "v.", "weekend", "week-end", "helgen", "month",
        "monat", "year", "jahr", "år", "quarter", "eow", "eom", "eoy", "eoq",
        "曜", "周", "星期", "週", "月", "日", "天",
        "выходных", "недел", "месяц", "quartal", "kvartal", "mes", "mois", "mese", "maand", "roku", "año", "ano",
        "année",
    }
)  # fmt: skip
"""Without one of these there is no relative date, and none of the patterns need be tried."""
