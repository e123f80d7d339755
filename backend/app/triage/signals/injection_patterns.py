"""How text speaks to an assistant, as patterns over folded text; every pattern is bounded and linear."""

import re
from collections.abc import Iterable
from typing import Final

from app.triage.signals.reading import fold


def _any_of(stems: Iterable[str]) -> str:
    return "(?:" + "|".join(stems) + ")"


# To ignore … instructions: a noun of the second list with a verb of the first near it, whichever comes first.
IGNORE: Final = tuple(
    fold(stem)
    for stem in (
        "ignor", "disregard", "forget", "overrid", "bypass", "do not follow", "don't follow", "stop following",
        "bortse från", "strunta i", "glöm ", "vergiss", "vergessen sie", "missacht", "ausser acht",
        "ne tiens pas compte", "ne tenez pas compte", "oublie", "olvid", "omite", "omita", "caso omiso",
        "no hagas caso", "dimentica", "esqueça", "desconsider", "negeer", "zignoruj", "pomiń", "игнорир", "забудь",
        "忽略", "无视", "無視", "忘记", "忘れ", "무시", "yoksay", "görmezden", "تجاهل", "ohita", "unohda", "अनदेखा",
        "bỏ qua", "abaikan",
    )
)  # fmt: skip
_WHOSE: Final = "(?:previous|prior|preceding|earlier|above|system|your|all|any|initial|original|these|those)"
_RULES: Final = "(?:instruction|prompt|rule|guideline|direction|directive|polic|command|constraint)"
INSTRUCTIONS: Final = re.compile(
    _any_of((
        rf"{_WHOSE}\s(?:\w{{1,20}}\s){{0,2}}?{_RULES}",
        r"(?:instruction|prompt|rule|guideline|directive)s?\s(?:above|before|you were|you have|given)",
        "system ?prompt", "instruktion", "anvisning", "regler", "anweisung", "vorgaben", "richtlinien", "regeln",
        "règles", "consignes", "instructions", "directives", "reglas", "instruccion", "indicaciones", "regole",
        "istruzioni", "regras", "instruções", "regels", "instructies", "instrukcj", "polecenia", "правила",
        "инструкц",
        "указани", "规则", "規則", "指令", "指示", "说明", "命令", "ルール", "지시", "지침", "명령", "talimat",
        "التعليمات",
        "ohjeet", "ohjeita", "निर्देश", "hướng dẫn", "instruksi",
    ))
)  # fmt: skip
REMEMBERED: Final = re.compile(
    r"\b(?:(?:do not|don't|never|please don't) forget|(?:i|we|he|she|they) forg[eo]t\w{0,3}|vergiss(?: bitte)? nicht|"
    r"vergessen sie(?: bitte)? nicht|n'oubli\w{1,5}|(?:j'ai|tu as|il a|elle a|on a|avons|avez) oubli\w{1,3}|"
    r"no (?:te )?olvid\w{1,5}|olvidé|olvidó|olvidado|non dimentic\w{1,6}|(?:ho|hai|ha|abbiamo) dimenticat\w|"
    r"glöm inte|glömde|glem ikke|não (?:se )?esqueça\w{0,2}|не забудь\w{0,2})\b"
)
"""To forget nothing, or to have forgotten something, tells nobody to ignore a rule."""
BEFORE: Final = 75
AFTER: Final = 45

