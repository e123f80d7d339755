"""Rules written in Spanish."""

from typing import Final

from app.triage.user_rules.meaning import Conditions, SenderSort
from app.triage.user_rules.tongues import Tongue, pattern, patterns
from app.triage.user_rules.vocabulary import RECRUITING, of_category
from app.triage.verdict import Category

_PLEASE: Final = r"^(?:por favor,?\s+)?"
_NEVER: Final = r"(?:nunca|no|jamás)"
_ALWAYS: Final = r"(?:siempre\s+)?"
_TO: Final = r"(?:al?\s+)"
_ANSWER: Final = r"(?:respondas|contestes|responder|contestar|escribas)"
_FIRST: Final = r"(?:antes\s+(?!de)|primero\s+)?"
_URGENT: Final = r"(?:urgentes?|importantes?|prioritari[oa]s?)"
_ABOUT: Final = r"(?:antes de (?:responder|contestar|tocar)(?:\s+al?)?|sobre|por|acerca del?)"

SPANISH: Final = Tongue(
    sentences=patterns(
        (
            ("never_reply", rf"{_PLEASE}{_NEVER}\s+{_ANSWER}\s+{_TO}?(?P<whom>.+)$"),
            ("never_archive", rf"{_PLEASE}{_NEVER}\s+(?:archives|archivar|ocultes|guardes)\s+(?P<whom>.+)$"),
            (
                "never_archive",
                (
                    rf"{_PLEASE}(?:deja|dejar|mantén|mantener|guarda)\s+{_ALWAYS}(?P<whom>.+?)\s+"
                    r"en (?:la|mi) bandeja de entrada$"
                ),
            ),
            ("always_ask", rf"{_PLEASE}{_ALWAYS}pregúntame\s+{_ALWAYS}{_FIRST}(?:{_ABOUT}\s+)?(?P<whom>.+)$"),
            ("urgent", rf"{_PLEASE}trata\s+{_ALWAYS}(?P<whom>.+?)\s+como\s+{_URGENT}$"),
            ("urgent", rf"^(?P<whom>.+?)\s+(?:es|son)\s+{_ALWAYS}{_URGENT}$"),
            ("label", rf"{_PLEASE}(?:etiqueta|etiquetar)\s+{_ALWAYS}(?P<whom>.+?)\s+(?:como|con)\s+(?P<to>.+)$"),
            (
                "label",
                (
                    rf"{_PLEASE}(?:pon|poner|mueve|mover|archiva|clasifica|guarda)\s+{_ALWAYS}(?P<whom>.+?)\s+en\s+"
                    r"(?P<to>.+)$"
                ),
            ),
            (
                "forward",
                rf"{_PLEASE}(?:reenvía|reenviar|envía|enviar|manda)\s+{_ALWAYS}(?P<whom>.+?)\s+{_TO}(?P<to>.+)$",
            ),
            ("label", rf"^(?P<whom>.+?)\s+(?:van|va|pertenecen)\s+(?:{_TO}|en\s+)(?P<to>.+)$"),
            ("archive", rf"{_PLEASE}(?:archiva|archivar)\s+{_ALWAYS}(?P<whom>.+)$"),
            ("note", rf"^cuando (?:respondas|contestes|escribas)\s+{_TO}(?P<whom>[^,:]+)[,:]\s*(?P<to>.+)$"),
        )
    ),
    clauses=pattern(
        r"[.;\n]+|,?\s+(?:y|pero)\s+"
        r"(?=(?:nunca|no|siempre|pregúntame|etiqueta|archiva|trata|pon|mueve|deja)\b)"
    ),
    hints=pattern(r"^\s*cuando\s"),
    pronoun=pattern(r"^(?:l[oa]s|ell[oa]s|ést[oa]s|es[oa]s|les|es[oa]s correos?)$"),
    targets=pattern(rf"\s+y\s+(?:también\s+)?(?:{_TO}|en\s+)?|\s*,\s*(?:{_TO}|en\s+)?"),
    for_somebody=pattern(
        r"\bpara\s+(?:(?:su|la)\s+)?(?:aprobación|revisión|aprobar|información|pago|comprobación)\b|@"
    ),
    place=pattern(r"^(?:(?:la|el|los|las)\s+)?(?:(?:etiqueta|carpeta)\s+)?"),
    mail=pattern(
        r"^(?:(?:tod[oa]s?|cada|mis|l[oa]s|el|la|es[oa]s)\s+)*"
        r"(?:e-?mails?|correos?(?: electrónicos?)?|mensajes?|cartas?|todo)$"
    ),
    articles=pattern(r"^(?:(?:tod[oa]s?|cada|mis|l[oa]s|el|la|un|una)\s+)+"),
    sender=pattern(r"^(?:(?P<what>.*?)\s+)?(?:de parte del?|de l[oa]s?|del|de|por)\s+(?P<who>.+)$"),
    subject=pattern(r"^(?P<what>.+?)\s+con\s+(?P<words>.+?)\s+en el asunto$"),
    about=pattern(
        r"^(?P<what>.+?)\s+(?:sobre|acerca del?|que contengan|con las? palabras?)\s+(?:el\s+|l[oa]s?\s+)?(?P<words>.+)$"
    ),
    copied=pattern(r"^(?P<what>.+?)\s+(?:(?:en que|donde)\s+)?(?:(?:solo|sólo)\s+)?(?:estoy\s+)?(?:en copia|en cc)$"),
    alone=pattern(r"^(?P<what>.+?)\s+(?:(?:enviad[oa]s?)\s+)?(?:(?:solo|sólo) a mí|únicamente a mí)$"),
    either=pattern(r"\s*,\s*(?:y|o)?\s*|\s+(?:y|o|e|u)\s+"),
    at=pattern(r"^(?:(?:cualquiera|todos|gente|alguien)\s+(?:en|de)\s+|@)(?P<domain>\S+)$"),
    kinds={
        r"facturas?|solicitudes? de pago": of_category(Category.INVOICE),
        r"recibos?|confirmaci(?:ón|ones) de (?:pedido|compra)|pedidos?|reservas?|avisos? de envío": of_category(
            Category.RECEIPT
        ),
        r"extractos?(?: bancarios?)?|correos? del banco|nóminas?": of_category(Category.FINANCE),
        r"contratos?|(?:documentos?|asuntos?) legales?|acuerdos?": of_category(Category.LEGAL),
        r"alertas? de seguridad|códigos?(?: de acceso)?": of_category(Category.SECURITY),
        r"notificaci(?:ón|ones)|avisos?|alertas?": of_category(Category.NOTIFICATION),
        r"boletín|boletines|newsletters?": of_category(Category.NEWSLETTER),
        r"publicidad|anuncios?|promociones|promoción|ofertas?": of_category(Category.MARKETING),
        r"invitaci(?:ón|ones)|reuni(?:ón|ones)": of_category(Category.MEETING),
        r"respuestas? automáticas?|mensajes? de ausencia": of_category(Category.AUTO_REPLY),
        r"correos? no entregados?": of_category(Category.BOUNCE),
        r"correos? sospechosos?|phishing|estafas?|spam": of_category(Category.SUSPICIOUS),
        r"correos? (?:personales?|privados?)": of_category(Category.PERSONAL),
        r"listas? de correo|listas?": Conditions(from_list=True),
        r"reclutador(?:es|as|a)?|cazatalentos|ofertas? de (?:empleo|trabajo)": RECRUITING,
        r"desconocid[oa]s?|remitentes? desconocidos?|(?:gente|personas) que no conozco": Conditions(known_sender=False),
        r"(?:gente|personas) que conozco|contactos?": Conditions(known_sender=True),
        r"máquinas?|robots?|servicios?|remitentes? automáticos?": Conditions(sender_sorts=(SenderSort.SERVICE,)),
        r"preguntas?": Conditions(needs_reply=True),
        r"todo|todos|tod[oa]s l[oa]s (?:correos|mensajes)": Conditions(everything=True),
    },
)
