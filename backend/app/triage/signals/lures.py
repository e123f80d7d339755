"""The language of fraud: threats to an account, changed bank details, gift cards, extortion, parcels and prizes.

Single words of it stand in honest mail, too; what they add up to is said here, the words are in `lures.txt`.
"""

import re
from enum import StrEnum
from typing import Final

from app.triage.signals.reading import Reading, phrases
from app.triage.signals.wordlists import read_wordlist


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
    HARD_TO_REACH = "Somebody who cannot be phoned asks for a favour or for money"
    CONSPIRACY = "It wants money, cards or an answer kept secret"
    NEW_ACCOUNT = "It wants money sent to another account"
    FEE_FIRST = "It wants a fee or a deposit before anything is given"
    OVERPAID = "It wants money back that was paid too much"
    SMALL_FEE = "It wants a small fee and threatens or hurries"
    REGISTER = "It bills for an entry in a register"
    SIGN_IN = "It wants the reader to sign in with a mail or work account"
    IDENTITY = "It asks for a copy of a passport or an identity card"
    PROFIT = "It promises easy work or sure profit"


# What banks, services and carriers write too, when the sender is who it says.
HONEST_TOO: Final = frozenset(
    {Lure.CREDENTIALS, Lure.ACCOUNT_THREAT, Lure.PARCEL, Lure.OPEN_DOCUMENT, Lure.WIRE, Lure.SECRETS, Lure.SIGN_IN}
)
ACCOUNT_CHANGES: Final = frozenset({Lure.PAYMENT_CHANGE, Lure.NEW_ACCOUNT})
"""They weigh as much from people the user knows: a friend's account may be taken over, a stranger join a supplier's
thread. An honest firm sends a letter and wants to be rung up, and does not write the number into the mail."""
WEIGHTS: Final = {
    Lure.CREDENTIALS: 0.5,
    Lure.ACCOUNT_THREAT: 0.5,
    Lure.PAYMENT_CHANGE: 0.7,
    Lure.GIFT_CARDS: 0.6,
    Lure.WIRE: 0.4,
    Lure.EXTORTION: 0.8,
    Lure.ADVANCE_FEE: 0.4,
    Lure.PARCEL: 0.5,
    Lure.OPEN_DOCUMENT: 0.2,
    Lure.SECRETS: 0.8,
    Lure.DUNNING: 0.5,
    Lure.HARD_TO_REACH: 0.5,
    Lure.CONSPIRACY: 0.5,
    Lure.NEW_ACCOUNT: 0.4,
    Lure.FEE_FIRST: 0.3,
    Lure.OVERPAID: 0.4,
    Lure.SMALL_FEE: 0.4,
    Lure.REGISTER: 0.2,
    Lure.SIGN_IN: 0.2,
    Lure.IDENTITY: 0.3,
    Lure.PROFIT: 0.2,
}
_LISTED: Final = read_wordlist("app.triage.signals", "lures.txt")
_BY_NAME: Final = {lure.name: lure for lure in Lure}
_SMALL: Final = re.compile(r"(?<![\d.,:/])\d[.,]\d\d(?![\d.,:/])")
"""An amount below ten: who would not pay that to get a parcel?"""

