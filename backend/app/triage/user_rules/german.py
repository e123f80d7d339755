"""Rules written in German."""

from typing import Final

from app.triage.user_rules.meaning import Conditions, SenderSort
from app.triage.user_rules.tongues import Tongue, pattern, patterns
from app.triage.user_rules.vocabulary import RECRUITING, of_category
from app.triage.verdict import Category

_PLEASE: Final = r"^(?:bitte\s+)?"
_NEVER: Final = r"(?:nie(?:mals)?|nicht|auf keinen fall)"
_ALWAYS: Final = r"(?:immer\s+|stets\s+)?"
_FIRST: Final = r"(?:zuerst\s+|vorher\s+)?"
_URGENT: Final = r"(?:dringend|eilig|wichtig)"
_ABOUT: Final = r"(?:bei|zu|vor|wegen|bevor du)"

GERMAN: Final = Tongue(
    sentences=patterns(
        (
            ("never_reply", rf"{_PLEASE}(?:antworte|schreibe?)\s+{_NEVER}\s+(?:zurück\s+)?(?:auf\s+)?(?P<whom>.+)$"),
            ("never_reply", rf"{_PLEASE}(?:antworte|schreibe?)\s+(?:auf\s+)?(?P<whom>.+?)\s+{_NEVER}(?:\s+zurück)?$"),
            ("never_reply", rf"{_PLEASE}beantworte\s+{_NEVER}\s+(?P<whom>.+)$"),
            ("never_reply", rf"{_PLEASE}beantworte\s+(?P<whom>.+?)\s+{_NEVER}$"),
            ("never_reply", rf"{_PLEASE}(?:auf\s+)?(?P<whom>.+?)\s+{_NEVER}\s+(?:be)?antworten$"),
            ("never_archive", rf"{_PLEASE}(?:archiviere|verstecke)\s+{_NEVER}\s+(?P<whom>.+)$"),
            ("never_archive", rf"{_PLEASE}(?:archiviere|verstecke)\s+(?P<whom>.+?)\s+{_NEVER}$"),
            ("never_archive", rf"{_PLEASE}(?P<whom>.+?)\s+{_NEVER}\s+(?:archivieren|verstecken)$"),
            (
                "never_archive",
                rf"{_PLEASE}(?:lass|lasse|behalte)\s+{_ALWAYS}(?P<whom>.+?)\s+(?:im|in meinem) posteingang$",
            ),
            ("always_ask", rf"{_PLEASE}frage?\s+(?:mich\s+)?{_ALWAYS}{_FIRST}(?:{_ABOUT}\s+)?(?P<whom>.+)$"),
            ("urgent", rf"{_PLEASE}behandle\s+{_ALWAYS}(?P<whom>.+?)\s+als\s+{_URGENT}$"),
            ("urgent", rf"^(?P<whom>.+?)\s+(?:ist|sind)\s+{_ALWAYS}{_URGENT}$"),
            (
                "label",
                (
                    rf"{_PLEASE}(?:kennzeichne|beschrifte|markiere|etikettiere|label[en]?)\s+{_ALWAYS}(?P<whom>.+?)\s+"
                    r"(?:als|mit(?: dem label)?)\s+(?P<to>.+)$"
                ),
            ),
            (
                "label",
                (
                    rf"{_PLEASE}(?:lege?|pack(?:e)?|schieb(?:e)?|sortiere)\s+{_ALWAYS}(?P<whom>.+?)\s+"
                    r"(?:in|ins|unter|nach)\s+(?P<to>.+?)(?:\s+ab|\s+ein)?$"
                ),
            ),
            (
                "forward",
                rf"{_PLEASE}(?:leite|schicke?|sende?)\s+{_ALWAYS}(?P<whom>.+?)\s+an\s+(?P<to>.+?)(?:\s+weiter)?$",
            ),
            (
                "label",
                (
                    r"^(?P<whom>.+?)\s+(?:gehen|geht|gehören|gehört|kommen|kommt)\s+(?:an|in|ins|unter|nach|zu[mr]?)\s+"
                    r"(?P<to>.+)$"
                ),
            ),
            ("archive", rf"{_PLEASE}archiviere\s+{_ALWAYS}(?P<whom>.+)$"),
            ("archive", rf"{_PLEASE}(?P<whom>.+?)\s+{_ALWAYS}archivieren$"),
            (
                "note",
                r"^wenn du (?:auf\s+)?(?P<whom>[^,:]+?)\s+(?:antwortest|schreibst|beantwortest)[,:]\s*(?P<to>.+)$",
            ),
        )
    ),
    clauses=pattern(
        r"[.;\n]+|,?\s+(?:und|aber)\s+"
        r"(?=(?:bitte\s+)?(?:antworte|beantworte|archiviere|frage?|kennzeichne|beschrifte|markiere|lege?|behandle|lasse?)\b)"
    ),
    hints=pattern(r"^\s*wenn\s"),
    pronoun=pattern(r"^(?:sie|es|ihn|diese|ihnen|darauf|dazu|solche mails?)$"),
    targets=pattern(r"\s+und\s+(?:auch\s+)?(?:an\s+|in\s+|zu\s+)?|\s*,\s*(?:an\s+|in\s+)?"),
    for_somebody=pattern(
        r"\b(?:zur|zum|für die)\s+(?:freigabe|genehmigung|prüfung|durchsicht|ansicht|kenntnis\w*|bezahlung|zahlung)\b|@"
    ),
    place=pattern(r"^(?:(?:die|den|das|der|dem)\s+)?(?:(?:label|ordner|etikett)\s+)?"),
    mail=pattern(
        r"^(?:(?:alle[nmrs]?|jede[nmrs]?|meine[nmrs]?|die|den|der|dem|solche[nr]?)\s+)*"
        r"(?:e-?mails?|mails?|nachrichten?|post|briefe?n?|alles)$"
    ),
    articles=pattern(r"^(?:(?:alle[nmrs]?|jede[nmrs]?|meine[nmrs]?|die|den|der|dem|das|eine?[nmrs]?)\s+)+"),
    sender=pattern(r"^(?:(?P<what>.*?)\s+)?(?:von|vom)\s+(?P<who>.+)$"),
    subject=pattern(
        r"^(?P<what>.+?)\s+(?:mit|die)\s+(?P<words>.+?)\s+(?:im betreff|in der betreffzeile)(?:\s+haben)?$"
    ),
    about=pattern(r"^(?P<what>.+?)\s+(?:über|zum thema|mit de[mn] w(?:ort|örtern)|wegen)\s+(?P<words>.+)$"),
    copied=pattern(
        r"^(?P<what>.+?)(?:,)?\s+(?:(?:die|in denen|bei denen)\s+)?(?:ich\s+)?(?:nur\s+)?"
        r"(?:in kopie|im cc|in cc|als kopie)(?:\s+(?:bekomme|bin|stehe|erhalte))?$"
    ),
    alone=pattern(r"^(?P<what>.+?)\s+(?:(?:nur|allein) an mich|an mich allein)$"),
    either=pattern(r"\s*,\s*(?:und|oder)?\s*|\s+(?:und|oder)\s+"),
    at=pattern(r"^(?:(?:alle[nr]?|jede[rmn]|leuten?|jemande[mn])\s+(?:bei|von)\s+|@)(?P<domain>\S+)$"),
    kinds={
        r"rechnungen?|zahlungsaufforderung(?:en)?": of_category(Category.INVOICE),
        r"quittung(?:en)?|belegen?|kaufbelegen?|bestellbestätigung(?:en)?|bestellung(?:en)?|buchung(?:en)?|"
        r"versandbestätigung(?:en)?": of_category(Category.RECEIPT),
        r"kontoausz[uü]g(?:e|en)?|bankmails?|steuermails?|gehaltsabrechnung(?:en)?": of_category(Category.FINANCE),
        r"vertrag|verträgen?|rechtliches|vereinbarung(?:en)?": of_category(Category.LEGAL),
        r"sicherheits(?:warnung(?:en)?|hinweisen?|meldung(?:en)?)|anmeldecodes?|codes?": of_category(Category.SECURITY),
        r"benachrichtigung(?:en)?|meldung(?:en)?|hinweisen?": of_category(Category.NOTIFICATION),
        r"newslettern?|rundbrief(?:e|en)?": of_category(Category.NEWSLETTER),
        r"werbung|werbemails?|reklame|angeboten?": of_category(Category.MARKETING),
        r"(?:termin)?einladung(?:en)?|besprechung(?:en)?|termine?n?": of_category(Category.MEETING),
        r"automatische(?:n)? antworten?|abwesenheits(?:notizen?|meldung(?:en)?)": of_category(Category.AUTO_REPLY),
        r"unzustellbare(?:n)? mails?": of_category(Category.BOUNCE),
        r"verdächtige(?:n)? mails?|phishing|betrug|spam": of_category(Category.SUSPICIOUS),
        r"persönliche(?:n)? mails?|private(?:n)? mails?": of_category(Category.PERSONAL),
        r"mailinglisten?|verteilern?|listen?": Conditions(from_list=True),
        r"recruitern?|personalvermittlern?|headhuntern?|jobangeboten?|stellenangeboten?": RECRUITING,
        r"fremden?|unbekannten?|leuten?, die ich nicht kenne": Conditions(known_sender=False),
        r"leuten?, die ich kenne|bekannten?|(?:meine[nr]? )?kontakten?": Conditions(known_sender=True),
        r"maschinen?|robotern?|dienste?n?|automatische(?:n)? absendern?": Conditions(
            sender_sorts=(SenderSort.SERVICE,)
        ),
        r"fragen?": Conditions(needs_reply=True),
        r"alles|allem|allen?|alle(?:n)? (?:mails?|nachrichten)|jede[rmn]?": Conditions(everything=True),
    },
    capital_nouns=True,
)
