"""How text speaks to an assistant, as patterns over folded text; every pattern is bounded and linear."""

import re
from typing import Final

from app.triage.signals.machine_words import (
    COMMANDS,
    COMMANDS_UNSPACED,
    HELPERS,
    IF,
    IF_YOU_ARE,
    NOTE,
    READER,
    READS,
    SURE,
    THE,
    TO,
    WEAK,
    any_of,
    stems_of,
)
from app.triage.signals.reading import fold

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
    any_of((
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

_START: Final = r"(?:^|\n|[.!?;:]\s|[|()\[\]{}<>*\"«»„“”¿¡。！？…#%]|(?<!\w)[@/_'-])\W{0,4}"
"""Where a sentence, a line, a bracket or a quotation begins."""
_MARK: Final = "[:：,，—–!！]"
_NEAR: Final = r"[^.!?\n]"
_MACHINE: Final = any_of((SURE, HELPERS))
_CALLED: Final = (
    r"(?:dear|hey|hello|hi|ok|attention|ch(?:er|ère)s?|liebe[rs]?|sehr geehrtes?|car[oiae]|estimad[oa]s?|querid[oa]|"
    r"gentile|beste|kjære|kære|käre|hej|hei|drog[ai]|szanown[ya]|дорог\w{1,2}|уважаем\w{1,2}|sayın|et toi|e tu|p\.s\.?)"
)
COMMAND: Final = re.compile(rf"\b{any_of(COMMANDS)}|{any_of(COMMANDS_UNSPACED)}")
_ORDERED: Final = rf"(?={any_of(COMMANDS)}(?!s\b))"
_ASKED: Final = (
    r"(?:ask|pros\w{2,4}|bitten(?: wir)?|prions|demandons|rogamos|pedimos|chiediamo|preghiamo|verzoeken|vragen|просим)"
)
SPOKEN_TO: Final = re.compile(
    any_of((
        # To the assistant; a note for the program that sorts this box.
        rf"(?:^|[\s(\[<*_\"'>#«„“-]){NOTE}\s?{TO}\s{THE}(?:{SURE}|{WEAK})\b",
        rf"(?:^|[\s(\[<*_\"'>#«„“-]){NOTE}\s?{TO}\s{THE}{READER}\b{_NEAR}{{0,25}}[:：—–]",
        rf"{_START}{TO}\s{THE}(?:{SURE}|ai|ki|ia)\b",
        rf"{_START}{TO}\s{THE}{HELPERS}\b(?={_NEAR}{{0,60}}[:：,，—–])",
        rf"\b{TO}\s{THE}{READER}\b{_NEAR}{{0,25}}[\s'](?={READS})",
        rf"\b{TO} wh(?:o|at)ever (?:draft|sort|summar|triag|digest)",
        rf"\b{_ASKED}\s{THE}{READER}\b{_NEAR}{{0,25}}[\s'](?={READS})",
        # If you are an AI; if an assistant answers this.
        rf"\b{IF_YOU_ARE}\s{THE}{_MACHINE}\b",
        rf"\b(?:wenn|falls|sofern|als) (?:du|sie|je|u)\s{THE}{_MACHINE}\b{_NEAR}{{0,15}}\b(?:bist|sind|bent)\b",
        rf"\b{IF}\s{_NEAR}{{0,30}}?\b(?:{SURE}|bots?|robot\w{{0,3}}|ai|ki|ia)\b{_NEAR}{{0,30}}\b(?={READS})",
        r"\bas the (?:model|assistant|ai|agent|bot|system) (?:in charge|that|which|who|handling|reading|managing)\b",
        # Dear assistant, …; [assistant: …]
        rf"\b{_CALLED}[\s,]{{1,2}}{THE}{_MACHINE}\b(?!\s?['’])(?={_NEAR}{{0,60}}[:：,，—–])",
        rf"\b(?:and|und|y|et|e|en|og|och) (?:{SURE}|bots?|robot)\s?[,:]",
        rf"(?:<!--|[(\[{{])\s?(?:{SURE}|{WEAK})\b[^.!?\n:：]{{0,40}}[:：,—–]",
        rf"\b(?:all|any|every|to|note)\s(?:{SURE}|{WEAK})\b[^.!?\n:：]{{0,50}}[:：]",
        rf"[给致对請请]\s?(?:{SURE}|{HELPERS})",
        rf"(?:如果|若|假如|もし|あなたが).{{0,25}}(?:{SURE}|机器人|助理|模型|モデル)",
        rf"(?:{SURE}|모델|비서)\s?(?:라면|이라면|에게|なら|へ|宛|は、)",
        r"(?:إذا كنت|إلى|يا|أيها)\s.{0,20}(?:مساعد|المساعد|الذكاء|نموذج|وكيل)",
    ))
)  # fmt: skip
REACH: Final = 200
"""How far behind the address the command may stand."""
_WILL: Final = "(?:will|can|may|has|is|was|wird|kann|hat|va|peut|a|puede|ha|può|zal|kan|skal|ska|może|voi|сможет)"
"""What is told of somebody is said to somebody else."""
CALLED_OUT: Final = re.compile(
    any_of((
        rf"(?:^|[\s(\[<*_\"'>#-])(?:{SURE}|ai|ki|ia|gpt|bot)\s?[:：]",
        rf"{_START}{THE}{SURE}\s?{_MARK}",
        rf"{_START}{THE}{SURE}\b[^.!?\n:：]{{0,60}}[:：—–]",
        rf"{_START}{THE}{WEAK}\s?{_MARK}\W{{0,4}}(?:\w{{1,14}}\W{{1,2}}){{0,3}}{_ORDERED}",
        rf"{_START}{THE}{_MACHINE}\s(?!{_WILL}\b){_NEAR}{{0,12}}\b{READS}{_NEAR}{{0,60}}[:：—–]",
        rf"{_START}{_MACHINE}\W{{1,4}}{_ORDERED}",
    ))
)  # fmt: skip
"""A name like the first words of a line of a play: the order follows at once."""
NEAR: Final = 60
_HINTS: Final = stems_of(
    "chatbot, mailbot, robot, the model, chatgpt, copilot, assist, asist, asyst, agent, getanswers, modell, modèle,",
    "modelo, language model, taalmodel, sprogmodel, model j, avustaj, kielimalli, tekoäly, system, sistem, systeem,",
    "système, program, machine, maschin, macchin, máquin, whoever, whatever, intelligen, inteligen, umělá, jazykov,",
    "yapay, dil model, helper, helfer, hjelper, hjælper, reader, lesehilf, aplikacj, outil, software,",
    "ассистент, помощник, помічник, нейросет, модел, интеллект, інтелект, программ, систем, βοηθ, μοντέλ,",
    "人工智能, 人工知能, 助手, 助理, 模型, 机器人, アシスタント, エージェント, モデル, ロボット,",
    "어시스턴트, 인공지능, 에이전트, مساعد, الذكاء, نموذج, وكيل",
)
_SHORT_HINTS: Final = re.compile(
    r"(?<![\w'’])(?:ai|ki|ia|ии|ші|sys|llms?|gpt|bots?)(?![^\W_])|@[\w-]{1,20}bot\b|ai助|ai어"
)


def may_name_a_machine(folded: str) -> bool:
    """Cheap to ask; most mail names none."""
    return any(hint in folded for hint in _HINTS) or _SHORT_HINTS.search(folded) is not None


MACHINE_NAMED: Final = re.compile(rf"(?<![^\W_]){SURE}(?![^\W_])")
NAMED_IN_A_FILE: Final = re.compile(
    rf"(?<![^\W_])(?:{SURE}|assistants?|assistent\w{{0,2}}|asistente|asystent\w{{0,3}}|bot|gpt|ai|ki|ia|llm|sistema|"
    r"system)(?![^\W_])"
)
"""The name of an attachment is short, and none that is honest tells anybody to do something."""

TEMPLATE: Final = re.compile(
    any_of(
        (
            r"<\|?(?:im_start|im_end|im_sep|endoftext|eot_id|start_header_id|end_header_id|system|user|assistant)\|?>",
            r"\[/?inst\]",
            r"<</?sys>>",
            r"</?(?:system|assistant|instructions?|system_prompt|untrusted\w{0,10})>",
            r"</(?:data|email|message)>",
            r"#{2,8}\s?(?:system|instructions?|new task)\b",
            r"\bbegin (?:system|admin|new) (?:prompt|instructions?|message)",
            r"\brole\"?\s?:\s?\"?system\b",
            r"(?:(?:^|[\n.!?]\s)\W{0,5}|<!--\s?)system\s?:\s",
            r"\byou are now (?:in|an?)\b.{0,30}\bmode\b",
            r"\bend of (?:the )?(?:email|message|data|untrusted)\b.{0,40}(?:system|instruction|assistant)",
            r"\btool[_ ](?:results?|calls?|use|outputs?|note)\b|\bfunction_calls?\b",
            r"\b(?:assistant|agent|ai|system|llm|scanner|bot)[_-](?:directive|instruction|override|policy|verdict|summary-)",
            r"<(?:istruzion|instru[kc]|anweisung|consigne|ohje|polecen)\w{0,16}>",
            r"\[(?:sistema|system|sys|système|systeem)\s?[:：–-]\s",
            r"(?:^|\n)\W{0,3}assistant\s?:[^\n]{1,300}\n\W{0,3}user\s?:",
            r"\byou are now \w{3,20}bot\b",
            r"\b(?:system|developer) (?:prompt|message|override|instruction)s?\s?:",
        )
    )
)

TALKED_ABOUT: Final = re.compile(
    r"\b(?:payload|injection|phishing|jailbreak|prompt|simulat|scam (?:mail|e-mail)|scammers|betrüger|oszust|estafa|"
    r"truffa|arnaque|svindel|bedrägeri|huijau|podvod|dolandır|мошен|шахрай|obeyed|fell for|hidden (?:text|line|order)|"
    r"beispiel|exemple|esempi|ejemplo|voorbeeld|przykład|for example|repro\b|bug|phrase entre)"
)
"""Words of somebody who writes about such mail; quotation marks come with them."""
QUOTES: Final = ('"', "„", "“", "«")

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
    any_of((
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
