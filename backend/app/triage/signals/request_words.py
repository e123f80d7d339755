"""How people ask, thank, inform and wave an answer off, in the languages the rules know."""

from typing import Final

from app.triage.signals.reading import phrases

REQUESTS: Final = phrases(
    # English
    "could you", "can you", "would you", "will you", "could one of you", "can one of you", "could someone",
    "could we", "may i ask", "can i ask you", "would it be possible", "is it possible", "any chance", "let me know",
    "let us know", "tell me", "get back to", "i need you", "we need you", "i need your", "we need your",
    "need to know", "need your", "need you to", "i'd like you to", "i would like you to", "i'd like to ask",
    "i'd like to know", "waiting for your", "waiting on your", "awaiting your", "wait for your", "your decision",
    "send me", "send us", "rsvp", "i wonder", "we wonder", "wondering if", "wondering whether", "wondering what",
    "i'm not sure which", "i'm not sure whether", "not sure which", "not sure whether", "not sure if you",
    "still don't know", "i don't know which", "i don't know whether", "i don't know if you", "need an answer",
    "need a reply", "need a decision", "need confirmation", "appreciate your reply", "appreciate a reply",
    "hear from you", "hear back from you", "your reply", "your answer", "your feedback", "your thoughts",
    "your approval", "your confirmation", "your response", "give me a call", "call me", "remind me", "reply to this",
    "reply by", "respond by", "answer by", "sign and return", "review and sign", "review and return", "reply with",
    "answer with", "we request that", "we demand", "we ask that", "friendly reminder", "gentle reminder",
    "reminder of my", "following up on my", "did you see my", "any news on",
    # Swedish
    "snälla", "var snäll och", "hör av dig", "hör av er", "återkom", "återkoppla", "säg till", "säg om",
    "meddela mig", "meddela oss", "berätta", "undrar om", "undrar vad", "undrar när", "undrar hur", "undrar ifall",
    "tacksam om", "tacksam för", "tacksamma om", "tacksamma för", "ring mig", "skicka mig", "skicka gärna",
    "skicka över", "svara gärna", "svara senast", "behöver ditt", "behöver din", "behöver dina", "behöver era",
    "behöver ett svar", "behöver svar", "behöver veta", "behöver ert", "behöver er", "svara med", "skriv under",
    "skicka ett tillbaka", "skicka tillbaka", "begär att", "vi begär", "behöver jag", "behöver vi",
    "svara på det här", "svara på detta", "påminna om min", "påminner om min", "väntar på ditt", "väntar på er",
    "vet inte om du", "vet inte vilket", "vet inte vilken", "ert svar", "ditt svar", "undertecknat exemplar",
    "returnera", "lämna besked", "ge besked", "ge mig besked", "höra av dig", "höra från dig", "be dig", "be er",
    # German

    "bescheid", "melde dich", "melden sie sich", "meldet euch", "brauchen wir", "brauche ich", "wir brauchen",
    "ich brauche", "ich bräuchte", "wir bräuchten", "benötigen wir", "wir benötigen", "ich benötige", "antworten sie",
    "unterschreiben sie", "wir fordern", "fordern wir", "wir bitten", "ich bitte", "bitten wir", "bitte ich",
    "rückmeldung", "um antwort", "ihre antwort", "deine antwort", "ihre freigabe", "deine freigabe",
    "ihre entscheidung", "teilen sie", "teil mir", "lassen sie mich", "lassen sie uns", "lass mich wissen",
    "lass uns wissen", "schick mir", "schicken sie", "sag mir", "sag uns", "sagen sie", "gib uns", "gib mir",
    "warten auf ihre", "warte auf deine", "ich wüsste gern", "wir wüssten gern", "wäre es möglich",
    # French
    "répondez", "nous vous demandons", "nous demandons", "pouvez vous", "pourriez vous", "peux tu", "pourrais tu",
    "merci de", "veuillez", "s'il vous plaît", "s'il te plaît", "svp", "stp", "dites moi", "dis moi", "dites nous",
    "tenez moi", "tiens moi", "faites moi", "fais moi", "nous faire parvenir", "me faire parvenir",
    "attente de votre", "attente de ta", "j'aurais besoin", "j'ai besoin", "nous avons besoin", "nous aurions besoin",
    "est ce que vous", "est ce que tu", "avez vous", "as tu", "serait il possible", "je vous prie de",
    "nous vous prions", "envoyez", "envoie", "confirmez", "rappelez",
    # Spanish
    "responda con", "solicitamos", "puede usted", "puede enviar*", "puede confirmar*", "me puede", "me puedes",
    "nos puede", "por favor", "avíseme", "avísame", "avísenos", "dime", "dígame", "necesito que", "necesitamos que",
    "necesitamos su", "necesito su", "necesito tu", "necesitamos tu", "envíame", "envíeme", "envíenos",
    "quedo a la espera", "quedamos a la espera", "espero su", "espero tu", "esperamos su", "confírmame", "confírmeme",
    "confírmenos",
    # Russian, Arabic, Chinese, Japanese, Korean: whole words or, where words run together, parts of them
    "пожалуйста", "могли бы", "можете ли", "просим", "прошу", "жду ответа", "يرجى", "هل يمكن*", "هل", "من فضلك", "*请*",
    "*請*", "*能否*", "*可否*", "*ください*", "*いただけます", "*いただけません", "*幸いです", "*でしょうか",
    "*주세요", "*부탁", "*바랍니다", "le agradecería",
    "te agradecería", "sería posible",
    # What is asked without asking
    "would value", "would love to know", "would love to hear", "love to interview", "would like to know",
    "be grateful", "would appreciate", "say so now", "write back", "ring me", "it's your call", "is your call",
    "without your", "haven't heard", "have not heard", "still don't have", "still do not have", "still missing",
    "is missing from you", "still waiting", "we ask you to", "look forward to hearing", "looking forward to hearing",
    "look forward to your", "looking forward to your", "last request", "from you before", "needs your", "back to me",
    "want a decision", "wants a decision", "want an answer", "you promised", "don't have your", "any update",
    "any updates", "shall we", "would you be", "are you able", "do you happen", "fill in and return",
    "and send it back",
    "vill gärna veta", "skulle vilja veta", "har inte hört", "hörde aldrig", "väntar på svar", "inkomma med",
    "kompletterande uppgifter", "ditt godkännande", "ert godkännande", "besked om", "vore tacksam", "önskar besked",
    "fehlt uns", "fehlt mir", "fehlen uns", "fehlen mir", "fehlt noch", "fehlen noch", "ohne deine", "ohne ihre",
    "ohne dein", "ohne ihr", "hätte interesse", "hätten gern", "hätte gern", "hätten gerne", "hätte gerne",
    "freue mich auf ihre", "freuen uns auf ihre", "freue mich auf deine", "noch nichts gehört", "deine meinung",
    "ihre meinung", "schreib mir", "schreiben sie mir", "ruf mich", "rufen sie mich", "bitte um",
    "souhaiterais savoir", "aimerais savoir", "aimerions savoir", "me manque", "nous manque", "dans l'attente",
    "plaisir de vous lire", "sans votre", "sans ta", "sans ton", "merci de me", "merci de nous", "rappelle moi",
    "me gustaría saber", "nos gustaría saber", "quisiera saber", "me falta", "nos falta", "nos faltan", "dime algo",
    "sin su", "sin tu", "quedo atento", "quedo atenta", "quedo pendiente", "mándame", "mándeme", "confirme",
    "wants to know whether", "want to know whether", "wants to know if", "want to know if", "i should like",
    "we should like",
    "i'd like to have", "did not get an answer", "didn't get an answer", "in writing from you", "two things",
    "from you by", "sentences from you", "love to hear", "be curious", "your offer should", "may i", "might i",
    "will du veta", "vill veta om", "säg bara", "hur vill du", "würde mich interessieren", "mich würde interessieren",
    "möchte wissen", "wollen wissen", "will wissen", "sag's mir", "sag du", "geben sie mir", "gebt mir",
    "puis je", "est ce que je peux", "dites nous", "dis nous", "faut il", "díganos", "diga nos", "digam nos",
    "mandami", "mandaci", "dimmi", "dicci", "ci dica", "mi dica", "scrivimi", "fammi avere", "zeg het",
    # Portuguese
    "pode enviar", "podem enviar", "pode confirmar", "pode dizer", "gostaria de saber", "gostaríamos de saber",
    "preciso de", "precisamos de", "preciso que", "aguardo", "aguardamos", "fico à espera", "ficamos à espera",
    "diga me",
    "me diga", "me avise", "avise me", "avisa me", "me avisa", "responda", "envie me", "você pode", "você poderia",
    "se faz favor", "por gentileza", "falta me", "faltam me", "sem a sua", "sem o seu",
    # Italian
    "mi mandi", "mi manda", "mi può", "mi puoi", "ci può", "mi invii", "mi invia", "mi confermi", "ci confermi",
    "fammi sapere", "mi faccia sapere", "fateci sapere", "ci faccia sapere", "vorrei sapere", "vorremmo sapere",
    "ho bisogno", "abbiamo bisogno", "attendo", "attendiamo", "resto in attesa", "in attesa di", "per favore",
    "per cortesia", "gentilmente", "senza la tua", "senza il suo", "mi manca", "ci manca",
    # Dutch
    "graag horen", "horen graag", "hoor graag", "hoor het graag", "laat me weten", "laat even weten", "laat het weten",
    "laat maar weten", "graag even", "graag bevestigen", "graag uw", "graag je", "alsjeblieft", "alstublieft",
    "ik heb nodig",
    "stuur me", "stuur mij", "wil graag weten", "geef even door", "bel me",
    # Danish, Norwegian
    "venligst", "vennligst", "giv besked", "gi beskjed", "lad mig vide", "la meg vite", "svar gerne", "hører gerne fra",
    # Polish
    "proszę o", "proszę", "prosimy o", "czy mógłby*", "czy mogłaby*", "czy mogliby*", "czekam na", "czekamy na",
    "daj znać", "dajcie znać", "potrzebuję", "potrzebujemy",
    # Russian, Arabic, Chinese and Japanese once more
    "не могли бы", "подскажите", "подскажи", "сообщите", "пришлите", "пришли", "жду вашего", "жду твоего",
    "ждём вашего",
    "ждем вашего", "ответьте", "напишите", "напиши", "дайте знать", "нужно ваше", "ننتظر", "بانتظار", "نرجو", "أرجو",
    "الرجاء", "رجاء", "نحتاج", "*教えて*", "*お返事*", "*ご返信*", "*ご回答*", "*ご連絡をお待ち*", "*麻烦*", "*等您*",
)  # fmt: skip
MODAL_REQUESTS: Final = phrases(
    "kan du", "kan ni", "kunde du", "kunde ni", "skulle du", "skulle ni", "vill du", "vill ni", "får jag", "får vi",
    "hinner du", "hinner ni", "können sie", "könnten sie", "kannst du", "könntest du", "könnt ihr", "könntet ihr",
    "würden sie", "würdest du", "würdet ihr", "darf ich sie", "darf ich dich", "hast du zeit", "haben sie zeit",
    "podría", "podrías", "podrían", "puedes", "podemos", "podríamos", "poderia", "poderiam", "pode", "podes", "podem",
    "consegue", "potrebbe", "potresti", "potreste", "puoi", "può", "potete", "possiamo", "kun je", "kunt u",
    "kunnen jullie",
    "zou je", "zou u", "zouden jullie", "wil je", "wilt u", "kunnen we", "kan i", "kan dere", "kunne du", "vil du",
    "hätten sie",
    "hättest du", "wären sie", "wärst du", "seriez vous", "serais tu", "auriez vous", "aurais tu", "peut on",
    "pourrions nous",
)  # fmt: skip
"""A request at the head of a sentence; after an adverb only a statement ("då kan du öppna …")."""
PLEAS: Final = phrases(
    "please*", "pls", "kindly", "vänligen", "bitte", "bitten",
)  # fmt: skip
"""A plea is a request unless what follows is only politeness (BOILERPLATE)."""

