"""The words that the built-in reader of rules knows for kinds of mail and of senders."""

import re
from collections.abc import Mapping
from typing import Final

from app.triage.user_rules.meaning import Conditions, SenderSort
from app.triage.verdict import Category

RECRUITING_WORDS: Final = (
    "recruit*", "headhunt*", "talent acquisition", "talent partner", "job opportunity", "job opportunities",
    "career opportunity", "career move", "open position", "open role", "new role", "your cv", "your résumé",
    "your resume", "vacancy", "rekryter*", "ledig tjänst", "personalvermittl*", "stellenangebot",
)  # fmt: skip


def _category(*categories: Category) -> Conditions:
    return Conditions(categories=categories)


KINDS: Final[Mapping[str, Conditions]] = {
    r"invoices?|bills?|payment requests?": _category(Category.INVOICE),
    r"receipts?|order confirmations?|orders?|bookings?|shipping notices?": _category(Category.RECEIPT),
    r"bank(?:ing)? (?:mails?|statements?)|statements?|tax mails?|payroll|payslips?": _category(Category.FINANCE),
    r"contracts?|legal (?:mails?|matters?|documents?)|agreements?|ndas?": _category(Category.LEGAL),
    r"security alerts?|sign-in alerts?|password resets?|login codes?|codes?": _category(Category.SECURITY),
    r"notifications?|alerts?": _category(Category.NOTIFICATION),
    r"newsletters?": _category(Category.NEWSLETTER),
    r"marketing|advertising|advertisements?|ads?|promotions?|offers?|sales (?:mails?|pitches)": _category(
        Category.MARKETING
    ),
    r"(?:meeting )?(?:invitations?|invites?)|meetings?|calendar (?:mails?|invitations?)": _category(Category.MEETING),
    r"automatic (?:replies|answers)|auto-?replies|out[- ]of[- ]office(?: mails?| replies| messages)?": _category(
        Category.AUTO_REPLY
    ),
    r"bounces?|undelivered mails?": _category(Category.BOUNCE),
    r"suspicious mails?|phishing|scams?|spam": _category(Category.SUSPICIOUS),
    r"personal mails?|private mails?": _category(Category.PERSONAL),
    r"mailing lists?|(?:discussion )?lists?": Conditions(from_list=True),
    r"recruiters?|headhunters?|recruiting(?: mails?)?|job offers?": Conditions(words=RECRUITING_WORDS),
    r"strangers|unknown (?:people|senders)|people (?:that )?i (?:do not|don't) know|"
    r"(?:somebody|anybody|anyone|people) (?:i have|i've) never written to": Conditions(known_sender=False),
    r"people (?:that )?i know|(?:my )?contacts|known senders": Conditions(known_sender=True),
    r"machines?|robots?|services|automatic senders?": Conditions(sender_sorts=(SenderSort.SERVICE,)),
    r"questions|mails? (?:that|which) needs? (?:a reply|an answer)": Conditions(needs_reply=True),
    r"everything|everyone|everybody|all(?: my)? (?:mails?|messages)|any mail": Conditions(everything=True),
}
KIND_PATTERNS: Final = tuple((re.compile(pattern), conditions) for pattern, conditions in KINDS.items())


def kind_named(phrase: str) -> Conditions | None:
    """The conditions that a name such as "invoices" stands for."""
    return next((conditions for pattern, conditions in KIND_PATTERNS if pattern.fullmatch(phrase)), None)
