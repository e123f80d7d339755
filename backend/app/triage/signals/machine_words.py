"""What machines that read mail are called, what they do, and what they are told to do, in many languages.

Every entry is a stem or a short pattern over folded text; `injection_patterns` puts them together.
"""

from collections.abc import Iterable
from typing import Final

from app.triage.signals.reading import fold


def any_of(stems: Iterable[str]) -> str:
    return "(?:" + "|".join(stems) + ")"


def stems_of(*lines: str) -> tuple[str, ...]:
    """Folded, parted by commas; an exclamation mark ends a word."""
    found = (fold(stem) for line in lines for stem in map(str.strip, line.split(",")) if stem)
    return tuple(stem.replace("!", r"\b") for stem in found)


_KIND: Final = (
    r"(?:assist|asist|asyst|agent|model|modèl|system|tool|bot|robot|copilot|reader|help|helf|hilf|hjelp|hjælp|postf|"
    r"mail|summar|secretar|avustaj|lesehilf|hulp|ассист|помощ|помічн|модел)\w{0,12}"
)
_OF_MAIL: Final = (
    r"(?:e-?mails?|mail|post|inbox|mailbox|courriel|correo|correio|messagerie|e-?posta|posta|poczt\w{1,3}|mejl)"
)
_AUTOMATIC: Final = (
    r"(?:automat\w{0,9}|virt\w{2,7}|digit\w{2,6}|numérique|intelligent\w{0,3}|авто\w{2,14}|виртуальн\w{1,3}|"
    r"цифров\w{1,3})"
)
_HELPER: Final = (
    r"(?:assist\w{1,7}|asist\w{1,6}|asyst\w{1,6}|agent\w{0,4}|bots?|robot\w{0,3}|readers?|lesers?|leser|helpers?|"
    r"helfern?|hjelper\w{0,2}|hjælper\w{0,2}|postassist\w{1,6}|secretar\w{1,4}|avustaj\w{1,4}|ассистент\w{0,3}|"
    r"помощник\w{0,3}|помічник\w{0,3})"
)
SURE: Final = any_of((
    rf"(?:ai|ki|ia|llm|gpt|ии|ші)[\s_-]{_KIND}",
    r"(?:assist\w{1,6}|asist\w{1,6}|asyst\w{1,6}|agent\w{0,3}|modèles?|modelos?) (?:ai|ia|ki|d'ia|de ia)\b",
    r"(?:ai|ia|ki) (?:qui|che|que|di|de|die|der|that|which)\b",
    "llms?", "claude (?:ai|code)", "chatgpt", r"gpt(?:-\d)?", r"chat ?bots?", r"(?:mail|office |e-?mail )?copilots?",
    "getanswers",
    r"(?:large )?language models?", r"sprachmodell\w{0,3}", r"språkmodell\w{0,3}", r"sprogmodel\w{0,4}",
    r"taalmodel\w{0,3}", r"modèles? de lang\w{2,4}", r"modelos? de (?:lengua\w{0,3}|linguagem)",
    r"modell[oi] (?:linguistic\w|di linguaggio)", r"model\w{0,3} językow\w{1,3}", r"kielimalli\w{0,3}",
    r"jazykov\w{1,3} model\w{0,3}", r"dil model\w{0,4}", r"γλωσσικ\w{1,3} μοντέλ\w{1,2}",
    r"языков\w{1,3} модел\w{1,3}", r"мовн\w{1,3} модел\w{1,3}", r"нейросет\w{0,3}",
    (r"(?:artificial intelligence|künstliche intelligenz|intelligence artificielle|inteligencia artificial|"
    r"inteligência artificial|intelligenza artificiale|kunstmatige intelligentie|sztuczn\w{1,3} inteligencj\w{1,2}|"
    r"umělá inteligence|yapay zek\w|tekoäly\w{0,16}|искусственн\w{1,3} интеллект\w{0,2}|штучн\w{1,3} інтелект\w{0,2})"),
    rf"{_OF_MAIL}[\s_-]?(?:agents?|bots?|copilots?|ass?ist\w{{1,7}}|robot\w{{0,3}})",
    r"(?:scheduling|invoice|cod(?:e|ing)|triage)[\s_-]?(?:agents|bots?|copilots?)", r"invoice-agent",
    rf"{_AUTOMATIC} (?:\w{{1,12}}[ -])?{_HELPER}",
    rf"{_HELPER} (?:{_AUTOMATIC}|(?:de |del |di |d'|do |da |der |de la |de los |de l')?{_OF_MAIL})\b",
    r"ai\s?(?:助手|助理|アシスタント|어시스턴트|エージェント)", "人工智能", "人工知能", "智能助手", "助手",
    "语言模型", "アシスタント", "エージェント",
    "言語モデル", "어시스턴트", "인공지능", "에이전트", "المساعد الذكي", "المساعد الآلي", "الذكاء الاصطناعي", "المساعد",
))  # fmt: skip
"""Words that mean a machine and nothing else."""