BOILERPLATE: Final = phrases(
    # Polite formulas and footers that ask nothing of this reader.
    "please note", "please find", "please be advised", "please be aware", "please see attached", "please see below",
    "please do not reply", "please don't reply", "please do not respond", "please ignore", "please disregard",
    "please do not hesitate", "please don't hesitate", "please feel free", "please consider the environment",
    "please contact us if", "please contact us", "please call us if", "please notify the sender", "please notify us",
    "if you are not the intended", "if you have received this", "if you received this", "if you have any questions",
    "if you have questions", "if there are any questions", "if you need anything", "if you need help",
    "let me know if you need", "let us know if you need", "let me know if there's anything",
    "let me know if anything", "let me know if you have any", "let us know if you have any", "if you would rather",
    "if you'd rather", "was this you", "was it you", "var det du", "var det inte du", "waren sie das",
    "était ce vous", "if you no longer", "if this wasn't you", "if you did not", "if you didn't",
    "in case of questions", "don't hesitate", "vänligen notera", "vänligen observera", "vänligen svara inte",
    "vid frågor", "om du har frågor", "om ni har frågor", "har du frågor", "har ni frågor", "tveka inte",
    "hör av dig om", "hör av er om", "hör gärna av", "säg till om", "bitte beachten", "bitte nicht antworten",
    "bitte antworten sie nicht", "bitte finden sie", "bei fragen", "bei rückfragen", "falls sie fragen",
    "wenn sie fragen", "haben sie fragen", "sollten sie", "zögern sie nicht", "für rückfragen", "bei fragen melden",
    "melde dich wenn", "melden sie sich gerne", "bitte wenden sie sich", "veuillez noter", "veuillez trouver",
    "veuillez ne pas", "merci de ne pas", "veuillez agréer", "veuillez recevoir", "n'hésitez pas", "n'hésite pas",
    "si vous avez des questions", "por favor no responda", "por favor tenga en cuenta", "no dude en",
    "si tiene alguna pregunta", "bitten um verständnis", "bitten um ihr verständnis", "bitten wir um entschuldigung",
    "please bear with", "please wait", "please see", "please enjoy", "please accept", "please excuse",
    "please remember",
    "anything else we can", "anything else i can", "não responda", "em caso de dúvida*", "non rispondere",
    "per qualsiasi",
    "in caso di domande", "niet beantwoorden", "mocht u vragen", "bij vragen", "prosimy nie odpowiadać",
    "nie odpowiadać", "w razie pytań", "не отвечайте", "если у вас есть вопросы", "se tiver alguma", "se tiver dúvidas",
    "looking forward to seeing", "wait for your order", "say no more", "hope to hear from you again",
)  # fmt: skip

