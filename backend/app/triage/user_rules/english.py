"""Rules written in English."""

from typing import Final

from app.triage.user_rules.meaning import Conditions, SenderSort
from app.triage.user_rules.tongues import Tongue, pattern, patterns
from app.triage.user_rules.vocabulary import RECRUITING, of_category
from app.triage.verdict import Category

_PLEASE: Final = r"^(?:please\s+)?"
_ALWAYS: Final = r"(?:always\s+)?"
_NOT: Final = r"(?:never|don't(?: ever)?|do not(?: ever)?)\s+"
_BEFORE: Final = r"(?:about|for|before (?:answering|replying to|archiving|touching|doing anything (?:with|about)))"
_WRITING: Final = r"(?:you (?:answer|reply to|write to)|answering|replying to|writing to)"

ENGLISH: Final = Tongue(
    sentences=patterns(
        (
            ("never_reply", rf"{_PLEASE}{_NOT}(?:answer|reply to|respond to|write back to)\s+(?P<whom>.+)$"),
            ("never_archive", rf"{_PLEASE}{_NOT}(?:archive|put away|hide|tidy away|mark as read)\s+(?P<whom>.+)$"),
            ("never_archive", rf"{_PLEASE}{_ALWAYS}(?:keep|leave)\s+(?P<whom>.+?)\s+in (?:the|my) inbox$"),
            ("always_ask", rf"{_PLEASE}{_ALWAYS}ask(?: me)?(?: first)?(?:\s+{_BEFORE})?\s+(?P<whom>.+)$"),
            ("urgent", rf"{_PLEASE}{_ALWAYS}treat\s+(?P<whom>.+?)\s+as (?:urgent|important|a priority)$"),
            ("urgent", r"^(?P<whom>.+?)\s+(?:is|are)\s+(?:always\s+)?(?:urgent|important|a priority)$"),
            ("label", rf"{_PLEASE}{_ALWAYS}label\s+(?P<whom>.+?)\s+(?:as|under)\s+(?P<to>.+)$"),
            ("label", rf"{_PLEASE}{_ALWAYS}label\s+(?P<whom>.+?)\s+with\s+(?P<to>.+)$"),
            (
                "label",
                rf"{_PLEASE}{_ALWAYS}(?:put|file|sort|move)\s+(?P<whom>.+?)\s+(?:in|into|under|to)\s+(?P<to>.+)$",
            ),
            ("label", r"^(?P<whom>.+?)\s+(?:go|goes|belong|belongs)\s+(?:to|in|into|under)\s+(?P<to>.+)$"),
            ("forward", rf"{_PLEASE}{_ALWAYS}(?:forward|send|pass)\s+(?P<whom>.+?)\s+(?:on\s+)?to\s+(?P<to>.+)$"),
            ("archive", rf"{_PLEASE}{_ALWAYS}archive\s+(?P<whom>.+)$"),
            ("note", rf"^when {_WRITING}\s+(?P<whom>[^,:]+)[,:]\s*(?P<to>.+)$"),
        )
    ),
    clauses=pattern(
        r"[.;\n]+|,?\s+(?:and|but)\s+"
        r"(?=(?:please\s+)?(?:never|don't|do not|always|ask|label|archive|treat|put|file)\b)"
    ),
    hints=pattern(r"^\s*when\s"),
    pronoun=pattern(r"^(?:them|it|these|those|that|such mails?)$"),
    targets=pattern(r"\s+and\s+(?:also\s+)?(?:to\s+)?|\s*,\s*(?:to\s+)?"),
    for_somebody=pattern(r"\bfor (?:approval|review|a look|information|checking|payment)\b|@"),
    place=pattern(r"^(?:the\s+)?(?:label|folder)\s+"),
    mail=pattern(
        r"^(?:(?:all|any|every|each|my|the|such)\s+)*(?:e-?mails?|mails?|messages?|anything|everything|letters?)$"
    ),
    articles=pattern(r"^(?:(?:all|any|every|each|my|the|a|an)\s+)+"),
    sender=pattern(r"^(?:(?P<what>.*?)\s+)?(?:from|by|of)\s+(?P<who>.+)$"),
    subject=pattern(r"^(?P<what>.+?)\s+(?:with|that (?:has|have))\s+(?P<words>.+?)\s+in (?:the|its|their) subject$"),
    about=pattern(r"^(?P<what>.+?)\s+(?:about|mentioning|containing|that mentions?|with the words?)\s+(?P<words>.+)$"),
    copied=pattern(
        r"^(?P<what>.+?)\s+(?:(?:that|which|where)\s+)?(?:i am|i'm|i was)\s+(?:only\s+)?"
        r"(?:copied(?: on| in)?|in (?:the )?cc|cc'?d(?: on)?)$"
    ),
    alone=pattern(r"^(?P<what>.+?)\s+(?:(?:sent|written|addressed)\s+)?(?:only to me|to me (?:alone|only))$"),
    either=pattern(r"\s*,\s*(?:and|or)?\s*|\s+(?:and|or)\s+"),
    at=pattern(
        r"^(?:(?:anyone|anybody|everyone|everybody|people|somebody|someone)\s+(?:at|from)\s+|@)(?P<domain>\S+)$"
    ),
    kinds={
        r"invoices?|bills?|payment requests?": of_category(Category.INVOICE),
        r"receipts?|order confirmations?|orders?|bookings?|shipping notices?": of_category(Category.RECEIPT),
        r"bank(?:ing)? (?:mails?|statements?)|statements?|tax mails?|payroll|payslips?": of_category(Category.FINANCE),
        r"contracts?|legal (?:mails?|matters?|documents?)|agreements?|ndas?": of_category(Category.LEGAL),
        r"security alerts?|sign-in alerts?|password resets?|login codes?|codes?": of_category(Category.SECURITY),
        r"notifications?|alerts?": of_category(Category.NOTIFICATION),
        r"newsletters?": of_category(Category.NEWSLETTER),
        r"marketing|advertising|advertisements?|ads?|promotions?|offers?|sales (?:mails?|pitches)": of_category(
            Category.MARKETING
        ),
        r"(?:meeting )?(?:invitations?|invites?)|meetings?|calendar (?:mails?|invitations?)": of_category(
            Category.MEETING
        ),
        r"automatic (?:replies|answers)|auto-?replies|out[- ]of[- ]office(?: mails?| replies| messages)?": of_category(
            Category.AUTO_REPLY
        ),
        r"bounces?|undelivered mails?": of_category(Category.BOUNCE),
        r"suspicious mails?|phishing|scams?|spam": of_category(Category.SUSPICIOUS),
        r"personal mails?|private mails?": of_category(Category.PERSONAL),
        r"mailing lists?|(?:discussion )?lists?": Conditions(from_list=True),
        r"recruiters?|headhunters?|recruiting(?: mails?)?|job offers?": RECRUITING,
        r"strangers|unknown (?:people|senders)|people (?:that )?i (?:do not|don't) know|"
        r"(?:somebody|anybody|anyone|people) (?:i have|i've) never written to": Conditions(known_sender=False),
        r"people (?:that )?i know|(?:my )?contacts|known senders": Conditions(known_sender=True),
        r"machines?|robots?|services|automatic senders?": Conditions(sender_sorts=(SenderSort.SERVICE,)),
        r"questions|mails? (?:that|which) needs? (?:a reply|an answer)": Conditions(needs_reply=True),
        r"everything|everyone|everybody|all(?: my)? (?:mails?|messages)|any mail": Conditions(everything=True),
    },
)