_NO_TITLE: Final = r"(?! (?:prof|manag|direct|coach|edit|teach|princip|lectur|nurse|secret|vice|chef|curat))"
HELPERS: Final = any_of((
    rf"assistants?\b{_NO_TITLE}", r"assistent\w{0,2}", "asistentes?", "assistent[ei]", r"asysten\w{1,4}",
    r"asistan\w{0,2}", r"avustaj\w{0,4}", r"βοηθ[εόο]\w{0,2}", r"ассистент\w{0,3}", r"помощник\w{0,3}",
    r"помічник\w{0,3}", r"\w{0,12}bots?", r"robot\w{0,3}", "ai", "ki", "ia", "ии", "ші", "sys", "助理", "机器人",
    "ロボット",
))  # fmt: skip
"""Words that people are called, too: they count only where they are plainly spoken to."""
WEAK: Final = any_of((HELPERS, "agents?", "agent[ei]"))
"""The same with those of agencies, who are often written to as such."""

READER: Final = any_of((
    SURE, WEAK, r"systems?", r"systemet", r"système", "sistemas?", r"systeem", r"software", r"programm?\w{0,2}",
    "programmes?", "machines?", "maschinen?", "máquina", "macchina", "modell?", "modell[eo]", "modèle", "modelos?",
    "tools?", "outil", "tjeneste", r"aplikacj\w", r"программ\w{1,2}", r"систем\w{1,2}",
))  # fmt: skip
READS: Final = any_of(
    stems_of(
        "read, sort, summari, triag, draft, answer, screen, digest, writ, repl, rédig, résum, trie,",
        "lis!, lit!, lire, répon, lee!, lees, lea!, leer, clasific, orden, resum, redact, contesta, conteste, respond,",
        "smist,",
        "riassum, rispond, legg, lê!, lesen, liest, lies, sortier, vorsort, zusammenf, fasst, vorles, vorlies,",
        "beantw, bearbeit, entw, leest, samenvat, sorteer, verwerk, antwoord, läs, sammanfatt, svar, besvar, leser,",
        "læser, sammenf, oppsummer, czyta, sortuj, porządk, streszcz, odpowiad, obsług, lukee, lajittel, vasta,",
        "tiivist, čte, čtou, třídí, shrnu, odpov, okuyan, okuyor, özetle, yanıtla, cevapla, διαβάζ, ταξινομ, απαντ,",
        "чита, сортир, отвеча, обрабат, відпов, обробл, 整理, 阅读, 总结, 回复, 处理, 読, 要約, 返信, 읽, 정리, 요약,",
        "تقرأ, يقرأ, تلخص, يلخص",
    )
)
"""What such a machine does with mail."""

IF: Final = (
    r"(?:if|when|in case|falls|wenn|sollte|si|als|wanneer|mocht|om|hvis|dersom|når|se|caso|jeśli|jeżeli|"
    r"jos|pokud|jestli|jestliže|eğer|αν|εάν|если|якщо)"
)
IF_YOU_ARE: Final = (
    r"(?:(?:if|when) you(?:'re| are)|(?:if|as)(?= (?:an? )?(?:ai|llm|language model))|"
    r"si (?:eres|es usted|tu es|vous êtes)|(?:om|hvis|dersom) du er|se (?:sei|lei è|você é|és|fores)|jeśli jesteś|"
    r"jos olet|pokud jsi|αν είσαι|если (?:ты|вы)|якщо (?:ти|ви)|you are(?: now)?)"
)
TO: Final = (
    r"(?:to|for|till|til|för|an (?:die|den|das|alle|eine?n?)|für|pour|aux?|à|à destination des?|para|al|a la|ao|"
    r"alla|all|allo|agli|per|voor|aan|do(?= asyst| model| system| program)|dla|για|προς|στον?|для|pro|osoitettu)"
)
THE: Final = (
    r"(?:l'|d'|all'|dell'|(?:the|any|an?|all|my|your|our|her|his|their|every|this|that|de[nrmts]?|die|das|eine?[nrms]?|une?|"
    r"la|le|les|el|los|las|il|lo|gli|i|o|os|as|whichever|whatever|het|een|et|ett|en|d[eè]i|d[eu]|mr|mrs|ms|dr|"
    r"herrn?|frau|automatic\w{0,6}|automatis\w{0,5}|digital\w{0,3}|office|[\w.-]{1,20}'s)[\s-]){0,3}"
)
NOTE: Final = any_of((
    r"(?:\w{1,12} )?notes?", "message", "messaggio", "mensagem", r"instruct\w{1,6}", "instruktioner?", "attention",
    "notice", r"hinweise?", r"meddelande", r"melding", "besked", r"nachricht", r"anweisung(?:en)?", r"consignes?",
    r"istruzion[ei]", r"instrucciones", r"instruções", r"instructies?", r"instrukcj\w", "mensaje", r"aviso",
    "avviso", r"nota", r"notatka", r"merknad", r"opmerking", r"ohje\w{0,3}", r"huomautus", "hint", r"a line",
    "a word", r"paroles", r"σημείωση", r"примечание", r"сообщение", r"инструкция", r"указание", r"примітка", r"not",
))  # fmt: skip