NO_ANSWER: Final = phrases(
    "no need to reply", "no need to answer", "no need to respond", "no reply needed", "no reply necessary",
    "no reply required", "no answer needed", "no answer required", "no response needed", "no response required",
    "no action needed", "no action required", "no action is needed", "no action is required", "nothing to do",
    "nothing you need to do", "nothing for you to do", "nothing needed from you", "you don't need to reply",
    "you don't need to do anything", "you do not need to do anything", "do not have to do anything",
    "don't have to do anything", "you do not have to do", "you don't have to answer", "you don't have to do",
    "don't need an answer", "do not need to reply", "just for your information", "just so you know",
    "no need for you to", "need not reply", "no rsvp", "no registration", "ingen anmälan", "keine anmeldung",
    "do not reply to this", "please do not reply", "please don't reply", "inget svar behövs", "behöver inte svara",
    "behöver inget svar", "du behöver inte göra", "ni behöver inte göra", "ingen åtgärd", "inget du behöver göra",
    "svara inte på detta", "går inte att svara på", "ni behöver inte svara", "ni inte svara", "du inte svara",
    "behöver ni inte", "behöver du inte", "bara så du vet", "keine antwort nötig", "keine antwort erforderlich",
    "keine antwort notwendig", "musst nicht antworten", "müssen nicht antworten", "brauchst nicht zu antworten",
    "brauchst nicht antworten", "müssen nichts tun", "musst nichts tun", "müssen nichts weiter",
    "musst nichts weiter", "nichts weiter zu tun", "keine rückmeldung nötig", "kein handlungsbedarf", "nur zur info*",
    "nur zur kenntnis*", "nichts mehr zu tun", "pas besoin de répondre", "pas la peine de répondre", "aucune réponse",
    "aucune action", "rien à faire", "ne pas répondre", "no hace falta", "no es necesario", "no necesita responder",
    "no tiene que hacer nada", "never mind", "nevermind", "no need to write back", "mail ist nicht nötig",
    "nicht nötig zu antworten",
    "rückmeldung ist nicht nötig", "não precisas", "ignore my last", "ignore my previous", "disregard my",
    "hat sich erledigt", "hat sich geklärt", "schon erledigt", "det löste sig", "har löst sig", "glöm mitt",
    "não precisa responder", "não é preciso responder", "não é necessário", "non serve rispondere", "non occorre",
    "non è necessario", "geen reactie nodig", "hoef je niet", "hoeft u niet", "hoeft niet te reageren", "nie trzeba",
    "nie musisz", "not expecting an answer", "not expecting a reply", "don't expect an answer", "don't expect a reply",
    "don't bother replying", "don't bother answering", "don't have to tell", "don't need to tell",
    "don't need to answer", "nothing required of you", "nothing required from you", "needn't reply",
    "needn't answer", "no need to get back",
    "no need to tell", "no need to confirm", "don't reply", "don't answer", "rückmeldung brauche ich",
    "antwort brauche ich", "antwort erwarte ich", "erwarte keine antwort", "keine antwort erwartet", "du musst nicht",
    "musst dich nicht melden", "müssen sich nicht melden", "brauchst du nicht", "brauchen sie nicht", "ne réponds pas",
    "ne répondez pas", "pas besoin de me répondre", "inutile de répondre", "inutile de me répondre",
    "n'attends pas de réponse", "pas de réponse nécessaire", "pas de réponse attendue", "no espero respuesta",
    "no contestes", "no contestéis", "no respondas", "no me contestes", "non aspetto risposta", "non mi aspetto",
    "non serve risposta", "não respondas", "não espero resposta", "não é preciso", "hoeft niet te antwoorden",
    "hoef je niet te", "antwoord is niet nodig", "antwoorden hoeft niet", "reageren hoeft niet", "behøver ikke svare",
    "behøver ikke at svare", "trenger ikke svare", "trenger ikke å svare", "du trenger ikke", "inget svar",
    "väntar inget svar", "inte svara", "nie odpisuj", "nie odpowiadaj", "nie oczekuję odpowiedzi", "ответа не жду",
    "не отвечай", "можешь не отвечать", "ei tarvitse vastata", "δεν χρειάζεται", "cevap gerekmez", "*不用回复*",
    "*不必回复*", "отвечать не нужно", "можно не отвечать", "لا داعي", "*返信は不要*", "*返信不要*", "*无需回复*",
)  # fmt: skip

