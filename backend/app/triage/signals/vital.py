"""What a person must not miss, by the words a mail opens with: such mail stays in the inbox, whoever sent it."""

from typing import Final

from app.triage.signals.reading import Reading, phrases

_OPENING_SENTENCES: Final = 4

WARNING: Final = phrases(
    "warning*", "expir*", "overdue", "failed", "failing", "failure", "error", "full", "down", "critical", "alert*",
    "alarm*", "awaits moderator*", "held for approval", "action required", "action needed", "almost full", "voll",
    "mentioned you", "assigned to you", "important", "deadline*", "due", "tomorrow",
    "today", "cancel*", "varning*", "viktigt", "löper ut", "förfaller", "misslyckades", "fel", "nere", "imorgon",
    "i morgon", "i dag", "idag", "kod", "konto", "kontot", "termin", "warnung*", "wichtig*", "läuft ab",
    "fehlgeschlagen", "fehler",
    "morgen", "heute", "échec", "important*", "demain", "vence", "mañana", "importante", "aviso",
)  # fmt: skip
"""In the subject alone: in a text such words stand everywhere."""

VITAL: Final = phrases(
    # warnings and haste
    "as soon as possible", "urgent*", "immediately", "action required", "action needed", "recall*", "evacuat*",
    "emergency", "outage*", "final notice", "last reminder", "reminder*", "brådskande", "omedelbart", "omgående",
    "snarast", "så snart som möjligt", "åtgärd krävs", "återkall*", "strömavbrott*", "driftstörning*", "påminnelse*",
    "dringend*", "umgehend*", "unverzüglich*", "sofort", "so bald wie möglich", "schnellstmöglich*", "*rückruf*",
    "stromausfall*", "*erinnerung*", "mahnung*", "avertissement*", "le plus tôt possible", "immédiatement", "rappel*",
    "advertencia*", "lo antes posible", "inmediatamente", "recordatorio*",
    # appointments
    "appointment*", "your visit", "consultation*", "bokad tid", "din tid", "läkartid*", "tandläkar*", "kallelse*",
    "kallad till", "ditt besök", "ihr termin", "ihren termin", "ihrem termin",
    "dein termin", "*arzttermin*", "terminbestätigung*", "terminabsage*", "vorladung*", "rendez vous", "convocation*",
    "convoqu*", "cita",
    "citación",
    # health
    "test result*", "lab result*", "your results", "clinic*", "hospital*", "your doctor", "dentist*", "patient*",
    "prescription*", "vaccin*", "biopsy", "diagnos*", "surgery", "vårdcentral*", "sjukhus*", "provsvar*", "läkar*",
    "mottagning*", "läkemedel*", "e recept*", "röntgen*", "din operation", "arzt*", "ärzt*", "zahnarzt*",
    "krankenhaus*",
    "klinik*", "befund*", "untersuchung*", "impf*", "laborwert*", "médecin*", "hôpital*", "clinique*",
    "résultats d'analyse*", "ordonnance*", "médic*", "clínica*", "resultados de*", "sus resultados",
    # school and children
    "your son", "your daughter", "your child", "your children", "your kid*", "at school", "in school", "from school",
    "pupil*", "absent", "absence*", "din son", "er son", "din dotter", "er dotter", "ditt barn", "ert barn", "skolan",
    "frånvar*", "förskol*", "ihr sohn", "ihre tochter", "ihr kind", "ihrem kind", "dein kind", "schule", "fehlzeit*",
    "abwesen*", "kindergarten", "kita", "votre fils", "votre fille", "votre enfant", "l'école", "école", "su hijo",
    "su hija", "tu hijo", "tu hija", "colegio",
    # work
    "employment", "your position", "your job", "job offer", "your interview", "job interview", "your application",
    "your shift", "dismiss*", "redundan*", "laid off", "terminat*", "resign*", "anställning*", "uppsägning*", "uppsagd",
    "sägs upp", "din ansökan", "arbetsgivar*", "arbetspass", "din intervju", "varsel", "varsl*", "*kündig*",
    "arbeitsvertrag*", "arbeitsverhältnis*", "bewerbung*", "vorstellungsgespräch*", "entlass*", "licenci*",
    "candidature*", "contrat de travail", "entretien d'embauche", "despid*", "su empleo", "su solicitud",
    "contrato de trabajo",
    # journeys that change
    "cancelled", "canceled", "cancellation", "rescheduled", "delayed", "delay*", "rebooked", "gate change",
    "your flight", "your train", "schedule change*", "itinerary", "inställd*", "inställt", "ställs in", "försen*",
    "avbokad*", "avbokat", "ombokad*", "ombokat", "ditt flyg", "ditt tåg", "din resa", "storniert*", "annulliert*",
    "verspät*", "fällt aus", "fallen aus", "ausfall*", "verschoben", "umgebucht*", "ihr flug", "ihr zug", "ihre reise",
    "annulé*", "annulation*", "retardé*", "retard", "reporté*", "votre vol", "votre train", "cancelad*", "retras*",
    "aplazad*", "su vuelo", "su tren",
    # passwords and access
    "password*", "passcode*", "passphrase*", "security code*", "verification code*", "login code*", "your code",
    "your account", "sign in attempt*", "*lösenord*", "*koden", "din kod", "engångskod*", "inloggning*", "ditt konto",
    "*passwort*", "*passwörter*", "*kennwort*", "*kennwörter*", "zugangsdaten", "zugangscode*", "ihr konto",
    "mot de passe", "mots de passe", "votre compte", "votre code", "contraseña*", "su cuenta", "tu cuenta", "su código",
    # renewals, ends and terms
    "renew*", "expir*", "will be removed", "will be deleted", "will be suspended", "will be closed", "will be blocked",
    "will be charged", "will end", "suspended", "deactivat*", "deadline*", "no later than", "at the latest",
    "last day to", "past due", "overdue", "due date", "due on", "due by", "förny*", "förläng*", "löper ut", "upphör*",
    "avslutas", "stängs", "raderas", "tas bort", "spärr*", "senast", "sista dag*", "förfall*", "tidsfrist*",
    "verlänger*", "erneuer*", "läuft ab", "laufen ab", "abläuft", "ablauf*", "gelöscht", "gesperrt", "beendet", "endet",
    "*frist", "*fristen", "spätestens", "fällig*", "renouvel*", "échéance*", "date limite", "au plus tard", "supprimé*",
    "suspendu*", "résili*", "renov*", "caduc*", "vencimiento*", "fecha límite", "a más tardar", "eliminad*",
    "suspendid*",
    # authorities and law
    "court", "tingsrätt*", "domstol*", "kronofogd*", "inkasso*", "polisen", "gericht*", "polizei", "bescheid*",
    "tribunal*", "juzgado*", "police", "policía",
)  # fmt: skip
"""In the subject or the first sentences."""


def vital_in(reading: Reading) -> bool:
    opening = "".join(sentence.spoken for sentence in reading.sentences[:_OPENING_SENTENCES])
    return WARNING.found_in(reading.subject_spoken) or VITAL.found_in(reading.subject_spoken + opening)