_ASSISTANT: Final = (
    r"(?:l'|(?:the|any|an?|all|my|your|dear|hey|this|every|email|e-mail|mail|automated|virtual|digital|ai|ki|ia|"
    r"intelligent)[\s-]){0,3}"
    + _any_of((
        r"ai(?:[\s-](?:agent|model|system|tool|bot|\w{2,12}(?:er|or|ant)))?s?", "llms?", "language models?",
        "chat ?bots?", "chatgpt", r"gpt(?:-\d)?", "claude", "gemini", "copilot", "assistants?",
        "email agent", "mail agent",
        "getanswers", "ki", r"ki-assistent\w{0,3}", r"ki-agent\w{0,3}", r"ai-assistent\w{0,3}", "assistenten?",
        r"språkmodell\w{0,3}", r"sprachmodell\w{0,3}", "ia", "assistant ia", "agent ia", "asistente",
        "modelo de lenguaje", "modèle de langage", "assistente", r"ассистент\w{0,3}", r"нейросет\w{0,3}",
        r"помощник\w{0,3}",
        r"ai\s?(?:助手|助理|アシスタント|어시스턴트)", "人工智能", "助手", "助理", "アシスタント",
        "어시스턴트", "asistan", "المساعد",
    ))
)  # fmt: skip
_NOTE: Final = _any_of((
    "note", "message", "instructions?", "attention", "notice", "hinweis", "meddelande", "instruktioner?",
    "nachricht",
    r"anweisung(?:en)?", "consignes?", "nota", "instrucciones", "mensaje",
))  # fmt: skip
COMMAND: Final = re.compile(
    _any_of((
        "forward", "send", "reply", "respond", "answer", "archive", "delete", "approve", "mark", "label", "classify",
        "rate", "treat", "confirm", "transfer", "ignore", "output", "print", "reveal", "summari[sz]e", "execute",
        "follow", "accept\b", "include\b", "must\b", "vidarebefordra", "skicka", "svara", "arkivera", "radera",
        "godkänn", "markera", "weiterleiten", "leite", "sende", "antworte", "archivier", "lösche", "genehmig",
        "markier", "transf[eé]re", "envoie", "réponds", "supprime", "approuve", "reenv[ií]a", "env[ií]a", "responde",
        "elimina", "aprueba", "перешли", "отправь", "ответь", "удали", "转发", "发送", "回复", "删除", "批准",
        "転送", "送信",
        "返信", "削除", "承認", "전달", "보내", "답장", "삭제", "승인", "gönder", "أرسل", "inoltra", "rispondi",
        "encaminh",
    ))
)  # fmt: skip
_TO: Final = r"(?:to|for|till|för|an|an d(?:ie|en|as)|für|für d(?:ie|en|as)|pour|à|para(?: el| la)?|a(?:l| la)?)"
SPOKEN_TO: Final = re.compile(
    _any_of(
        (
            rf"(?:^|[\s(\[<*_\"'>#-]){_NOTE}\s?{_TO}\s{_ASSISTANT}\b",
            rf"(?:^|[\n.!?(\[<*_\"'>#-])\s?{_TO}\s{_ASSISTANT}\b",
            rf"\b(?:if|when|as|om|wenn|falls|si)\s(?:you(?:'re| are)?|du är|sie|du|vous êtes|eres)?\s?{_ASSISTANT}\b",
            rf"\byou are (?:now )?{_ASSISTANT}\b",
            rf"\b(?:dear|hey|hello|hi|ok|attention) {_ASSISTANT}\b",
            rf"(?:^|[\s(\[<*_\"'>#-]){_ASSISTANT}\s?[:：,，]",
            rf"[给致对請请]\s?{_ASSISTANT}",
            rf"\b(?:all|any|every|to|note)\s{_ASSISTANT}[^.!?\n:：]{{0,50}}[:：]",
            rf"(?:^|[\n.])\W{{0,5}}{_ASSISTANT}\W{{1,4}}(?:please |must |should )?(?={COMMAND.pattern}(?!s\b))",
        )
    )
)
REACH: Final = 160
"""How far behind the address the command may stand."""
ASSISTANT_HINTS: Final = tuple(
    fold(word)
    for word in (
        "ai ", "ai,", "ai:", "ai-", "llm", "language model", "bot", "gpt", "claude", "gemini", "copilot", "assist",
        "asist", "agent", "getanswers", "ki ", "ki-", "ki,", "ki:", "ia ", "ia,", "ia:", "modell", "modèle",
        "modelo",
        "ассистент", "помощник", "нейросет", "人工智能", "助手", "助理", "アシスタント", "어시스턴트", "المساعد",
    )
)  # fmt: skip