RHETORICAL: Final = phrases(
    "shouldn't we", "isn't it", "wasn't it", "didn't they", "didn't we", "didn't she", "didn't he", "aren't we",
    "don't they", "doesn't it", "can you believe", "would you believe", "who would have thought", "who knew",
    "guess what",
    "why do things", "why not", "what can i say", "you know what", "remember when", "how time flies", "how cool is",
    "how great is", "isn't that", "wie schnell die zeit", "wer hätte das gedacht", "kannst du dir das vorstellen",
    "weisst du noch", "nicht wahr", "ist das nicht", "vem hade kunnat", "kan du tänka dig", "visst är det", "minns du",
    "qui l'eût cru", "n'est ce pas", "tu te rends compte", "quién lo diría", "te lo puedes creer",
    "chi l'avrebbe detto",
    "quem diria", "wie had dat gedacht",
)  # fmt: skip
"""Questions that want no answer."""

NO_ACTION: Final = phrases(
    "no action", "nothing to do", "nothing you need to do", "nothing for you to do", "you don't need to do anything",
    "you do not need to do anything", "do not have to do anything", "don't have to do anything", "ingen åtgärd",
    "inget du behöver göra", "behöver inte göra", "müssen nichts tun", "musst nichts tun", "nichts weiter zu tun",
    "kein handlungsbedarf", "aucune action", "rien à faire", "no tiene que hacer nada",
)  # fmt: skip

