"""How mail clients announce history, headers of it, forwarded mail and themselves, in the languages they speak."""

import re
from typing import Final


def _words(*words: str) -> str:
    """Any of these as whole words; in each a space is any white space."""
    either = "|".join(words).replace(" ", r"\s+")
    return rf"(?<!\w)(?:{either})(?!\w)"


def _labels(*names: str) -> re.Pattern[str]:
    """A header as a client writes it above history: `From: …`, `*Från:* …`."""
    return re.compile(rf"\*?(?:{'|'.join(names)})\*?\s?:\*?(?=\s|\S)", re.IGNORECASE)


WROTE: Final = re.compile(
    _words(
        "wrote", "skrev", "skreiv", "skriver", "schrieb", "geschrieben", "a écrit", "écrit", "escribió", "escrigué",
        "scritto", "escreveu", "schreef", "geschreven", "kirjoitti", r"napisał\(a\)", "napisała?", "pisze", "napsala?",
        "napsal\\(a\\)", "napísala?", "пишет", r"написал\(а\)", "написала?", "пише", r"написав\(ла\)", "написав",
        "yazdı", "írta", "a scris", "έγραψε", "wiadomość napisana przez", "napisao",
    )
    + "|写道|寫道|写到|のメール|さんは書きました|작성|님이 쓴 글",
    re.IGNORECASE,
)  # fmt: skip
ADDRESS_AT_END: Final = re.compile(r"<[^<>\s@]{1,100}@[^<>\s]{1,200}>\s?:\Z")
"""Russian and Japanese introductions have no verb."""
ADDRESS_IN_BRACKETS: Final = re.compile(r"[<(\[][^\s<>@]{1,100}@[^\s<>]{1,200}[>)\]]")
ADDRESS: Final = re.compile(r"[^\s<>@]@[^\s<>@]")
DATE: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
TIME: Final = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
OPENING: Final = re.compile(
    r"[-\s]{0,10}(?:(?:on|den|am|le|el|il|em|op|vid|i en|w dniu|dne|dňa|în|in data|στις)\b|\d"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)\w{0,6}\b)",
    re.IGNORECASE,
)

ORIGINAL: Final = re.compile(
    r"[-_*\s]{2,20}(?:original (?:message|appointment|email)|ursprungligt meddelande|originalmeddelande"
    r"|ursprüngliche (?:nachricht|e-?mail)|original-?nachricht|message d['’]origine|message original"
    r"|mensaje original|messaggio originale|mensagem original|oorspronkelijk (?:e-mail)?bericht"
    r"|oprindelig (?:meddelelse|besked)|opprinnelig melding|alkuperäinen viesti|(?:wiadomość oryginalna"
    r"|oryginalna wiadomość)|исходное сообщение|původní zpráva|orijinal (?:ileti|mesaj)|eredeti üzenet|mesaj original"
    r"|αρχικό μήνυμα|元のメッセージ|原始(?:邮件|郵件)|원본 메시지)[-_*\s]{2,20}\Z",
    re.IGNORECASE,
)
FORWARD: Final = re.compile(
    r"[-_*\s]{0,20}(?:begin )?(?:forwarded (?:message|mail)|vidarebefordrat (?:brev|meddelande)"
    r"|(?:anfang der )?weitergeleiteten? (?:nachricht|e-?mail)|(?:début du )?message (?:transféré|réexpédié|transmis)"
    r"|(?:inicio del )?mensaje (?:reenviado|remitido)|(?:inizio )?messaggio inoltrato"
    r"|(?:início da )?mensagem (?:encaminhada|reencaminhada)|(?:begin )?doorgestuurd bericht"
    r"|början på vidarebefordrat (?:brev|meddelande)|(?:start på )?videresendt (?:meddelelse|besked|melding)"
    r"|edelleenlähetetty viesti|välitetty viesti|(?:początek przekazywanej wiadomości|przekazana wiadomość)"
    r"|wiadomość przekazana dalej|пересылаемое сообщение|(?:начало переадресованного|пересланное) сообщени[яе]"
    r"|přeposlaná zpráva|iletilmiş mesaj|továbbított üzenet|転送(?:された)?メッセージ|转发的?邮件|轉寄的?郵件"
    r"|전달된 메시지)(?: from [^\n]{1,100})?[-_*:\s]{1,20}",
    re.IGNORECASE,
)
FORWARD_SUBJECT: Final = re.compile(
    r"\s*(?:fwd?|vb|vs|wg|tr|rv|vl|enc|i|doorst|pd|ilt|i̇lt|пересл|továbbítás|转发|轉寄|転送|전달)\s*(?:\[\d+\])?\s*:",
    re.IGNORECASE,
)
FROM_LABEL: Final = _labels(
    "from", "från", "von", "de", "da", "van", "fra", "lähettäjä", "od", "от(?: кого)?", "від", "差出人", "发件人",
    "寄件者", "보낸 ?사람", "kimden", "feladó", "από", "de la", "expéditeur", "remitente",
)  # fmt: skip
SENT_LABEL: Final = _labels(
    "sent", "skickat", "gesendet(?: am)?", "envoyé(?: le)?", "enviado(?: el| em)?", "enviada em", "inviato",
    "verzonden", "sendt", "lähetetty", "wysłan[oe]", "отправлено", "надіслано", "odesláno", "送信日時", "发送时间",
    "傳送時間", "寄件日期", "보낸 ?날짜", "gönderil(?:di|me tarihi)", "elküldve", "trimis", "στάλθηκε", "subject",
    "ämne", "betreff", "objet", "asunto", "oggetto", "onderwerp", "emne", "assunto", "aihe", "temat", "тема",
    "předmět", "predmet", "件名", "主题", "主旨", "제목", "konu", "tárgy", "subiect", "θέμα",
)  # fmt: skip
"""When it was sent and its subject: what no list of a journey has."""
OTHER_LABEL: Final = _labels(
    "date", "datum", "fecha", "data", "dato", "päivämäärä", "дата", "日付", "日時", "日期", "날짜", "tarih",
    "dátum", "ημερομηνία", "to", "cc", "till", "kopia", "an", "à", "para", "a", "aan", "til", "vastaanottaja", "kopio",
    "do", "dw", "кому", "копия", "komu", "kopie", "宛先", "收件人", "抄送", "收件者", "副本", "받는 ?사람", "참조",
    "kime", "bilgi", "címzett", "către", "προς", "destinataire", "destinatario",
)  # fmt: skip