COMMANDS: Final = stems_of(
    # "Repl" and "dis" would be the beginning of too many words.
    "forward, send, reply, respond, answer, archive, delete, approve, mark, label, classify, rate, rank, treat,",
    "confirm, transfer, ignore, output, print, reveal, summari, execute, follow, accept, include, must, put!, place,",
    "move, book, give, share, attach, add!, set!, write, draft, export, fetch, open, merge, describe, pay!, schedule,",
    "skip, recommend, say!, tell, list!, invite, decode, before you, act!, count, take!, copy, paste, present, supply,",
    "annehm, without asking, without human, without check, without confirm, without approv, ohne rückfrage, ohne zu,",
    "sans demander, sin preguntar, sin consultar, senza chiedere, sem perguntar, zonder te vragen, uten å, uden at,",
    "utan att, bez pytania, bez zgody, sormatta, vorrang, takes precedence, has priority, overrides,",
    "you are now, you may, you must, you can, you should, you have, you will, leave out, go ahead, disclose, let!,",
    "vidarebefordra, skicka, svara, arkivera, radera, godkänn, markera, klass, bekräfta, bifoga, lägg, skriv, betala,",
    "ge!, sätt, säg, videresend, svar, slett, slet!, godkjenn, godkend, merk, marker, bekreft, bekræft, legg, læg,",
    "ranger, vedhæft, betal, gi!, giv!, behandl, opprett, anse,",
    "weiterleiten, leite, sende, schick, antwort, archivier, lösch, genehmig, markier, fass, zusammenf, trag,",
    "verschieb, leg!, lege, bestätig, gib!, geben, schreib, sag, lies!, häng, beantwort, stuf, bewert, behand,",
    "überw, bezahl, aussort, diese werbung, veranl,",
    "transf, envoi, envoy, répon, supprim, approuv, mets!, mettez, marqu, class, résum, présent, accept, donne,",
    "ajout, partag, invit, dis!, dites, confirm, ouvr, écri, paie, paye, n'aide, considèr,",
    "reenv, enví, envi, responde, respond, elimin, borr, aprueb, marca, marque, clasific, contesta, adjunt, da!, dale,",
    "pide, comun, emit, acept, compart, añad, escrib, paga, cancel, ignora, da por, consider, encaminh, apag, aprov,",
    "classific, anex, adicion, partilh, escrev, aceit,",
    "inoltr, invia, rispond, cancell, approv, segna, contrassegn, conferm, alleg, aggiung, condivid, scriv, accett,",
    "valut, fiss, riassum, nel riassunto, di al!, dì!, parla,",
    "stuur, verstuur, doorst, beantw, antwoord, verwijder, archiveer, keur, markeer, classific, bevestig, voeg, deel,",
    "schrijf, geef, bied, beloof, noem, zet, negeer, vat!, plaats, je bent gemachtigd,",
    "prześlij, przekaż, wyślij, odpowie, usuń, zatwierdź, oznacz, sklasyf, potwierdź, dodaj, zapłać, traktuj, dołącz,",
    "o oznacz, streść, napisz, nie wspom, zignor, w podsum, ustaw,",
    "lähetä, välitä, vastaa, poista, hyväksy, merkitse, luokittele, vahvista, lisää, maksa, tiivistä, siirrä,",
    "přepošl, pošl, odpověz, smaž, schval, označ, potvrď, přidej, zaplať, shrň, odešl, zařaď,",
    "ilet, gönder, yanıtla, cevapla, sil!, onayla, işaretle, sınıfland, ekle, öde, özetle, yönlendir,",
    "προώθησε, προωθήσ, στείλ, απάντησ, απαντήσ, διάγρα, διαγρά, έγκριν, εγκρίν, σημείωσ, επισήμαν, επιβεβαίω, πρόσθε,",
    "ταξινόμ, θεώρησ,",
    "перешли, отправь, ответь, удали, одобр, пометь, отметь, подтверд, добавь, оплати, классиф, считай, напиши,",
    "надішли, відпов, видали, схвал, познач, підтверд, додай, перешліть,",
    "أرسل, حول, حوّل, احذف, وافق, أجب, صنف, صنّف, أعد توجيه, رد على",
)
COMMANDS_UNSPACED: Final = stems_of(
    "转发, 发送, 回复, 删除, 批准, 标记, 确认, 忽略, 视为, 归类, 转给, 付款, 告诉, 転送, 送信, 返信, 削除, 承認, 分類,",
    "確認, マーク, 無視, 전달, 보내, 답장, 삭제, 승인, 표시, 분류, 확인, 답하",
)