INFORMING: Final = phrases(
    "fyi", "for your information", "for info", "heads up", "just to let you know", "just a note", "quick update",
    "status update", "för kännedom", "för din kännedom", "till kännedom", "för info", "zur info", "zur information",
    "zur kenntnis", "pour info", "pour information", "para tu información", "para su información", "kurze info",
)  # fmt: skip

CLOSING: Final = phrases(
    "thanks", "thank you", "thx", "cheers", "much appreciated", "great", "perfect", "sounds good", "sounds great",
    "looks good", "will do", "got it", "noted", "ok", "okay", "received", "all good", "no problem", "you're welcome",
    "see you", "wonderful", "lovely", "brilliant", "awesome", "done", "agreed", "tack", "tackar", "tusen tack",
    "perfekt", "låter bra", "ser bra ut", "toppen", "bra", "kanon", "okej", "mottaget", "ingen fara", "vi ses",
    "jättebra", "härligt", "klart", "danke", "dankeschön", "vielen dank", "besten dank", "herzlichen dank", "super",
    "klingt gut", "alles klar", "passt", "in ordnung", "verstanden", "erledigt", "prima", "gerne", "merci", "parfait",
    "d'accord", "bien reçu", "entendu", "très bien", "c'est noté", "avec plaisir", "gracias", "perfecto",
    "de acuerdo", "vale", "recibido", "muy bien", "entendido", "genial",
)  # fmt: skip

