"""Rules written in French."""

from typing import Final

from app.triage.user_rules.meaning import Conditions, SenderSort
from app.triage.user_rules.tongues import Tongue, pattern, patterns
from app.triage.user_rules.vocabulary import RECRUITING, of_category
from app.triage.verdict import Category

_PLEASE: Final = r"^(?:s['’]il (?:te|vous) pla[iî]t,?\s+)?"
_NOT: Final = r"n(?:e\s+|['’])"
_NEVER: Final = r"(?:jamais|pas|plus)"
_ALWAYS: Final = r"(?:toujours\s+)?"
_TO: Final = r"(?:à\s+la\s+|à\s+l['’]|aux?\s+|à\s+)"
_URGENT: Final = r"(?:urgente?s?|importante?s?|prioritaires?)"
_ABOUT: Final = r"(?:avant de (?:répondre|toucher)\s+(?:aux?|à)|au sujet d(?:es|u|e)|à propos d(?:es|u|e)|pour)"

FRENCH: Final = Tongue(
    sentences=patterns(
        (
            ("never_reply", rf"{_PLEASE}{_NOT}(?:réponds?|répondez|répondre|écris)\s+{_NEVER}\s+{_TO}(?P<whom>.+)$"),
            ("never_reply", rf"{_PLEASE}ne\s+{_NEVER}\s+répondre\s+{_TO}(?P<whom>.+)$"),
            ("never_archive", rf"{_PLEASE}{_NOT}(?:archives?|archivez|caches?|ranges?)\s+{_NEVER}\s+(?P<whom>.+)$"),
            ("never_archive", rf"{_PLEASE}ne\s+{_NEVER}\s+archiver\s+(?P<whom>.+)$"),
            (
                "never_archive",
                (
                    rf"{_PLEASE}(?:gardes?|gardez|laisses?|laissez|garder|laisser)\s+{_ALWAYS}(?P<whom>.+?)\s+"
                    r"dans (?:la|ma) boîte de réception$"
                ),
            ),
            ("always_ask", rf"{_PLEASE}demande[sz]?[- ]moi\s+{_ALWAYS}(?:d['’]abord\s+)?(?:{_ABOUT}\s+)?(?P<whom>.+)$"),
            ("urgent", rf"{_PLEASE}traite[sz]?\s+{_ALWAYS}(?P<whom>.+?)\s+comme\s+{_URGENT}$"),
            ("urgent", rf"^(?P<whom>.+?)\s+(?:est|sont)\s+{_ALWAYS}{_URGENT}$"),
            (
                "label",
                (
                    rf"{_PLEASE}(?:étiquettes?|étiquetez|étiqueter|libelle[sz]?)\s+{_ALWAYS}(?P<whom>.+?)\s+"
                    r"(?:comme|sous|avec)\s+(?P<to>.+)$"
                ),
            ),
            (
                "label",
                (
                    rf"{_PLEASE}(?:mets|mettez|mettre|classes?|classez|classer|ranges?|rangez|déplaces?)\s+{_ALWAYS}"
                    r"(?P<whom>.+?)\s+(?:dans|sous|en)\s+(?P<to>.+)$"
                ),
            ),
            (
                "forward",
                (
                    rf"{_PLEASE}(?:transfères?|transférez|transférer|fais suivre|faites suivre|envoie[sz]?)\s+{_ALWAYS}"
                    rf"(?P<whom>.+?)\s+{_TO}(?P<to>.+)$"
                ),
            ),
            ("label", rf"^(?P<whom>.+?)\s+(?:vont|va|appartiennent)\s+(?:dans\s+|{_TO})(?P<to>.+)$"),
            ("archive", rf"{_PLEASE}(?:archives?|archivez|archiver)\s+{_ALWAYS}(?P<whom>.+)$"),
            ("note", rf"^quand tu (?:réponds|écris)\s+{_TO}(?P<whom>[^,:]+)[,:]\s*(?P<to>.+)$"),
        )
    ),
    clauses=pattern(
        r"[.;\n]+|,?\s+(?:et|mais)\s+"
        r"(?=(?:ne\s|n['’]|archives?\b|demande|étiquette|mets\b|classe|traite|garde|laisse))"
    ),
    hints=pattern(r"^\s*quand\s"),
    pronoun=pattern(r"^(?:les|elles|eux|ceux-ci|celles-ci|leur|y|ces mails?)$"),
    targets=pattern(rf"\s+et\s+(?:aussi\s+)?(?:{_TO}|dans\s+)?|\s*,\s*(?:{_TO}|dans\s+)?"),
    for_somebody=pattern(r"\bpour\s+(?:approbation|validation|accord|information|vérification|relecture|paiement)\b|@"),
    place=pattern(r"^(?:(?:le|la|les)\s+|l['’])?(?:(?:libellé|dossier|étiquette)\s+)?"),
    mail=pattern(
        r"^(?:(?:tous|toutes|tout|chaque|mes|les|le|la|des|ces)\s+)*"
        r"(?:e-?mails?|mails?|courriels?|messages?|courriers?|lettres?|tout)$"
    ),
    articles=pattern(r"^(?:(?:(?:tous|toutes|chaque|mes|les|le|la|des|un|une)\s+)|l['’])+"),
    sender=pattern(
        r"^(?:(?P<what>.*?)\s+)?(?:venant d(?:es|u|e)|de la part d(?:es|u|e)|de la|des|du|de|par|d['’])\s*(?P<who>.+)$"
    ),
    subject=pattern(r"^(?P<what>.+?)\s+avec\s+(?P<words>.+?)\s+(?:dans l['’]objet|dans le sujet|en objet)$"),
    about=pattern(
        r"^(?P<what>.+?)\s+(?:au sujet d(?:es|u|e)|à propos d(?:es|u|e)|sur|concernant|contenant|avec les? mots?)\s+"
        r"(?:l[ae]\s+|les\s+|l['’])?(?P<words>.+)$"
    ),
    copied=pattern(r"^(?P<what>.+?)\s+(?:(?:où|dont)\s+)?(?:je suis\s+)?(?:seulement\s+)?(?:en copie|en cc)$"),
    alone=pattern(r"^(?P<what>.+?)\s+(?:(?:envoyés?|adressés?)\s+)?(?:à moi seule?|(?:seulement|uniquement) à moi)$"),
    either=pattern(r"\s*,\s*(?:et|ou)?\s*|\s+(?:et|ou)\s+"),
    at=pattern(r"^(?:(?:toute personne|tout le monde|quiconque|les gens)\s+(?:chez|de)\s+|@)(?P<domain>\S+)$"),
    kinds={
        r"factures?|demandes? de paiement": of_category(Category.INVOICE),
        r"reçus?|confirmations? de commande|commandes?|réservations?|avis d['’]expédition": of_category(
            Category.RECEIPT
        ),
        r"relevés?(?: de compte| bancaires?)?|mails? de la banque|fiches? de paie|bulletins? de paie": of_category(
            Category.FINANCE
        ),
        r"contrats?|(?:documents?|affaires?) juridiques?|accords?": of_category(Category.LEGAL),
        r"alertes? de sécurité|codes?(?: de connexion)?": of_category(Category.SECURITY),
        r"notifications?|alertes?": of_category(Category.NOTIFICATION),
        r"newsletters?|lettres? d['’]information|infolettres?": of_category(Category.NEWSLETTER),
        r"publicités?|pubs?|promotions?|offres?": of_category(Category.MARKETING),
        r"invitations?|réunions?|rendez-vous": of_category(Category.MEETING),
        r"réponses? automatiques?|messages? d['’]absence": of_category(Category.AUTO_REPLY),
        r"mails? non distribués?": of_category(Category.BOUNCE),
        r"mails? suspects?|phishing|hameçonnage|arnaques?|spam": of_category(Category.SUSPICIOUS),
        r"mails? (?:personnels?|privés?)": of_category(Category.PERSONAL),
        r"listes? de diffusion|listes?": Conditions(from_list=True),
        r"recruteurs?|chasseurs? de têtes|offres? d['’]emploi": RECRUITING,
        r"inconnus?|expéditeurs? inconnus?|(?:gens|personnes) que je ne connais pas": Conditions(known_sender=False),
        r"(?:gens|personnes) que je connais|contacts?": Conditions(known_sender=True),
        r"machines?|robots?|services?|expéditeurs? automatiques?": Conditions(sender_sorts=(SenderSort.SERVICE,)),
        r"questions?": Conditions(needs_reply=True),
        r"tout|tout le monde|tous(?: les)? (?:mails?|messages?)": Conditions(everything=True),
    },
)
