"""A holding answer in the mail's language: it acknowledges, promises nothing and repeats nothing of the mail."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.triage.signals import Signals
from app.triage.signals.languages import Language
from app.triage.signals.reading import fold, words
from app.triage.snapshot import Snapshot
from app.triage.voice.habits import Habits

_NAME: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_LONGEST_NAME: Final = 30
_MOST_NAMES: Final = 4


class Asked(Enum):
    QUESTION = "question"
    QUESTIONS = "questions"
    REQUEST = "request"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class _Wording:
    greeting: str
    """Holds {name}."""
    greeting_unnamed: str
    thanks: str
    body: str
    """Holds {asked}."""
    asked: dict[Asked, str]
    closing: str


_WORDINGS: Final = {
    Language.ENGLISH: _Wording(
        "Hi {name},",
        "Hello,",
        "Thank you for your message.",
        "I have seen {asked}, but cannot give you a proper answer just yet.",
        {
            Asked.QUESTION: "your question",
            Asked.QUESTIONS: "your questions",
            Asked.REQUEST: "your request",
            Asked.BOTH: "your questions and requests",
        },
        "Best regards",
    ),
    Language.SWEDISH: _Wording(
        "Hej {name},",
        "Hej,",
        "Tack för ditt meddelande.",
        "Jag har sett {asked}, men kan inte ge ett ordentligt svar just nu.",
        {
            Asked.QUESTION: "din fråga",
            Asked.QUESTIONS: "dina frågor",
            Asked.REQUEST: "din förfrågan",
            Asked.BOTH: "dina frågor och önskemål",
        },
        "Vänliga hälsningar",
    ),
    Language.GERMAN: _Wording(
        "Guten Tag {name},",
        "Guten Tag,",
        "vielen Dank für die Nachricht.",
        "Ich habe {asked} gesehen, kann aber im Moment noch nicht richtig darauf antworten.",
        {
            Asked.QUESTION: "die Frage",
            Asked.QUESTIONS: "die Fragen",
            Asked.REQUEST: "die Bitte",
            Asked.BOTH: "die Fragen und Bitten",
        },
        "Freundliche Grüße",
    ),
    Language.FRENCH: _Wording(
        "Bonjour {name},",
        "Bonjour,",
        "Merci pour votre message.",
        "J'ai bien vu {asked}, mais je ne peux pas encore y répondre correctement.",
        {
            Asked.QUESTION: "votre question",
            Asked.QUESTIONS: "vos questions",
            Asked.REQUEST: "votre demande",
            Asked.BOTH: "vos questions et demandes",
        },
        "Cordialement",
    ),
    Language.SPANISH: _Wording(
        "Hola, {name}:",
        "Hola:",
        "Gracias por su mensaje.",
        "He visto {asked}, pero todavía no puedo dar una respuesta adecuada.",
        {
            Asked.QUESTION: "su pregunta",
            Asked.QUESTIONS: "sus preguntas",
            Asked.REQUEST: "su petición",
            Asked.BOTH: "sus preguntas y peticiones",
        },
        "Un saludo",
    ),
    Language.PORTUGUESE: _Wording(
        "Olá {name},",
        "Olá,",
        "Obrigado pela sua mensagem.",
        "Vi {asked}, mas ainda não posso dar uma resposta adequada.",
        {
            Asked.QUESTION: "a sua pergunta",
            Asked.QUESTIONS: "as suas perguntas",
            Asked.REQUEST: "o seu pedido",
            Asked.BOTH: "as suas perguntas e pedidos",
        },
        "Cumprimentos",
    ),
    Language.ITALIAN: _Wording(
        "Buongiorno {name},",
        "Buongiorno,",
        "grazie per il messaggio.",
        "Ho visto {asked}, ma al momento non posso ancora dare una risposta adeguata.",
        {
            Asked.QUESTION: "la domanda",
            Asked.QUESTIONS: "le domande",
            Asked.REQUEST: "la richiesta",
            Asked.BOTH: "le domande e le richieste",
        },
        "Cordiali saluti",
    ),
    Language.DUTCH: _Wording(
        "Hallo {name},",
        "Hallo,",
        "Bedankt voor uw bericht.",
        "Ik heb {asked} gezien, maar kan er nu nog geen goed antwoord op geven.",
        {
            Asked.QUESTION: "uw vraag",
            Asked.QUESTIONS: "uw vragen",
            Asked.REQUEST: "uw verzoek",
            Asked.BOTH: "uw vragen en verzoeken",
        },
        "Met vriendelijke groet",
    ),
    Language.POLISH: _Wording(
        "Dzień dobry,",
        "Dzień dobry,",
        "dziękuję za wiadomość.",
        "Widzę {asked}, ale nie mogę jeszcze udzielić właściwej odpowiedzi.",
        {
            Asked.QUESTION: "pytanie",
            Asked.QUESTIONS: "pytania",
            Asked.REQUEST: "prośbę",
            Asked.BOTH: "pytania i prośby",
        },
        "Pozdrawiam",
    ),
    Language.RUSSIAN: _Wording(
        "Здравствуйте, {name}!",
        "Здравствуйте!",
        "Спасибо за ваше сообщение.",
        "Вижу {asked}, но пока не могу дать полный ответ.",
        {
            Asked.QUESTION: "ваш вопрос",
            Asked.QUESTIONS: "ваши вопросы",
            Asked.REQUEST: "вашу просьбу",
            Asked.BOTH: "ваши вопросы и просьбы",
        },
        "С уважением",
    ),
    Language.ARABIC: _Wording(
        "مرحبا {name}،",
        "مرحبا،",
        "شكرا على رسالتكم.",
        "اطلعت على {asked}، لكن لا يمكنني تقديم إجابة وافية بعد.",
        {
            Asked.QUESTION: "سؤالكم",
            Asked.QUESTIONS: "أسئلتكم",
            Asked.REQUEST: "طلبكم",
            Asked.BOTH: "أسئلتكم وطلباتكم",
        },
        "مع التحية",
    ),
    Language.JAPANESE: _Wording(
        "{name}様",
        "お世話になっております。",
        "ご連絡ありがとうございます。",
        "{asked}を拝見しましたが、まだきちんとしたお返事ができません。",
        {
            Asked.QUESTION: "ご質問",
            Asked.QUESTIONS: "ご質問",
            Asked.REQUEST: "ご依頼",
            Asked.BOTH: "ご質問とご依頼",
        },
        "よろしくお願いいたします。",
    ),
}


def holding_reply(snapshot: Snapshot, signals: Signals) -> str:
    wording = _WORDINGS.get(signals.language, _WORDINGS[Language.ENGLISH])
    name = first_name(snapshot.message.sender_name)
    habits = snapshot.guidance.habits(signals.language.value)
    greeting = _greeting(habits, name) or (wording.greeting.format(name=name) if name else wording.greeting_unnamed)
    body = f"{wording.thanks} {wording.body.format(asked=wording.asked[_asked(signals)])}"
    signature = (habits.signature if habits else "") or first_name(snapshot.reader.name)
    closing = (habits.closing if habits else "") or wording.closing
    return "\n".join([greeting, "", body, "", closing, *([signature] if signature else [])])


def _greeting(habits: Habits | None, name: str) -> str:
    """As the user usually begins, where that fits: without a name only what needs none."""
    if habits is None or not habits.greeting or ("{name}" in habits.greeting and not name):
        return ""
    return habits.greeting.replace("{name}", name)


def _asked(signals: Signals) -> Asked:
    questions, requests = len(signals.asks.questions), len(signals.asks.requests)
    if questions and requests:
        return Asked.BOTH
    if requests:
        return Asked.REQUEST
    return Asked.QUESTIONS if questions > 1 else Asked.QUESTION


def first_name(display_name: str) -> str:
    """The given name of "Ana Berg" and of "Berg, Ana"; empty for a company, a role or anything odd."""
    if any(char.isdigit() or char in "@:/|<>&" for char in display_name[:200]):
        return ""
    last_first = display_name.partition(",")
    names = [name for name in _NAME.findall((last_first[2] or last_first[0])[:200]) if fold(name) not in _TITLES]
    if not 0 < len(names) <= _MOST_NAMES or {fold(name) for name in names} & _COMPANY_WORDS:
        return ""
    return names[0] if 1 < len(names[0]) <= _LONGEST_NAME else ""


_TITLES: Final = words("dr prof mr mrs ms herr frau dipl ing mag fru")
_COMPANY_WORDS: Final = words(
    "ab gmbh ltd llc inc ag kg sa sarl oy as aps team support service kundservice info billing office sales the via "
    "newsletter skola school kommun verein museum bank förening förlag studio kanzlei advokatbyrå law firm group"
)