TEMPLATE: Final = re.compile(
    _any_of(
        (
            r"<\|?(?:im_start|im_end|im_sep|endoftext|eot_id|start_header_id|end_header_id|system|user|assistant)\|?>",
            r"\[/?inst\]",
            r"<</?sys>>",
            r"</?(?:system|assistant|instructions?|system_prompt|untrusted\w{0,10})>",
            r"</(?:data|email|message)>",
            r"#{2,8}\s?(?:system|instructions?|new task)\b",
            r"\bbegin (?:system|admin|new) (?:prompt|instructions?|message)",
            r"\brole\"?\s?:\s?\"?system\b",
            r"(?:^|[\n.!?]\s)\W{0,5}system\s?:\s",
            r"\byou are now (?:in|an?)\b.{0,30}\bmode\b",
            r"\bend of (?:the )?(?:email|message|data|untrusted)\b.{0,40}(?:system|instruction|assistant)",
            r"\b(?:system|developer) (?:prompt|message|override|instruction)s?\s?:",
        )
    )
)

_JUDGE: Final = "(?:mark|classify|label|treat|rate|flag|categori[sz]e|consider) (?:this|the|all|every|it)"
_HARMLESS: Final = (
    r"(?:safe|low|harmless|trusted|benign|urgent|important|read\b|approved|no.?risk|not (?:spam|phishing|suspicious))"
)
_CHECKS: Final = (
    "(?:the |any |further |human |user |manual )?(?:approval|human review|confirmation|user consent|review)"
    "(?: (?:is )?(?:needed|required|necessary))?"
)
_NONE: Final = r"(?:low|none|zero|100|1(?:\.0)?\b)"
_ACTIONS: Final = "(?:send|forward|reply|archive|delete|execute|automatic)"
_TELL: Final = "(?:tell|inform|notify|alert|mention|show|ask)(?:ing)?(?: this| it| anything)?(?: to)?"
_OWNER: Final = "(?:the |a )?(?:user|owner|account holder|mailbox owner|human|person|recipient|anyone|anybody)"
_SAYS: Final = "(?:that (?:says|contains|includes|confirms)|saying|containing)"
VERDICT: Final = re.compile(
    _any_of((
        rf"\b{_JUDGE}\b.{{0,30}}?\bas (?:\w{{1,20}} ){{0,2}}?{_HARMLESS}",
        rf"\b(?:risk|danger|confidence)(?: level| score)?[\"']?\s?(?:=|:|should be|must be)\s?[\"']?{_NONE}",
        rf"\b(?:set|lower|put) (?:the )?(?:risk|danger|confidence)(?: level| score)? (?:is|to) {_NONE}",
        rf"\b(?:risk|danger|confidence) (?:level|score) (?:is|to) {_NONE}",
        rf"\b(?:no|without|skip|bypass) {_CHECKS}\b.{{0,60}}?{_ACTIONS}",
        r"\b(?:auto-?approve|approve automatically|pre-?approved by the user)",
        r"\balready approved by (?:the )?(?:user|owner)",
        rf"\b(?:do not|don't|never|without) {_TELL} {_OWNER}",
        rf"\b(?:send|create|write|draft) (?:a |the )?(?:reply|answer|response) {_SAYS}",
        r"\breply to all with\b",
    ))
)  # fmt: skip
VERDICT_HINTS: Final = (
    "safe", "low", "harmless", "trusted", "benign", "risk", "danger", "confidence", "approv", "review", "consent",
    "confirmation", "reply", "urgent", "important", " read", "user", "owner", "human", "recipient", "account holder",
    "suspicious", "phishing",
)  # fmt: skip
HAND_OVER: Final = re.compile(
    r"\b(?:forward|send|export) (?:all|every|the (?:last|latest|newest|contents?)|any|this entire)\b"
)
HANDED_OVER: Final = re.compile(
    r"\b(?:mail|e-mail|message|inbox|thread|conversation|password|code|invoice|contact)s?\b"
)
