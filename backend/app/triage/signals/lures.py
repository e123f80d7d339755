"""The language of fraud: threats to an account, changed bank details, gift cards, extortion, parcels and prizes."""

from enum import StrEnum
from typing import Final

from app.triage.signals.reading import Reading, phrases


class Lure(StrEnum):
    """What the words try; the value is what a person reads."""

    CREDENTIALS = "It wants an account confirmed or a password entered"
    ACCOUNT_THREAT = "It threatens that an account or mailbox will be closed"
    PAYMENT_CHANGE = "It announces other bank details"
    GIFT_CARDS = "It asks for gift cards or a quick secret favour"
    WIRE = "It asks for a quiet or hurried transfer of money"
    EXTORTION = "It threatens and demands payment in crypto-currency"
    ADVANCE_FEE = "It promises money, a prize or an inheritance"
    PARCEL = "It wants a fee for a parcel"
    SECRETS = "It asks for a password, a code or a card number"
    DUNNING = "A stranger threatens with seizure or debt collection"
    OPEN_DOCUMENT = "It presses to open a document or link"


LURES: Final = {
    Lure.CREDENTIALS: phrases(
        "verify your account", "verify your identity", "confirm your account", "confirm your identity",
        "confirm your password", "confirm your details", "confirm your information", "validate your", "re validate",
        "update your payment", "update your billing", "update your account", "log in to restore",
        "sign in to restore", "sign in to keep", "log in to keep", "keep your current password", "keep same password",
        "keep the same password", "enter your password", "your password expires", "password will expire",
        "password has expired", "your credentials", "unlock your account", "restore your account", "reactivate your",
        "verifiera ditt konto", "verifiera din identitet", "bekräfta ditt konto", "bekräfta din identitet",
        "bekräfta dina uppgifter", "uppdatera dina uppgifter", "logga in för att", "bestätigen sie ihre daten",
        "bestätigen sie ihre identität", "bestätigen sie ihr konto", "verifizieren sie",
        "aktualisieren sie ihre daten", "vérifiez votre compte", "confirmez votre identité", "mettez à jour vos",
        "verifique su cuenta", "confirme su identidad", "actualice sus datos", "reply with your password",
        "send me the code", "send the code", "read the code", "share the code", "the code you received",
        "code you just received",
    ),
    Lure.ACCOUNT_THREAT: phrases(
        "account will be suspended", "account has been suspended", "account will be closed",
        "account will be deleted", "account will be deactivated", "account has been limited",
        "account has been locked", "account is on hold", "re authenticate", "reauthenticate", "mailbox reached",
        "mail is being held", "could not verify the owner", "will be stopped", "mailbox is full", "mailbox will be",
        "mailbox storage", "mailbox quota", "storage is full", "messages are on hold", "pending messages",
        "held messages", "undelivered messages", "will be permanently", "lose access", "avoid suspension",
        "avoid interruption", "avoid closure", "kontot kommer att stängas", "kontot har spärrats", "konto spärras",
        "konto stängs", "kontot stängs av", "konto wurde gesperrt", "konto wird gesperrt",
        "konto wurde eingeschränkt", "zugang wurde gesperrt", "zugang wird gesperrt", "compte sera suspendu",
        "compte a été suspendu", "compte sera fermé", "compte bloqué", "cuenta será suspendida",
        "cuenta ha sido suspendida", "cuenta bloqueada",
    ),
    Lure.PAYMENT_CHANGE: phrases(
        "new bank details", "new bank account", "new account details", "new account number", "new payment details",
        "new banking details", "new iban", "changed our bank", "changed bank", "changed banks", "change of bank",
        "change in bank", "changed our account", "our bank details have changed", "bank details have changed",
        "updated bank details", "updated banking", "updated payment details", "update our bank",
        "update your records with", "to the following account", "following account instead", "account below instead",
        "folgendes konto", "följande konto", "nytt konto", "compte suivant", "siguiente cuenta",
        "use the new account", "to the new account", "to our new account", "old account is closed", "old account is",
        "account is under audit", "account is being audited", "instead of the old account", "nya kontouppgifter",
        "nytt kontonummer", "nytt bankkonto", "nytt bankgiro", "bytt bank", "byter bank", "ändrade kontouppgifter",
        "nya betalningsuppgifter", "neue bankverbindung", "geänderte bankverbindung", "neuen bankverbindung",
        "neue kontodaten", "neue kontoverbindung", "neues konto", "unsere bankverbindung hat",
        "nouvelles coordonnées bancaires", "nouveau rib", "nouveau compte", "nuevos datos bancarios",
        "nueva cuenta bancaria", "cambio de cuenta",
    ),
    Lure.GIFT_CARDS: phrases(
        "gift card*", "giftcard*", "itunes card*", "steam card*", "presentkort", "gutscheinkarten", "geschenkkarten",
        "cartes cadeaux", "tarjetas de regalo", "scratch the back", "send me the codes", "quick favour",
        "quick favor", "are you at your desk", "are you available right now", "keep this between us",
        "stays between us", "confidential task",
    ),
    Lure.WIRE: phrases(
        "wire transfer", "wire the", "urgent payment", "urgent transfer", "transfer today", "same day payment",
        "banköverföring idag", "brådskande betalning", "brådskande överföring", "dringende überweisung",
        "dringende zahlung", "eilüberweisung", "virement urgent", "transferencia urgente", "make a payment for me",
        "process a payment", "strictly confidential",
    ),
    Lure.EXTORTION: phrases(
        "bitcoin wallet", "btc wallet", "bitcoin address", "pay in bitcoin", "send bitcoin", "recorded you",
        "your webcam", "your camera", "i hacked", "i have hacked", "i have access to your device", "i installed",
        "compromising", "din webbkamera", "ihre webcam", "ihre kamera", "votre webcam", "tu cámara",
    ),
    Lure.ADVANCE_FEE: phrases(
        "skatteåterbäring", "skattåterbäring", "tax refund", "steuerrückerstattung", "inheritance", "next of kin",
        "beneficiary", "lottery", "you have won", "you won", "winning number", "million dollars", "million euros",
        "million usd", "compensation fund", "unclaimed funds", "transfer fee", "du har vunnit", "arvet efter",
        "sie haben gewonnen", "erbschaft", "héritage", "vous avez gagné", "herencia", "ha ganado", "tax refund is",
        "claim your",
    ),
    Lure.PARCEL: phrases(
        "customs fee", "delivery fee", "redelivery fee", "shipping fee", "unpaid fee", "outstanding fee",
        "parcel is waiting", "parcel is on hold", "package is on hold", "could not deliver your parcel",
        "could not be delivered due to", "reschedule your delivery", "pay the fee", "paket hålls", "tullavgift",
        "ditt paket väntar", "betala avgiften", "zollgebühr*", "ihr paket wartet", "ihr paket konnte nicht",
        "frais de douane", "frais de livraison", "tasa de aduana", "gastos de aduana",
    ),
    Lure.DUNNING: phrases(
        "pfändung*", "gerichtsvollzieher*", "letzte mahnung", "inkassoverfahren", "debt collector*", "bailiff*",
        "seizure of", "utmätning", "kronofogden", "sista betalningspåminnelse", "huissier", "mise en demeure",
        "embargo",
    ),
    Lure.OPEN_DOCUMENT: phrases(
        "enable content", "enable macros", "enable editing", "open the attached document", "open the document",
        "open the file", "view document", "review document", "open document", "access the document",
        "secure document", "secure message", "click here", "click the link", "click below", "klicka här",
        "klicka på länken", "öppna dokumentet", "klicken sie", "öffnen sie die anlage", "öffnen sie den anhang",
        "öppna bilagan", "öppna den bifogade", "ouvrez la pièce", "hier klicken", "dokument öffnen", "öffnen sie",
        "cliquez ici", "cliquez sur", "haga clic", "haz clic", "abra el documento",
    ),
}  # fmt: skip
_SECRETS: Final = phrases(
    "your card number", "card number", "card details", "cvv", "cvc", "mail password", "email password",
    "with your password", "your password and", "username and password", "reply with your", "kortnummer",
    "kortuppgifter", "ditt lösenord och", "ditt mejllösenord", "mejllösenord", "bankid kod", "kartennummer",
    "kreditkartendaten", "kartendaten", "mit ihrem passwort", "ihr passwort ein", "numéro de carte",
    "coordonnées bancaires complètes", "votre mot de passe", "número de tarjeta", "su contraseña", "your pin",
)  # fmt: skip
_NEVER: Final = phrases(
    "never", "not", "don't", "won't", "no one", "aldrig", "inte", "niemals", "nie", "nicht", "jamais", "ne", "nunca",
    "no", "ending", "changed", "reset", "ändrat", "ändrades", "geändert",
)  # fmt: skip
PRESSURE: Final = phrases(
    "within 24 hours", "within 48 hours", "within 12 hours", "in 12 hours", "in 48 hours", "in 24 hours",
    "within the next", "within the hour", "immediately",
    "urgent*", "final warning", "last warning", "final notice", "act now",
    "today only", "before it is too late", "as soon as possible", "right away", "inom 24 timmar", "inom 48 timmar",
    "omedelbart", "omgående", "brådskande", "sista varningen", "innerhalb von 24", "innerhalb von 48", "sofort",
    "umgehend", "dringend", "letzte warnung", "sous 24 heures", "sous 48", "immédiatement", "dans les 24",
    "en 24 horas", "inmediatamente", "urgente", "legal action", "debt collection", "inkasso", "gerichtlich*",
    "pfändung*",
)  # fmt: skip


def lures_in(reading: Reading) -> tuple[Lure, ...]:
    found = [lure for lure, words in LURES.items() if words.found_in(reading.spoken)]
    if _SECRETS.found_in(reading.spoken) and any(_asks_for_secrets(sentence.spoken) for sentence in reading.sentences):
        found.append(Lure.SECRETS)
    return tuple(found)


def _asks_for_secrets(spoken: str) -> bool:
    """Not the bank's "we never ask for your card number"."""
    return _SECRETS.found_in(spoken) and not _NEVER.found_in(spoken)


def pressed(reading: Reading) -> bool:
    return PRESSURE.found_in(reading.spoken)
