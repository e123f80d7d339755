"""Words that tell how soon something has to be done, by what they report."""

from typing import Final

from app.triage.signals.reading import phrases

OWN_DOING: Final = phrases(
    "you changed", "you have changed", "you updated", "you removed", "you turned on", "you enabled", "you have enabled",
    "you added", "was successfully changed", "has been changed", "was changed", "password changed", "is now on",
    "has been enabled", "confirmation of your change", "as you asked", "you asked us to", "sie haben geändert",
    "wurde geändert", "erfolgreich geändert", "passwort geändert", "ist jetzt aktiv", "wurde aktiviert", "har ändrats",
    "har endrats", "du har ändrat", "du har endret", "er endret", "ändrades", "a été modifié", "avez modifié",
    "a bien été",
    "ha sido modificada", "ha cambiado su", "se ha cambiado", "has cambiado", "foi alterada", "alterou",
    "è stata modificata",
    "hai modificato", "is gewijzigd", "werd gewijzigd", "heeft gewijzigd", "je hebt", "została zmieniona", "zmieniono",
)  # fmt: skip
"""A security notice about what the user has just done."""
DELAYED: Final = phrases(
    "delayed", "delay", "still trying", "will keep trying", "not yet been delivered", "not been delivered yet",
    "do not need to resend", "moderator*", "held for approval", "awaits approval", "verzögert*", "verzögerung",
    "weiter versucht", "freigabe", "fördröj*", "forsink*", "försen*", "nya försök", "nye forsøk", "retardé*",
    "en attente",
    "nouvelle tentative", "retrasad*", "demorad*", "seguirá intentando", "atrasad*", "ritardat*", "in ritardo",
    "vertraagd", "vertraging", "opóźni*", "moderação", "moderador*", "modérateur*", "moderatore", "保留", "遅延",
)  # fmt: skip
"""A delivery report that says: not yet."""
MOVED: Final = phrases(
    "moved", "rescheduled", "cancel*", "changed", "new time", "earlier", "brought forward", "short notice",
    "called off",
    "verschoben", "verlegt", "vorverlegt", "abgesagt", "entfällt", "fällt aus", "kurzfristig", "geändert", "flyttad*",
    "flyttat", "flyttet", "inställ*", "avlyst", "endret", "ändrad*", "annul*", "reporté*", "avancé*", "déplacé*",
    "cancelad*",
    "anulad*", "aplazad*", "adelanta*", "adiad*", "remarc*", "alterad*", "annullat*", "rinviat*", "spostat*",
    "anticipat*",
    "verplaatst", "geannuleerd", "verzet", "gaat niet door", "odwołan*", "przesunięt*", "przełożon*",
    "*変更*", "*中止*",
)  # fmt: skip
NEAR: Final = phrases(
    "today", "tomorrow", "tonight", "heute", "morgen", "idag", "i dag", "imorgon", "i morgon", "i morgen",
    "aujourd'hui",
    "demain", "hoy", "mañana", "hoje", "amanhã", "oggi", "domani", "vandaag", "dziś", "jutro",
    "*本日*", "*明日*", "*今日*",
)  # fmt: skip
OUTAGE: Final = phrases(
    "down", "full", "offline", "critical", "outage", "failing", "unreachable", "alert", "alarm*", "leak*", "störung",
    "driftstörning", "nere", "larm", "not answering", "panne", "avería", "avaria", "guasto", "storing", "awaria",
)  # fmt: skip
"""In the subject of a service's mail: something of the user's is broken now."""
MENDED: Final = phrases(
    "resolved", "recovered", "up", "ok", "behoben", "löst", "åtgärdad", "fixed", "restored", "succeeded", "passed",
    "rétabli", "resuelto", "resolvido", "risolto", "opgelost", "rozwiązano",
)  # fmt: skip
TO_MEND: Final = phrases(
    "failed", "failing", "failure", "rejected", "refused", "expire*", "expiring", "on hold", "held", "incomplete",
    "action needed", "action required", "could not be", "cannot be", "not been published", "clarification",
    "deprecated",
    "please upload", "please correct", "please update", "renew it", "overdue", "missing", "mismatch", "not verified",
    "accept or decline", "closed automatically", "stops working", "maintenance request", "schedule change",
    "listed as the owner",
    "fehlgeschlagen", "abgelehnt", "läuft ab", "abgelaufen", "ungültig", "isolationsfehler", "bitte korrigieren",
    "bitte prüfen", "misslyckad*", "kunde inte", "løper ut", "utløper", "löper ut", "kunne ikke", "a échoué", "refusé*",
    "expire", "n'a pas pu", "rechazad*", "caduca*", "no transmite", "no se pudo", "falhou", "recusad*", "expira",
    "não foi possível",
    "rifiutat*", "scadut*", "non riuscit*", "geweigerd", "mislukt", "verlopen", "verbroken", "niet meer",
    "odrzucon*", "wygas*",
    "nie powiodł*", "gecikti", "geçmiştir", "*失効*", "*失敗*",
)  # fmt: skip
"""Something is the user's to mend, though perhaps not today."""
CHECK_BACK: Final = phrases(
    "did you make", "did you authorize", "did you authorise", "did you pay", "did you set up", "have you set up",
    "was this you", "do you recognise", "do you recognize", "don't recognise this payment", "is waiting for your",
    "haben sie diese", "waren sie das", "war das sie", "betaling gedaan", "heeft u deze", "var det du", "gjorde du",
    "êtes vous à l'origine", "avez vous effectué", "ha realizado usted", "reconoce esta", "has sido tú",
    "não reconhece",
    "reconhece esta", "ha autorizzato", "è stato lei", "czy to ty", "czy to pan*",
)  # fmt: skip
"""A bank asks whether the payment is the user's."""