ABOVE_THIS_LINE: Final = (
    "above this line", "oberhalb dieser zeile", "oberhalb dieser linie", "über dieser zeile", "über dieser linie",
    "au-dessus de cette ligne", "encima de esta línea", "sopra questa linea", "sopra questa riga", "boven deze regel",
    "boven deze lijn", "acima desta linha", "ovanför den här raden", "ovanför den här linjen", "ovanför denna rad",
    "ovanför denna linje", "over denne linj", "powyżej tej linii", "выше этой строки", "выше этой линии",
)  # fmt: skip
TO_ANSWER: Final = re.compile(
    r"repl|respon|answer|type|write|antwort|réponse|répond|respuesta|rispost|rispond|antwoord|respost|svar|odpowied|ответ",
    re.IGNORECASE,
)
SEE_BELOW: Final = re.compile(
    _words(
        r"(?:see|answered|commented|replied|(?:my|our) (?:answers?|comments?|replies|notes|responses))\b.{0,25}"
        r"(?:below|inline|in-line|in (?:red|blue|green|bold|capitals))",
        r"(?:se|svarat|(?:mina )?(?:svar|kommentarer))\b.{0,25}(?:nedan|nedanför|inline|i (?:rött|blått|grönt))",
        r"(?:siehe|geantwortet|(?:meine )?(?:antworten(?! sie)|kommentare|anmerkungen))\b.{0,25}"
        r"(?:unten(?! (?:steh|genannt|aufgef|angegeb))|darunter|inline|in (?:rot|blau|grün))",
        r"(?:voir|répondu|(?:mes )?(?:réponses|commentaires))\b.{0,25}"
        r"(?:ci-dessous|plus bas|en (?:rouge|bleu|vert|gras))",
        r"(?:ver|véase|(?:mis )?(?:respuestas|comentarios))\b.{0,25}"
        r"(?:abajo|debajo|en (?:rojo|azul|verde|negrita))",
        r"(?:vedi|(?:mie )?risposte|(?:miei )?commenti)\b.{0,25}(?:sotto|in (?:rosso|blu|verde|grassetto))",
        r"(?:zie|(?:mijn )?(?:antwoorden|opmerkingen))\b.{0,25}(?:hieronder|onder|in (?:rood|blauw|groen))",
    ),
    re.IGNORECASE,
)
"""Says that answers stand among the old words, or that these are what it is about."""
GREETING: Final = re.compile(
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hej|hejsan|hei|hallo|guten (?:tag|morgen)|liebe[rs]?"
    r"|sehr geehrte[rs]?|bonjour|salut|ch[eè]re?s?|hola|buenos días|ciao|buongiorno|beste|olá|cześć|dzień dobry"
    r"|здравствуйте|привет)(?:\s[\w.-]{1,30}){0,4}\s?[,!.:]?\s*\Z",
    re.IGNORECASE,
)
"""All of it: nobody answers with a greeting alone."""

