"""Words of money, credentials, law and attachments, in a text as a person would read it."""

import re
import unicodedata
from typing import Final

from app.policy.facts import RiskyWords


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b")


# A stem in the middle (\w*stem\w*) stands where a language writes compounds as one word.
MONEY: Final = _any_of(
    r"invoices?", r"payments?", r"pay(?:ing|able)?", r"paid", r"refunds?", r"bank(?:ing)?", r"wire", r"iban", r"bic",
    r"swift", r"sort code", r"account number", r"routing number", r"credit card", r"gift cards?", r"bitcoin", r"crypto",
    r"salary", r"payroll", r"prices?", r"quotes?", r"discounts?", r"budget", r"deposit", r"loan",
    r"\d+ ?(?:eur|usd|gbp|chf|sek|nok|dkk|kr|mkr|tkr)", r"(?:sek|nok|dkk|eur|usd|kr) ?\d+", r"kr", r"kronor",
    r"euro?s?",
    # Swedish
    r"\w*faktur\w*", r"\w*betal\w*", r"\w*konto\w*", r"bankgiro\w*", r"plusgiro\w*", r"autogiro\w*", r"swish\w*",
    r"\w*offert\w*", r"\w*pris(?:et|er|erna|ets)?", r"prislist\w*", r"lön(?:en|er|erna|ens)?", r"löne\w+",
    r"\w*hyra\w*",
    r"hyres\w+", r"hyror\w*", r"kostna\w+", r"kostar", r"räntan?", r"räntor\w*", r"lån(?:et|en|a|ar|ade|at)?",
    r"skuld\w*",
    r"inkasso\w*", r"rabatt\w*", r"moms\w*", r"skatt\w*", r"överför\w*", r"ersättning\w*", r"pengar\w*", r"banken",
    r"kortnummer\w*", r"kreditkort\w*", r"presentkort\w*", r"utlägg\w*", r"anbud\w*",
    # German
    r"\w*rechnung\w*", r"\w*zahl(?:en|ung|ungen|bar|t|te|ten|ungs\w+)", r"\w*überweis\w*", r"gehalt\w*", r"gehälter\w*",
    r"lohn\w*", r"löhne\w*", r"\w*preis\w*", r"\w*angebot\w*", r"miete\w*", r"mietzins\w*", r"kosten\w*", r"gebühr\w*",
    r"betrag\w*", r"beträge\w*", r"lastschrift\w*", r"kreditkarte\w*", r"bankverbindung\w*", r"gutschein\w*",
    r"mahnung\w*",
    r"schulden", r"darlehen\w*", r"kredit\w*", r"steuer\w*", r"geld\w*", r"erstatt\w+", r"rückerstatt\w*",
    # French
    r"factur\w*", r"paiement\w*", r"pay(?:er|ez|é|ée|és)", r"virement\w*", r"devis", r"prix", r"tarifs?", r"loyers?",
    r"salaires?", r"rembours\w+", r"compte bancaire", r"carte bancaire", r"rib", r"acompte\w*", r"montants?",
    r"dettes?",
    r"argent", r"banque\w*", r"impôts?", r"prêts?",
    # Spanish
    r"pago\w*", r"pagar\w*", r"pagad\w+", r"transferencia\w*", r"precios?", r"presupuestos?", r"alquiler\w*",
    r"sueldos?", r"salarios?", r"nóminas?", r"reembols\w+", r"cuenta bancaria", r"número de cuenta", r"tarjetas?",
    r"importes?", r"deudas?", r"dinero", r"bancos?", r"bancari[ao]s?", r"impuestos?", r"préstamos?", r"recibos?",
)  # fmt: skip
CURRENCY: Final = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]|\d(?::-|,-)")
CREDENTIALS: Final = _any_of(
    r"passwords?", r"passphrase", r"passcodes?", r"pin(?: code)?", r"otp", r"2fa", r"mfa",
    r"(?:verification|security|access|login|sign-?in|confirmation|backup|recovery) codes?",
    r"one-?time (?:code|password)",
    r"credentials?", r"api[ -]?keys?", r"(?:access|secret|private|license) keys?", r"access tokens?",
    r"log-?in (?:details|data)", r"social security", r"ssn", r"passport",
    # Swedish
    r"\w*lösenord\w*", r"lösenfras\w*", r"kod(?:en|er|erna|ens)?", r"pin-?kod\w*", r"port-?kod\w*",
    r"(?:säkerhets|verifierings|engångs|inloggnings|bekräftelse|åtkomst|återställnings|aktiverings|reserv)kod\w*",
    r"inlogg\w+", r"användarnamn\w*", r"bank-?id\w*", r"personnummer\w*", r"behörighet\w*", r"pass(?:et)?nummer\w*",
    # German
    r"\w*passw(?:o|ö)rt\w*", r"\w*kennw(?:o|ö)rt\w*", r"\w*zugangs(?:daten|codes?|schlüssel)\w*", r"anmeldedaten",
    r"\w*(?:bestätigungs|sicherheits|einmal|verifizierungs|freischalt|wiederherstellungs)-?codes?", r"tan",
    r"benutzernamen?", r"reisepass\w*", r"personalausweis\w*", r"sozialversicherungsnummer\w*",
    # French and Spanish
    r"mots? de passe", r"identifiants?", r"code (?:de |d')\w+", r"passeports?", r"contraseñas?", r"claves?",
    r"códigos?", r"credenciales", r"pasaportes?", r"nombre de usuario", r"nom d'utilisateur",
)  # fmt: skip
LEGAL: Final = _any_of(
    r"contracts?", r"agreements?", r"nda", r"non-?disclosure", r"lawyers?", r"attorneys?", r"solicitors?",
    r"legal(?:ly)?",
    r"lawsuit", r"sue", r"court", r"liabilit(?:y|ies)", r"liable", r"terms and conditions", r"terminat(?:e|ion)",
    r"sign(?:ed|ing|ature)?", r"settlement", r"warrant(?:y|ies)", r"guarantees?", r"consent", r"gdpr", r"subpoena",
    # Swedish
    r"\w*avtal(?:et|en|ets|s|s\w+)?", r"kontrakt\w*", r"uppsäg\w+", r"säg(?:a|er|s|as) upp", r"advokat\w*",
    r"jurist\w*",
    r"juridi\w+", r"rättslig\w*", r"\w*domstol\w*", r"\w*tingsrätt\w*", r"hovrätt\w*", r"kronofogd\w*", r"tvist\w*",
    r"stämning(?:en|s\w+)?", r"skadestånd\w*", r"ansvarsskyldig\w*", r"underteckn\w+", r"underskri\w+",
    r"skriv\w* under",
    r"signer\w+", r"fullmakt\w*", r"sekretess\w*", r"samtyck\w+", r"garanti\w*", r"testament\w*", r"personuppgift\w*",
    r"villkor\w*",
    # German
    r"\w*vertrag\w*", r"\w*verträge\w*", r"\w*kündig\w*", r"\w*anwalt\w*", r"\w*anwält\w*",
    r"\w*gericht(?:e|es|s|lich\w*)?",
    r"gerichts\w+", r"klage\w*", r"verklag\w+", r"rechtlich\w*", r"rechtsstreit\w*", r"haftung\w*", r"haftbar\w*",
    r"vollmacht\w*",
    r"unterschr\w+", r"unterzeichn\w+", r"vergleich(?:s\w+)?", r"schadens?ersatz\w*", r"gewährleist\w+",
    r"einwillig\w+",
    r"dsgvo", r"agb", r"abmahn\w+", r"geheimhaltung\w*",
    # French and Spanish
    r"contrat\w*", r"avocate?s?", r"tribuna(?:l|ux|les)", r"résili\w+", r"juridique\w*", r"signatures?", r"procès",
    r"plaintes?", r"litiges?", r"mise en demeure", r"rgpd", r"abogad[ao]s?", r"juzgados?", r"demandas?", r"firmar?",
    r"firmad\w+", r"rescisión", r"rescindir", r"despido\w*", r"garantías?", r"indemniza\w+",
)  # fmt: skip
ATTACHMENTS: Final = _any_of(
    r"attach(?:ed|ing|ments?)?", r"enclosed", r"(?:send|forward|share|upload) (?:me |us )?(?:over )?(?:the |a |your )?"
    r"(?:\w+ )?(?:file|document|copy|scan|photo|picture|pdf|spreadsheet|slides?|report)s?",
    r"bifog\w*", r"bilag\w+", r"(?:skicka|mejla|maila)\w* (?:\w+ ){0,3}(?:fil|dokument|kopia|pdf|bild|foto|rapport)\w*",
    r"anhang\w*", r"anhänge\w*", r"anbei", r"angehängt\w*", r"beigefügt\w*", r"beiliegend\w*", r"\w*anlage",
    r"(?:schick|send)\w* (?:\w+ ){0,4}(?:datei|dokument|kopie|scan|foto|pdf|bericht)\w*",
    r"pièces? jointes?", r"ci-joint\w*", r"en annexe", r"adjunt\w+", r"anexos?",
)  # fmt: skip

UNSEEN: Final = frozenset({"Cf", "Cc", "Mn", "Me"})


def canonical(text: str) -> str:
    """Return the text folded so that letters which look or read alike compare alike; line breaks become spaces."""
    composed = unicodedata.normalize("NFKC", text)
    seen = (" " if letter in "\t\n\r\v\f" else letter for letter in composed)
    return "".join(letter for letter in seen if unicodedata.category(letter) not in UNSEEN)


def risky_words(text: str) -> RiskyWords:
    """Tell what a mail or a draft speaks of; errs towards finding."""
    folded = re.sub(r"\s+", " ", canonical(text).casefold()).replace("’", "'")
    return RiskyWords(
        money=bool(MONEY.search(folded) or CURRENCY.search(folded)),
        credentials=bool(CREDENTIALS.search(folded)),
        legal=bool(LEGAL.search(folded)),
        attachments=bool(ATTACHMENTS.search(folded)),
    )