TO_ANYBODY: Final = phrases(
    "anyone", "anybody", "someone", "somebody", "who can", "who could", "who has", "who wants", "who would",
    "volunteers", "any of you", "one of you", "does anyone", "has anyone", "någon", "nån", "vem kan", "vem har",
    "vem vill", "vilka", "någon av er", "jemand", "irgendjemand", "wer kann", "wer hat", "wer möchte", "wer will",
    "wer könnte", "quelqu'un", "qui peut", "qui veut", "alguien", "quién puede", "quién quiere",
)  # fmt: skip

URGENT: Final = phrases(
    "urgent", "urgently", "asap", "as soon as possible", "immediately", "right away", "straight away", "emergency",
    "time critical", "time sensitive", "critical", "brådskande", "brådskar", "akut", "omgående",
    "så snart som möjligt", "så fort som möjligt", "snarast", "genast", "dringend", "eilig", "eilt", "sofort",
    "umgehend", "schnellstmöglich", "so schnell wie möglich", "baldmöglichst", "notfall", "d'urgence", "urgence",
    "urgente", "urgentemente", "immédiatement", "dès que possible", "au plus vite", "lo antes posible",
    "cuanto antes", "inmediatamente", "final reminder", "last reminder", "final notice", "sista påminnelse",
    "inkasso", "letzte mahnung", "debt collection", "dernier rappel", "último aviso",
)  # fmt: skip

EVERYBODY: Final = phrases(
    "everyone", "everybody", "every one of you", "each of you", "every family", "each family", "every child",
    "every employee", "every member", "all forms", "all members", "all parents", "all families", "all staff",
    "must be in",
    "must be with", "whoever", "please choose", "please return", "please hand", "please sign", "we need from each",
    "alle bringen", "alle melden", "alle praxen", "jede familie", "jedes kind", "jeder von", "alle eltern", "alle die",
    "alle mitglieder", "alle ausbildungsbetriebe", "wer nicht", "geben sie", "reichen", "alla lämnar", "alla klass*",
    "alla familjer", "alla medlemmar", "lämnar in", "alle foreldre", "alle medlemmer", "chaque famille", "chaque élève",
    "tous les parents", "chacun doit", "cada familia", "cada alumno", "todas las familias", "todos los socios",
    "cada família", "todos os sócios", "todas as famílias", "ogni famiglia", "ogni socio", "tutti i soci",
    "tutti i genitori", "ieder lid", "elk gezin", "alle leden", "alle ouders", "każda rodzina", "każdy członek",
    "wszyscy rodzice", "fyll i", "sign it", "sign both", "label them", "wants the final",
)  # fmt: skip
"""Something is wanted of each reader of a circular."""