_DEVICES: Final = (
    r"phone|ipad|tablet|android|samsung|galaxy|huawei|xiaomi|blackberry|pixel|nokia|handy|smartphone|mobil|telefon"
    r"|teléfono|téléphone|telefono|telemóvel|outlook|yahoo|proton|gmx|web\.de|gmail|mail f(?:or|ür)|\bmail\b|aol"
)
FROM_A_PHONE: Final = re.compile(
    rf"(?:sent (?:from|via|with|using)|skickat från|sendt fra|gesendet (?:von|mit)|envoyé (?:de|depuis|à partir)"
    rf"|enviado (?:desde|do|da|a partir|através|com|con)|inviato (?:da|dal|dallo|con)|verstuurd|verzonden (?:vanaf|met)"
    rf"|wysłan[eo] z|отправлено (?:с|из)|надіслано з|odesláno z|lähetetty|发自我的|從我的|von (?:meinem|meiner|mein)"
    rf"|diese nachricht wurde von|get|download|hämta|hent|lataa|télécharger|obtenir|obtener|descargar|obter|scarica"
    rf"|ottieni|pobierz|скачать|stáhnout|outlook für)(?=.{{0,60}}(?:{_DEVICES}|iphon)).{{0,90}}\Z"
    rf"|(?:i(?:phone|pad)|android|galaxy).{{0,3}}(?:から送信|['’]?\w{{0,6}} gönderildi)|나의 .{{1,20}}에서 보냄"
    rf"|von (?:outlook|yahoo|gmail).{{0,30}} gesendet|从我的.{{1,20}}发送|outlook für",
    re.IGNORECASE,
)
LIST_FOOTER: Final = re.compile(
    r"mailing ?list|mailman|listinfo|unsubscri|subscribed to|abmelden|se désabonner|darse de baja|avregistrera"
    r"|@lists?\.|groups\.io|google groups",
    re.IGNORECASE,
)
CLOSING: Final = re.compile(
    r"(?:(?:with )?(?:(?:kind|best|warm(?:est)?|many|with|my)\s)*(?:regards|wishes|thanks)|best|cheers|sincerely"
    r"(?: yours)?|yours (?:sincerely|faithfully|truly)|thanks(?: and (?:best |kind )?regards)?|thank you|many thanks"
    r"|(?:med |mvh|(?:bästa|vänliga|vänlig|venlig|vennlig) )*(?:hälsningar|hälsning|hilsen|mvh|vh)"
    r"|(?:mit )?(?:(?:freundlichen|besten|herzlichen|schönen|viele|beste|liebe|herzliche|freundliche) )*"
    r"(?:grüßen|grüssen|gruß|gruss|grüße|grüsse)|mfg|lg|vg|(?:bien |très )?cordialement|bien à vous"
    r"|(?:meilleures |sincères )?salutations|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|un saludo"
    r"|(?:cordiali |distinti )?saluti|cordialmente|met vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg"
    r"|(?:com os melhores )?cumprimentos|atenciosamente|abraços?|pozdrawiam|z poważaniem|с уважением|s pozdravem"
    r"|saygılarımla|ystävällisin terveisin|terveisin|よろしくお願い(?:いた|致)?します)\s?[,.!]?\Z",
    re.IGNORECASE,
)
CONTACT: Final = re.compile(
    r"[^\s@]@[^\s@]|https?://|\bwww\.|\+\d[\d\s()/.-]{6,}|\b(?:tel|phone|mobile?|cell|fon|fax|tfn|direct|t|m|p)\b\s?[.:]+"
    r"\s?\(?[\d+]",
    re.IGNORECASE,
)
