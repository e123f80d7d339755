"""The words by which a bill, a receipt, a contract, an alert or an offer is known, in several languages."""

from enum import StrEnum
from typing import Final

from app.triage.signals.reading import phrases


class Topic(StrEnum):
    INVOICE = "invoice"
    RECEIPT = "receipt"
    FINANCE = "finance"
    LEGAL = "legal"
    SECURITY = "security"
    NOTIFICATION = "notification"
    NEWSLETTER = "newsletter"
    MARKETING = "marketing"
    MEETING = "meeting"
    PITCH = "pitch"
    """A stranger selling in the tone of a personal mail."""


TOPIC_WORDS: Final = {
    Topic.INVOICE: phrases(
        "invoice*", "*faktura", "fakturan", "fakturanummer", "fakturadatum", "*rechnung", "rechnungsnummer",
        "rechnungsbetrag", "facture", "factura", "amount due", "balance due", "total due", "payment due", "due date",
        "payment terms", "payment reminder", "payable within", "your bill", "bill for", "förfallodatum",
        "förfallodag", "förfaller", "att betala", "bankgiro", "plusgiro", "ocr", "dagar netto", "betalningsvillkor",
        "betalningspåminnelse", "betalas", "fällig", "fälligkeit", "zahlbar", "zahlungsziel", "zahlungserinnerung",
        "mahnung", "zu zahlen", "gesamtbetrag", "échéance", "montant dû", "à régler", "vencimiento", "importe total",
        "days net", "net 30", "net 14",
    ),
    Topic.RECEIPT: phrases(
        "receipt*", "kvitto*", "quittung*", "zahlungsbeleg", "reçu", "recibo", "order confirm*", "order number",
        "order no", "your order", "your purchase", "orderbekräftelse*", "*bestätigung", "*bekräftelse", "ordernummer",
        "din beställning", "din order", "bestellbestätigung*", "ihre bestellung", "deine bestellung", "bestellnummer",
        "auftragsbestätigung", "confirmation de commande", "votre commande", "su pedido", "tu pedido",
        "confirmación de pedido", "has shipped", "has been shipped", "shipped", "dispatched", "out for delivery",
        "has been delivered", "was delivered", "tracking number", "track your", "parcel", "your package",
        "ditt paket", "har skickats", "på väg till dig", "leveransbesked", "kollinummer", "versandbestätigung",
        "wurde versandt", "sendungsnummer", "ihr paket", "colis", "paquete", "booking confirm*", "your booking",
        "your reservation", "reservation confirm*", "ihre reservierung", "tack för din bokning", "din reservation",
        "kan hämtas", "klar att hämta", "ready for pickup", "ready to collect", "abholbereit", "abholung",
        "fraktsedel", "är bokad", "is booked", "order", "boarding pass", "shipment", "was received by", "delivered",
        "booking reference", "bokningsbekräftelse", "din bokning", "bokningsnummer", "buchungsbestätigung",
        "ihre buchung", "buchungsnummer", "réservation confirmée", "e ticket", "your ticket", "your trip", "biljett*",
        "payment received", "payment confirmation", "we received your payment", "thank you for your order",
        "thank you for your purchase", "thanks for your order", "thank you for your payment",
        "thank you for shopping", "tack för din beställning", "tack för ditt köp", "tack för din betalning",
        "vielen dank für ihre bestellung", "danke für ihren einkauf", "merci pour votre commande",
        "gracias por su compra", "gracias por tu compra", "refund*", "återbetalning", "rückerstattung",
    ),
    Topic.FINANCE: phrases(
        "account statement", "bank statement", "your statement", "statement for", "monthly statement", "kontoutdrag",
        "kontoauszug*", "relevé de compte", "extracto", "bank", "banken", "*bank", "*banken", "tax", "taxes",
        "tax return", "skatt", "skatten", "skatteverket", "skattekonto*", "deklaration*", "moms", "momsdeklaration",
        "steuer*", "finanzamt", "impôts", "impuestos", "payroll", "payslip*", "salary", "lönespecifikation*",
        "lönebesked*", "lön", "gehaltsabrechnung*", "bulletin de paie", "nómina", "insurance*", "skadeanmälan",
        "skadeärende", "skadereglerare", "schadensmeldung", "claim number", "beslut om", "jämkning", "skatte*",
        "återbäring", "myndighet*", "*försäkring", "versicherung*", "assurance", "seguro", "policy number", "premium",
        "pension*", "card ending", "your card", "card transaction", "card payment", "card was used", "kortköp",
        "ditt kort", "kreditkort", "nekades", "köp på", "declined", "purchase of", "kreditkarte", "ihre karte",
        "balance", "saldo", "direct debit", "autogiro", "lastschrift", "interest rate", "ränta", "räntan", "zinsen",
        "dividend", "fund", "fonder", "portfolio", "mortgage", "bolån", "transaction", "transaktion", "credited",
        "debited", "account balance", "available in your account", "e bokföring", "annual report for your",
    ),
    Topic.LEGAL: phrases(
        "krav avseende", "talan", "utan licens", "olovlig*", "advokater", "vår klient", "our client",
        "unsere mandant*", "underskrift", "contract*", "agreement*", "*avtal", "*avtalet", "avtals*", "*vertrag",
        "vertrags*", "contrat", "contrato", "nda", "non disclosure", "confidentiality agreement", "sekretess*",
        "geheimhaltung*", "lease", "tenancy", "terms of service", "terms of use", "terms and conditions",
        "updated terms", "changes to our terms", "our terms", "villkor", "villkoren", "användarvillkor*", "agb",
        "nutzungsbedingungen", "conditions générales", "términos y condiciones", "privacy policy",
        "integritetspolicy", "datenschutzerklärung", "politique de confidentialité", "sign and return",
        "for signature", "signature request", "your signature", "to sign", "e sign*", "electronically sign*",
        "undertecknat", "underteckna*", "signera", "unterschrift", "unterschreiben", "unterzeichnen", "signer",
        "firmar", "legal notice", "legal action", "lawsuit", "litigation", "infring*", "copyright", "upphovsrätt*",
        "urheberrecht*", "cease and desist", "abmahnung", "compensation claim", "liability", "solicitor*",
        "attorney*", "law firm", "lawyer*", "advokat*", "jurist", "rechtsanwalt*", "kanzlei", "avocat", "abogado",
        "court", "tingsrätt*", "power of attorney", "fullmakt", "vollmacht", "gdpr", "data processing agreement",
        "personuppgiftsbiträdesavtal", "clause*", "statutory", "unauthorised use", "unauthorized use",
        "without permission", "without a licence", "licence fee",
    ),
    Topic.SECURITY: phrases(
        "sign in", "signed in", "sign in attempt", "new sign in", "new login", "login attempt*", "logged in",
        "login from", "inloggning*", "loggade in", "anmeldung", "angemeldet", "connexion", "nueva sesión",
        "inicio de sesión", "new device", "ny enhet", "neues gerät", "nouvel appareil", "password", "passwort",
        "lösenord*", "mot de passe", "contraseña", "verification code", "security code", "verifieringskod",
        "säkerhetskod", "engångskod", "bestätigungscode", "sicherheitscode", "code de vérification",
        "código de verificación", "one time code", "one time password", "confirmation code", "login code",
        "inloggningskod", "anmeldecode", "2fa", "api token*", "token was created", "do not recogni*", "har ändrats",
        "e postadress har", "email address was changed", "inte gjort detta själv", "haben sie das nicht",
        "app password*", "recovery address", "recovery phone", "backup address", "backup email",
        "was added to your account", "*lösenord*", "*passwort*", "password*", "two factor", "two step", "2 step",
        "multi factor", "tvåfaktor*", "zwei faktor*", "recovery email", "account recovery", "recovery code*",
        "security alert", "security notice", "säkerhetsvarning", "säkerhetsavisering", "sicherheitswarnung",
        "sicherheitshinweis", "alerte de sécurité", "alerta de seguridad", "unusual activity", "suspicious activity",
        "ovanlig aktivitet", "ungewöhnliche aktivität*", "ssh key", "access token", "api key", "passkey",
        "reset your password", "password reset", "återställ", "zurücksetzen", "réinitialis*", "restablecer",
        "verify your email", "confirm your email", "bekräfta din e post*", "bestätigen sie ihre e mail*",
        "wasn't you", "was not you", "if you did not request", "if you didn't request", "om det inte var du",
        "falls sie das nicht waren",
    ),
    Topic.NOTIFICATION: phrases(
        "wants to connect", "connection request", "lägga till dig", "vill lägga till", "kontaktanfrage", "commented",
        "new comment*", "mentioned you", "assigned", "build failed", "build passed", "build succeeded", "pipeline",
        "deployed", "deployment", "pull request", "merge request", "merged", "issue", "ticket", "alert", "alerting",
        "monitor*", "is down", "is up", "outage", "resolved", "recovered", "incident", "status page", "downtime",
        "followed you", "new follower*", "liked your", "reacted to", "tagged you", "new message", "unread message*",
        "invited you", "shared a", "shared with you", "joined", "reminder", "notification*", "kommenterade",
        "ny kommentar", "nämnde dig", "tilldelad", "driftstörning", "påminnelse", "avisering*", "benachrichtigung*",
        "kommentiert", "erwähnt", "zugewiesen", "störung", "behoben", "erinnerung", "a commenté", "notification",
        "rappel", "notificación", "comentó", "backup", "report is ready", "export is ready", "completed",
        "maintenance", "planned maintenance", "disk", "scheduled",
    ),
    Topic.NEWSLETTER: phrases(
        "newsletter*", "nyhetsbrev*", "veckobrev*", "månadsbrev*", "wochenbrief*", "rundbrief*",
        "lettre d'information", "infolettre", "boletín", "weekly", "digest", "edition", "this week", "this month",
        "roundup", "read more", "read on", "read the full", "in this issue", "top stories", "editor*", "subscriber*",
        "you are receiving this", "you're receiving", "veckans", "månadens", "läs mer", "nummer", "denna vecka",
        "diese woche", "ausgabe", "weiterlesen", "mehr lesen", "lire la suite", "cette semaine", "leer más",
        "esta semana", "essay*", "article*", "podcast*", "interview*", "reading", "monthly", "issue no", "news from",
        "nytt från", "neues aus",
    ),
    Topic.MARKETING: phrases(
        "off", "sale", "on sale", "rea", "offer*", "special offer", "erbjudande*", "angebot*", "discount*", "rabatt*",
        "promo*", "coupon*", "voucher*", "rabattkod", "gutschein*", "free shipping", "free delivery", "fri frakt",
        "kostenloser versand", "versandkostenfrei", "shop now", "shop the", "buy now", "order now", "köp nu",
        "handla nu", "jetzt kaufen", "jetzt sichern", "jetzt shoppen", "jetzt bestellen", "limited time",
        "last chance", "sista chansen", "letzte chance", "ends soon", "ends tonight", "ends sunday", "only until",
        "endast till", "nur bis", "nur noch", "deal*", "black friday", "cyber monday", "save up to", "save", "spara",
        "sparen", "exclusive*", "exklusiv*", "don't miss", "missa inte", "nicht verpassen", "new collection",
        "new arrivals", "just landed", "nyheter i butiken", "upgrade", "free trial", "start your trial",
        "try it free", "prova gratis", "kostenlos testen", "oferta*", "descuento*", "rebajas", "soldes", "promotion*",
        "offre*", "profitez", "loyalty", "bonus", "reward*", "members only", "book a demo", "webinar", "pricing",
        "half price",
    ),
    Topic.PITCH: phrases(
        "open to a", "quick chat", "quick call", "short call", "15 minute*", "15 min", "10 minute call", "20 minute*",
        "30 minute call", "book a time", "book a call", "calendly", "right person", "companies like yours",
        "teams like yours", "businesses like", "for companies like", "your website", "your site", "seo",
        "rank on google", "ranking*", "leads", "growth", "roi", "we help", "we helped", "case study", "case studies",
        "worth a chat", "worth a conversation", "top of your inbox", "bumping this", "circling back",
        "following up on my", "did you get a chance", "did you see my last", "touching base", "just checking in",
        "free audit", "free trial", "no obligation", "came across your", "saw that your", "saw that you", "congrats",
        "outsourcing", "er webbplats", "din webbplats", "kort samtal", "15 minuter", "kostnadsfri analys",
        "kostnadsfri genomgång", "fler kunder", "ihre website", "ihre webseite", "kostenlose*", "kostenfreie*",
        "unverbindlich", "kurzes telefonat", "kurzes gespräch", "mehr kunden", "sichtbarkeit", "votre site",
        "sans engagement", "plus de clients", "su sitio web", "sin compromiso", "más clientes",
    ),
    Topic.MEETING: phrases(
        "meeting", "meet", "call", "video call", "catch up", "invitation*", "appointment", "möte*", "mötet",
        "träffas", "samtal", "inbjudan", "besprechung*", "termin", "terminvorschlag", "treffen", "gespräch",
        "einladung", "réunion", "rendez vous", "reunión", "cita", "rescheduled", "reschedule", "ombokat",
        "verschoben", "calendar",
    ),
}  # fmt: skip
