"""Words of money, credentials, law and attachments, in a text as a person would read it."""

import re
import unicodedata
from typing import Final

from app.policy.facts import RiskyWords


def _any_of(*phrases: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(phrases) + r")\b")


MONEY: Final = _any_of(
    r"invoices?", r"payments?", r"pay(?:ing|able)?", r"paid", r"refunds?", r"bank(?:ing)?", r"wire", r"iban", r"bic",
    r"swift", r"sort code", r"account number", r"routing number", r"credit card", r"gift cards?", r"bitcoin", r"crypto",
    r"salary", r"payroll", r"prices?", r"quotes?", r"discounts?", r"budget", r"deposit", r"loan",
    r"\d+ ?(?:eur|usd|gbp|chf)",
    r"rechnung(?:en)?", r"zahlung(?:en)?", r"zahlen", r"bezahlen", r"überweis\w+", r"konto\w*", r"gehalt", r"preis\w*",
    r"angebot\w*", r"facture\w*", r"paiement\w*", r"virement\w*", r"factura\w*", r"pago\w*", r"transferencia\w*",
)  # fmt: skip
CURRENCY: Final = re.compile(r"[$€£¥₹]\s?\d|\d\s?[$€£¥₹]")
CREDENTIALS: Final = _any_of(
    r"passwords?", r"passwort\w*", r"passphrase", r"passcodes?", r"pin(?: code)?", r"otp", r"2fa", r"mfa",
    r"(?:verification|security|access|login|sign-?in|confirmation|backup|recovery) codes?",
    r"one-?time (?:code|password)",
    r"credentials?", r"api[ -]?keys?", r"(?:access|secret|private|license) keys?", r"access tokens?",
    r"log-?in (?:details|data)", r"social security", r"ssn", r"passport", r"zugangsdaten", r"bestätigungscode",
    r"sicherheitscode", r"mot de passe", r"contraseña",
)  # fmt: skip
LEGAL: Final = _any_of(
    r"contracts?", r"agreements?", r"nda", r"non-?disclosure", r"lawyers?", r"attorneys?", r"solicitors?",
    r"legal(?:ly)?",
    r"lawsuit", r"sue", r"court", r"liabilit(?:y|ies)", r"liable", r"terms and conditions", r"terminat(?:e|ion)",
    r"sign(?:ed|ing|ature)?", r"settlement", r"warrant(?:y|ies)", r"guarantees?", r"consent", r"gdpr", r"subpoena",
    r"vertrag\w*", r"verträge\w*", r"kündig\w+", r"anwalt\w*", r"gericht\w*", r"haftung", r"contrat\w*", r"avocat",
    r"contrato\w*", r"abogado",
)  # fmt: skip
ATTACHMENTS: Final = _any_of(
    r"attach(?:ed|ing|ments?)?", r"enclosed", r"(?:send|forward|share|upload) (?:me |us )?(?:over )?(?:the |a |your )?"
    r"(?:\w+ )?(?:file|document|copy|scan|photo|picture|pdf|spreadsheet|slides?|report)s?",
    r"anhang", r"anhänge\w*", r"anbei", r"angehängt\w*", r"pièces? jointes?", r"ci-joint\w*", r"adjunt\w+",
)  # fmt: skip

UNSEEN: Final = frozenset({"Cf", "Cc", "Mn", "Me"})


def canonical(text: str) -> str:
    """Return the text folded so that letters which look or read alike compare alike; line breaks become spaces."""
    composed = unicodedata.normalize("NFKC", text)
    seen = (" " if letter in "\t\n\r\v\f" else letter for letter in composed)
    return "".join(letter for letter in seen if unicodedata.category(letter) not in UNSEEN)


def risky_words(text: str) -> RiskyWords:
    """Tell what a mail or a draft speaks of; errs towards finding."""
    folded = re.sub(r"\s+", " ", canonical(text).casefold())
    return RiskyWords(
        money=bool(MONEY.search(folded) or CURRENCY.search(folded)),
        credentials=bool(CREDENTIALS.search(folded)),
        legal=bool(LEGAL.search(folded)),
        attachments=bool(ATTACHMENTS.search(folded)),
    )
