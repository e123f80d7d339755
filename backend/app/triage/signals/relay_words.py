"""How services say that a person wrote something, in the languages the rules know."""

from typing import Final

from app.triage.signals.reading import phrases

TO_READER: Final = phrases(
    # English
    "mentioned you", "tagged you", "asked you", "asks you", "asking you", "sent you a message", "sent you a note",
    "sent you a new message", "sent you a direct message", "sent you a private message", "sent you a question",
    "messaged you", "wrote to you", "wrote you", "writes to you", "replied to you", "replied to your",
    "responded to your", "commented on your", "left you a", "note for you", "left a question for you",
    "has a question for you", "has a question about your", "asked a question about your", "asked about your",
    "assigned you", "assigned to you by", "assigned a comment to you", "a question in your", "question on your",
    "question about your", "comment on your", "query on your", "message about your", "reply to your comment",
    "needs your input", "waiting for your answer", "new message from", "new direct message", "new private message",
    "message for you from", "private message from", "direct message from", "query for you", "inquiry about your",
    "enquiry about your", "offer on your listing", "wants to know from you",
    # German
    "hat dich", "hat sie in", "hat sie im", "hat sie auf", "hat sie bei", "hat sie erwähnt", "hat sie gefragt",
    "hat sie markiert", "hat dir", "hat ihnen", "schreibt dir", "schreibt ihnen", "schreibt an sie", "schrieb dir",
    "schrieb ihnen", "fragt dich", "fragt sie", "fragte sie", "fragte dich", "du wurdest", "sie wurden in",
    "neue nachricht von", "private nachricht von", "direktnachricht von", "nachricht für sie", "nachricht für dich",
    "frage an dich", "frage an sie", "frage zu deine*", "frage zu ihre*", "anfrage zu deine*", "anfrage zu ihre*",
    "nachricht zu deine*", "nachricht zu ihre*", "kommentar zu deine*", "kommentar zu ihre*", "antwort auf deine*",
    "antwort auf ihre*",
    # French
    "vous a", "t'a", "vous pose", "te pose", "vous demande", "vous écrit", "t'écrit", "nouveau message de",
    "nouveau message d'*", "message privé de", "message pour vous", "question sur votre", "question sur ton",
    "question sur ta", "question pour vous", "question pour toi", "question concernant votre", "a commenté votre",
    "a commenté ton", "a commenté ta", "a répondu à votre", "a répondu à ton", "commentaire sur votre",
    # Spanish
    "te ha", "le ha", "te mencionó", "te envió", "te preguntó", "te escribió", "te dejó", "te pregunta",
    "te escribe", "le preguntó", "le envió", "le escribió", "le pregunta", "le escribe", "le mencionó",
    "nuevo mensaje de", "mensaje privado de", "mensaje para ti", "pregunta sobre tu", "pregunta sobre su",
    "pregunta en tu", "pregunta para ti", "comentó tu", "comentó en tu", "comentado tu", "comentado en tu",
    "respondió a tu", "comentó su", "comentado su",
    # Italian
    "ti ha", "le ha", "vi ha", "ti chiede", "le chiede", "ti scrive", "le scrive", "nuovo messaggio da",
    "nuovo messaggio di", "messaggio privato da", "messaggio per te", "domanda sul tuo", "domanda sulla tua",
    "domanda per te", "domanda sul suo", "domanda sulla sua", "ha commentato il tuo", "ha commentato la tua",
    "ha risposto al tuo", "ha risposto alla tua",
    # Dutch
    "heeft je", "heeft jou", "heeft u", "noemde je", "noemde u", "stuurde je", "stuurde u", "vraagt je", "vraagt u",
    "vroeg je", "vroeg u", "schreef je", "schreef u", "schrijft je", "schrijft u", "nieuw bericht van",
    "privébericht van", "bericht voor je", "bericht voor u", "vraag over je", "vraag over jouw", "vraag over uw",
    "vraag aan je", "vraag aan u", "vraag voor je", "vraag voor u", "reactie op je", "reactie op uw",
    # Swedish, Norwegian, Danish
    "nämnde dig", "taggade dig", "frågade dig", "frågar dig", "skrev till dig", "svarade dig", "har nämnt dig",
    "har taggat dig", "har skickat dig", "skickade dig", "har frågat dig", "har skrivit till dig", "tilldelade dig",
    "har tilldelat dig", "nytt meddelande från", "privat meddelande från", "fråga till dig", "fråga om din",
    "fråga om ditt", "fråga om dina", "kommenterade din", "kommenterade ditt", "kommentar till din", "svar på din",
    "svarade på din", "svarade på ditt", "nevnte deg", "sendte deg", "spurte deg", "spør deg", "skrev til deg",
    "ny melding fra", "spørsmål til deg", "spørsmål om din", "nævnte dig", "sendte dig", "spurgte dig",
    "skrev til dig", "ny besked fra", "spørgsmål til dig", "spørgsmål om din",
    # Portuguese
    "mencionou você", "mencionou te", "te mencionou", "marcou você", "enviou lhe", "te enviou", "enviou te",
    "enviou a você", "perguntou lhe", "te perguntou", "perguntou te", "escreveu lhe", "te escreveu",
    "nova mensagem de", "mensagem privada de", "pergunta sobre o seu", "pergunta sobre a sua", "pergunta para você",
    "pergunta para si", "comentou o seu", "comentou a sua", "comentou no seu", "comentou na sua",
    # Polish
    "wspomniał* o tobie", "wspomniał o tobie", "wspomniała o tobie", "oznaczył cię", "oznaczyła cię",
    "wysłał ci", "wysłała ci", "wysłał do ciebie", "wysłała do ciebie", "napisał do ciebie", "napisała do ciebie",
    "napisał do pana", "napisała do pana", "napisał do pani", "napisała do pani", "pyta cię", "pyta pana",
    "pyta panią", "zapytał cię", "zapytała cię", "nowa wiadomość od", "pytanie do ciebie", "pytanie do pana",
    "pytanie do pani", "pytanie o twoj*", "skomentował twój", "skomentowała twój", "skomentował twoje",
    "skomentowała twoje",
    # Russian, Chinese, Japanese
    "упомянул вас", "упомянула вас", "написал вам", "написала вам", "задал вам", "задала вам", "спросил вас",
    "спросила вас", "новое сообщение от", "вопрос о вашем", "вопрос по вашему", "*提到了你*", "*提到了您*", "*给你发*",
    "*给您发*", "*给你留言*", "*给您留言*", "*向你提问*", "*向您提问*", "*あなたに*", "*あなたを*",
    "*に質問されました*", "*質問が届*", "*メッセージが届*", "*メンションしました*", "*さんからのメッセージ*",
    "*さんからの質問*",
)  # fmt: skip
"""A service says that a person turned to its reader, or to something of the reader's."""