# Every part of one of these has to be there; where several are named in one place, any of them.
_TOGETHER: Final[tuple[tuple[Lure, tuple[frozenset[str], ...]], ...]] = tuple(
    (lure, tuple(frozenset(place.split("|")) for place in places))
    for lure, *places in (
        (Lure.HARD_TO_REACH, "unreachable|it's me|abroad", "transfer|gift cards|other account"),
        (Lure.HARD_TO_REACH, "unreachable|secrecy", "errand"),
        (Lure.CONSPIRACY, "secrecy", "transfer|gift cards|balance|advance fee|overpaid"),
        (Lure.CONSPIRACY, "secrecy", "errand", "unreachable"),
        (Lure.GIFT_CARDS, "gift cards", "errand|secrecy|unreachable|advance fee"),
        (Lure.NEW_ACCOUNT, "other account", "transfer|overpaid|unreachable"),
        (Lure.FEE_FIRST, "prize|abroad|work at home|invest|document|refund", "advance fee"),
        (Lure.FEE_FIRST, "advance fee", "identity|within hours|gift cards"),
        (Lure.OVERPAID, "overpaid", "transfer|other account|abroad"),
        (Lure.SMALL_FEE, "parcel|toll or fine", "small amount", "held|threat|within hours|toll or fine"),
        (Lure.SMALL_FEE, "toll or fine", "threat|within hours"),
        (Lure.SMALL_FEE, "parcel", "held", "threat|within hours"),
        (Lure.REGISTER, "register", "amount"),
        (Lure.SIGN_IN, "sign in with"),
        (Lure.SIGN_IN, "mailbox", "threat", "within hours|secret"),
        (Lure.SIGN_IN, "refund", "secret|within hours"),
        (Lure.IDENTITY, "identity", "secret|advance fee|transfer|abroad|prize|work at home|threat"),
        (Lure.EXTORTION, "extort", "crypto"),
        (Lure.SECRETS, "crypto", "secret phrase"),
        (Lure.PROFIT, "work at home", "overpaid|advance fee|identity|prize"),
        (Lure.PROFIT, "invest", "crypto|prize|within hours"),
    )
)  # fmt: skip
_SEED_PHRASE: Final = phrases("seed phrase", "recovery phrase", "secret phrase", "12 word", "24 word", "private key")
_SECRETS: Final = phrases(
    "card number", "card details", "cvv", "cvc", "mail password", "email password", "mailbox password", "password",
    "passcode", "pin", "username and password", "recovery phrase", "seed phrase", "security questions", "digit code",
    "code we sent", "code you received", "code from your phone", "kortnummer", "kortuppgifter", "lösenord",
    "bankid kod", "kartennummer", "kreditkartendaten", "kartendaten", "passwort", "kennwort", "numéro de carte",
    "coordonnées bancaires complètes", "mot de passe", "número de tarjeta", "contraseña", "palavra passe", "senha",
    "dados de cartão", "numero di carta", "dati della carta", "wachtwoord", "pincode", "passord", "adgangskode",
    "hasło", "hasła", "numer karty", "salasana*", "heslo", "číslo karty", "şifre*", "parola*", "κωδικό", "пароль",
    "номер карты", "номер картки", "密码", "パスワード", "비밀번호*", "كلمة المرور",
)  # fmt: skip
_ASKED_FOR: Final = phrases(
    "enter", "open with", "use your", "confirm with", "confirm your password", "reply with", "send", "provide",
    "submit", "will need",
    "you'll need", "be asked for", "be asked to confirm", "have ready", "give us", "give me", "needs your",
    "log in with", "sign in with", "text me", "geben sie", "gib dein*", "eingeben", "bestätigen sie", "senden sie",
    "schicken sie", "anmelden mit", "melden sie sich mit", "saisissez", "saisir", "confirmez", "envoyez", "indiquez",
    "entrez", "communiquez", "validez", "introduzca", "introduce", "confirme", "envíe", "responda con", "acceda con",
    "facilite", "introduza", "insira", "envie", "validar", "inserisca", "inserisci", "confermi", "conferma", "invii",
    "accedi con", "voer", "vul", "bevestig", "stuur", "inloggen met", "aan te melden", "ange", "skriv in", "bekräfta",
    "skicka", "svara med", "fyll i", "oppgi", "skriv inn", "bekreft", "indtast", "bekræft", "oplys", "podaj", "wpisz",
    "potwierdź", "wyślij", "syötä", "vahvista", "lähetä", "zadejte", "potvrďte", "zašlete", "girin", "gönderin",
    "onaylayın", "εισάγετε", "επιβεβαιώστε", "στείλτε", "введите", "подтвердите", "отправьте", "укажите", "введіть",
    "підтвердіть", "надішліть", "输入", "提供", "入力", "입력*", "أدخل", "أرسل",
)  # fmt: skip
_NEVER: Final = phrases(
    "never", "not", "don't", "won't", "no one", "aldrig", "aldri", "inte", "ikke", "niemals", "nie", "nicht", "jamais",
    "ne", "nunca", "não", "non", "mai", "nooit", "niet", "nigdy", "koskaan", "älä", "nikdy", "asla", "ποτέ", "μην",
    "никогда", "не", "ніколи", "no", "ending", "changed", "reset", "ändrat", "ändrades", "geändert", "after entering",
    "after you signed in", "sollten sie", "if you entered", "绝不", "不会", "決して", "لن",
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


def parts_in(spoken: str) -> frozenset[str]:
    """The parts of `lures.txt` that are said; those in capitals are lures by themselves."""
    return frozenset(_LISTED.found_in(spoken))


def fraud_parts(reading: Reading, *, amounts: bool) -> frozenset[str]:
    """The parts said, and what figures add to them."""
    found = set(parts_in(reading.spoken))
    if amounts:
        found.add("amount")
        if _SMALL.search(reading.folded):
            found.add("small amount")
    if "secret" in found and _SEED_PHRASE.found_in(reading.spoken):
        found.add("secret phrase")
    return frozenset(found)


def lures_in(reading: Reading, parts: frozenset[str]) -> tuple[Lure, ...]:
    """`parts` as `fraud_parts` finds them."""
    found = {lure: None for name, lure in _BY_NAME.items() if name in parts}
    found |= {lure: None for lure, places in _TOGETHER if all(place & parts for place in places)}
    if "secret" in parts and any(_asks_for_secrets(sentence.spoken) for sentence in reading.sentences):
        found[Lure.SECRETS] = None
    return tuple(found)


def _asks_for_secrets(spoken: str) -> bool:
    """Not the bank's "we never ask for your card number"."""
    return _SECRETS.found_in(spoken) and _ASKED_FOR.found_in(spoken) and not _NEVER.found_in(spoken)


def pressed(reading: Reading) -> bool:
    return PRESSURE.found_in(reading.spoken)