SPEAKS: Final = phrases(
    "commented", "left a comment", "left a note", "left a question", "left a query", "new comment", "added a comment",
    "a comment", "comment by", "comment from", "comment on", "asked", "asks", "wrote", "writes", "replied", "query",
    "question", "posted", "answered", "message from", "you were mentioned",
    "kommentiert", "kommentierte", "*kommentar", "gefragt", "fragt", "fragte", "geschrieben", "schreibt", "schrieb",
    "geantwortet", "antwortete", "*frage", "*anmerkung", "nachricht von",
    "a écrit", "a commenté", "a répondu", "a demandé", "a laissé un", "commentaire", "question", "demande", "écrit",
    "comentó", "ha comentado", "comentario", "preguntó", "pregunta", "escribió", "ha escrito", "respondió", "dijo",
    "ha commentato", "commento", "ha scritto", "ha risposto", "chiede", "domanda", "scrive",
    "reageerde", "heeft gereageerd", "reactie", "opmerking", "schreef", "vroeg", "vraagt", "vraag",
    "kommenterade", "kommentar", "skrev", "frågade", "frågar", "fråga", "svarade", "kommenterte", "spurte", "spør",
    "kommenterede", "spurgte", "spørger", "spørgsmål", "spørsmål",
    "comentou", "comentário", "escreveu", "perguntou", "pergunta", "respondeu",
    "skomentował*", "komentarz", "napisał*", "pyta", "zapytał*", "zadał*", "pytanie", "odpowiedział*",
    "прокомментировал*", "комментарий", "написал*", "спросил*", "вопрос", "*评论*", "*提问*", "*留言*", "*コメント*",
    "*質問*",
)  # fmt: skip
"""A service says that somebody spoke; to whom is still to be seen."""

TO_MANY: Final = phrases(
    "digest", "summary", "weekly", "daily", "round up", "roundup", "this week", "what you missed", "you missed",
    "reacted to", "liked your", "new leads", "survey", "zusammenfassung", "wochenbericht", "übersicht", "umfrage",
    "résumé", "récapitulatif", "récap", "sondage", "enquête", "resumen", "encuesta", "riepilogo", "sondaggio",
    "overzicht", "samenvatting", "enquête", "sammanfattning", "veckobrev", "undersökning", "enkät", "resumo",
    "pesquisa", "podsumowanie", "ankieta", "сводка", "опрос", "reminder", "erinnerung", "rappel", "recordatorio",
    "promemoria", "herinnering", "påminnelse", "lembrete", "przypomnienie", "напоминание",
)  # fmt: skip
"""In a subject: it gathers what many said, or a machine reminds."""

GATHERED: Final = phrases(
    "see what you missed", "here's what you missed", "while you were away", "since your last visit",
    "also matched", "how likely are you", "your weekly", "your daily", "rate your", "once a week", "once a day",
    "seit ihrem letzten besuch", "seit deinem letzten besuch", "einmal pro woche", "wie wahrscheinlich ist",
    "depuis votre dernière visite", "une fois par semaine", "una vez por semana", "desde tu última visita",
    "dalla tua ultima visita", "una volta alla settimana", "sinds je laatste bezoek", "een keer per week",
    "sedan ditt senaste besök", "en gång i veckan", "uma vez por semana", "raz w tygodniu",
    "people like this", "liked this", "personas les gusta", "gefällt das", "aiment ça", "piace a", "vinden dit leuk",
)  # fmt: skip
"""Anywhere: the same."""

BUTTONS: Final = phrases(
    "reply", "answer in", "answer on", "answer at", "respond in", "respond on", "view", "open", "click", "tap",
    "log in", "sign in", "go to", "manage", "see", "read more", "visit", "you can", "get the app", "download",
    "please do not reply", "please don't reply", "do not reply", "report", "antworten", "zum antworten",
    "jetzt antworten", "im plan öffnen", "öffnen", "zur nachricht", "zum kommentar", "nachricht ansehen",
    "kommentar ansehen", "ansehen", "sie können", "bitte antworten sie nicht", "bitte nicht antworten",
    "répondre", "pour répondre", "ouvrir", "voir", "gérer", "merci de ne pas", "veuillez ne pas", "responder",
    "responde en", "responde desde", "ver", "abrir", "por favor no responda", "rispondi", "apri", "vedi",
    "visualizza", "beantwoorden", "beantwoord", "reageren", "reageer", "bekijk", "svara i", "svara på", "öppna",
    "visa", "åpne", "åbn", "abra", "odpowiedz", "otwórz", "zobacz", "ответить", "открыть", "посмотреть",
)  # fmt: skip
"""What a button or a hint of the service begins with; a question that begins so is a person's."""

FURNITURE: Final = phrases(
    "reply to this", "unsubscribe*", "you are receiving", "you're receiving", "you received", "you get this",
    "this email", "this e mail", "this message", "this is an automat*", "don't want", "do not want", "no longer",
    "not interested", "want to", "wish to", "prefer fewer", "questions", "any questions", "need help", "why am i",
    "why did you get", "too many", "was this", "is this email", "is this message", "did you find", "how did we",
    "stay safe", "safety tip", "never share", "did you know", "tired of",
    "auf diese", "diese nachricht", "diese e mail", "sie erhalten", "du erhältst", "du möchtest keine",
    "sie möchten keine", "möchten sie keine", "möchtest du keine", "willst du keine", "benachrichtigung*",
    "abbestellen", "fragen", "noch fragen", "brauchen sie hilfe", "war das hilfreich",
    "vous recevez", "vous ne souhaitez", "ce message", "cet e mail", "des questions", "une question", "besoin d'aide",
    "vous avez des questions", "se désabonner", "ne plus suivre",
    "recibes este", "recibe este", "ya no quieres", "no quieres recibir", "no desea recibir", "este correo",
    "este mensaje", "necesitas ayuda", "tienes dudas", "tienes preguntas",
    "ricevi questa", "non vuoi", "questa e mail", "questo messaggio", "hai bisogno di aiuto", "hai domande",
    "je ontvangt", "u ontvangt", "wil je geen", "wilt u geen", "deze e mail", "dit bericht", "hulp nodig", "vragen",
    "du får det här", "vill du inte få", "vill du slippa", "det här mejlet", "detta mejl", "behöver du hjälp",
    "har du frågor", "du mottar", "du modtager",
    "você recebeu", "recebeu este", "não quer", "esta mensagem", "precisa de ajuda",
    "otrzymujesz", "nie chcesz", "ta wiadomość", "masz pytania", "вы получили",
)  # fmt: skip
"""What a sentence of the service itself begins with, questions among them."""
