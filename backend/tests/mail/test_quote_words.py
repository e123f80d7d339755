"""Mail clients introduce history, forwarded mail and themselves in many languages; in each the sender's words stay."""

from textwrap import wrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.mail.quotes import separate_quotes

ADA = "Ada Novak <ada@example.net>"
QUOTE = "> Shall we meet?\n> Ada"
OWN = "Yes, gladly. When?"

INTRODUCTIONS = {
    "gmail english": f"On Tue, Oct 20, 2026 at 9:12 AM {ADA} wrote:",
    "gmail german": f"Am Di., 20. Okt. 2026 um 09:12 Uhr schrieb {ADA}:",
    "gmail french": f"Le mar. 20 oct. 2026 à 09:12, {ADA} a écrit :",
    "gmail spanish": "El mar, 20 oct 2026 a las 9:12, Ada Novak (<ada@example.net>) escribió:",
    "gmail italian": f"Il giorno mar 20 ott 2026 alle ore 09:12 {ADA} ha scritto:",
    "gmail dutch": f"Op di 20 okt 2026 om 09:12 schreef {ADA}:",
    "gmail brazilian": f"Em ter., 20 de out. de 2026 às 09:12, {ADA} escreveu:",
    "gmail portuguese": f"{ADA} escreveu (terça, 20/10/2026 à(s) 09:12):",
    "gmail polish": f"wt., 20 paź 2026 o 09:12 {ADA} napisał(a):",
    "gmail russian": f"вт, 20 окт. 2026 г. в 09:12, {ADA}:",
    "gmail japanese": f"2026年10月20日(火) 9:12 {ADA}:",
    "gmail swedish": f"Den tis 20 okt. 2026 kl 09:12 skrev {ADA}:",
    "gmail danish": f"Den tirs. 20. okt. 2026 kl. 09.12 skrev {ADA}:",
    "gmail norwegian": f"tir. 20. okt. 2026 kl. 09:12 skrev {ADA}:",
    "gmail finnish": "ti 20. lokak. 2026 klo 9.12 Ada Novak (ada@example.net) kirjoitti:",
    "gmail czech": f"út 20. 10. 2026 v 9:12 odesílatel {ADA} napsal:",
    "gmail chinese": f"{ADA} 于2026年10月20日周二 09:12写道:",
    "gmail korean": f"2026년 10월 20일 (화) 오전 9:12, {ADA}님이 작성:",
    "gmail turkish": f"{ADA}, 20 Eki 2026 Sal, 09:12 tarihinde şunu yazdı:",
    "gmail ukrainian": f"вт, 20 жовт. 2026 р. о 09:12 {ADA} пише:",
    "gmail hungarian": f"{ADA} ezt írta (időpont: 2026. okt. 20., K, 9:12):",
    "gmail romanian": f"În mar., 20 oct. 2026 la 09:12, {ADA} a scris:",
    "gmail greek": f"Στις Τρί 20 Οκτ 2026 στις 9:12 π.μ., ο χρήστης {ADA} έγραψε:",
    "apple english": f"On 20 Oct 2026, at 09:12, {ADA} wrote:",
    "apple german": f"Am 20.10.2026 um 09:12 schrieb {ADA}:",
    "apple dutch": f"Op 20 okt. 2026, om 09:12 heeft {ADA} het volgende geschreven:",
    "apple polish": f"Wiadomość napisana przez {ADA} w dniu 20 paź 2026, o godz. 09:12:",
    "apple russian": f"20 окт. 2026 г., в 09:12, {ADA} написал(а):",
    "apple japanese": f"2026/10/20 9:12、{ADA}のメール:",
    "thunderbird english": "On 10/20/26 09:12, Ada Novak wrote:",
    "thunderbird german": "Am 20.10.26 um 09:12 schrieb Ada Novak:",
    "thunderbird french": "Le 20/10/2026 à 09:12, Ada Novak a écrit :",
    "thunderbird spanish": "El 20/10/26 a las 9:12, Ada Novak escribió:",
    "thunderbird italian": "Il 20/10/2026 09:12, Ada Novak ha scritto:",
    "thunderbird dutch": "Op 20-10-2026 om 09:12 schreef Ada Novak:",
    "thunderbird portuguese": "Em 20/10/2026 09:12, Ada Novak escreveu:",
    "thunderbird polish": "W dniu 20.10.2026 o 09:12, Ada Novak pisze:",
    "thunderbird russian": "20.10.2026 09:12, Ada Novak пишет:",
    "thunderbird japanese": "On 2026/10/20 9:12, Ada Novak wrote:",
    "yahoo english": f"On Tuesday, October 20, 2026 at 09:12:11 AM GMT+2, {ADA} wrote:",
    "yahoo german": f"Am Dienstag, 20. Oktober 2026 um 09:12:11 MESZ hat {ADA} Folgendes geschrieben:",
    "proton": f"On Tuesday, October 20th, 2026 at 9:12 AM, {ADA} wrote:",
    "gmail for android": "On Tue, 20 Oct 2026, 09:12 Ada Novak, <ada@example.net> wrote:",
    "gmail for android, german": f"{ADA} schrieb am Di., 20. Okt. 2026, 09:12:",
    "zoho": f"---- On Tue, 20 Oct 2026 09:12:00 +0200 {ADA} wrote ---",
    "zimbra": "----- On Oct 20, 2026, at 9:12 AM, Ada Novak ada@example.net wrote:",
}


@pytest.mark.parametrize("introduction", INTRODUCTIONS.values(), ids=INTRODUCTIONS.keys())
def test_an_introduction_goes_with_the_quote_and_takes_nothing_along(introduction: str) -> None:
    wrapped = "\n".join(wrap(introduction, 60, break_long_words=False))
    answers = {
        "above": f"{OWN}\n\n{introduction}\n{QUOTE}",
        "above, without a blank line": f"{OWN}\n{introduction}\n{QUOTE}",
        "above, wrapped": f"{OWN}\n{wrapped}\n{QUOTE}",
        "below": f"{introduction}\n\n{QUOTE}\n\n{OWN}",
        "above a quote without marks": f"{OWN}\n\n{introduction}\n\nShall we meet?\nAda",
        "above an introduction with marks": f"{OWN}\n\n> {introduction}\n>\n{QUOTE}",
    }
    for place, text in answers.items():
        separated = separate_quotes(text, subject="Re: Meeting")
        assert separated.text == OWN, place
        assert separated.quoted.endswith("Ada"), place


def test_answers_in_two_places_are_both_kept() -> None:
    introduction = INTRODUCTIONS["gmail german"]
    text = f"Hallo Ada,\nja.\n{introduction}\n> Passt Freitag?\nAb zehn. Geht das?\n> Kommt Cleo?\nNein."
    assert separate_quotes(text, subject="AW: x").text == "Hallo Ada,\nja.\nAb zehn. Geht das?\nNein."


WORDS = st.sampled_from([
    "Hi Ada,", "yes", "On Friday at 10:00 we meet", "In 2026 the price was 20 €", "as he wrote:", "--", "—", "1.",
    "- one", "Thanks", "Kind regards", "ada@example.net", "From: Rome", "To: Oslo", "I", "", "+46 8 000 00 00",
    "On 20 Oct 2026,", "Am Montag", "20.10.2026 09:12", "PS", "__", "see the list below",
])  # fmt: skip
SPOKEN = st.tuples(st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3))
"""Around a question."""
QUOTED = st.tuples(
    st.sampled_from(["", *INTRODUCTIONS.values()]), st.sampled_from(["> old words", "> > older\n> old", ">old\n>older"])
).map("\n".join)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(st.lists(st.tuples(SPOKEN, QUOTED), min_size=1, max_size=3), SPOKEN)
def test_no_question_is_ever_lost_among_marked_quotes(
    pieces: list[tuple[tuple[list[str], list[str]], str]], last: tuple[list[str], list[str]]
) -> None:
    text = questions = ()
    for (before, after), quote in (*pieces, (last, "")):
        question = f"Is it number {len(questions)}?"
        questions = (*questions, question)
        text = (*text, *before, question, *after, quote)
    separated = separate_quotes("\n".join(text), subject="Re: x")
    assert [one for one in questions if one not in separated.text.split("\n")] == []


HEADERS = {
    "italian": f"Da: {ADA}\nInviato: martedì 20 ottobre 2026 09:12\nA: Ben\nOggetto: x",
    "dutch": f"Van: {ADA}\nVerzonden: dinsdag 20 oktober 2026 09:12\nAan: Ben\nOnderwerp: x",
    "portuguese": f"De: {ADA}\nEnviado: 20 de outubro de 2026 09:12\nPara: Ben\nAssunto: x",
    "brazilian": f"De: {ADA}\nEnviada em: terça-feira, 20 de outubro de 2026\nPara: Ben\nAssunto: x",
    "polish": f"Od: {ADA}\nWysłane: wtorek, 20 października 2026\nDo: Ben\nTemat: x",
    "russian": f"От: {ADA}\nОтправлено: 20 октября 2026 г. 9:12\nКому: Ben\nТема: x",
    "japanese": f"差出人: {ADA}\n送信日時: 2026年10月20日 9:12\n宛先: Ben\n件名: x",
    "chinese": f"发件人: {ADA}\n发送时间: 2026年10月20日 9:12\n收件人: Ben\n主题: x",
    "danish": f"Fra: {ADA}\nSendt: 20. oktober 2026 09:12\nTil: Ben\nEmne: x",
    "finnish": f"Lähettäjä: {ADA}\nLähetetty: tiistai 20. lokakuuta 2026 9.12\nVastaanottaja: Ben\nAihe: x",
    "czech": f"Od: {ADA}\nOdesláno: úterý 20. října 2026 9:12\nKomu: Ben\nPředmět: x",
    "turkish": f"Kimden: {ADA}\nGönderildi: 20 Ekim 2026 Salı 09:12\nKime: Ben\nKonu: x",
    "german, the date first": 'Gesendet: Dienstag, 20. Oktober 2026 um 09:12 Uhr\nVon: "Ada" <a@example.net>\nAn: Ben',
    "without an address": "From: Novak, Ada\nSent: Tuesday, October 20, 2026 9:12 AM\nTo: Ben\nSubject: x",
}


@pytest.mark.parametrize("block", HEADERS.values(), ids=HEADERS.keys())
@pytest.mark.parametrize("rule", ["", "________________________________\n\n"])
def test_a_block_of_headers_begins_history(block: str, rule: str) -> None:
    history = f"{rule}{block}\n\nShall we meet?"
    separated = separate_quotes(f"{OWN}\n\n{history}", subject="Re: Meeting")
    assert (separated.text, separated.quoted) == (OWN, history)


FORWARDS = (
    "Begin forwarded message:",
    "---------- Forwarded message ---------",
    "---------- Weitergeleitete Nachricht ---------",
    "Anfang der weitergeleiteten Nachricht:",
    "-------- Message transféré --------",
    "---------- Mensaje reenviado ---------",
    "---------- Messaggio inoltrato ---------",
    "Inizio messaggio inoltrato:",
    "---------- Doorgestuurd bericht ---------",
    "---------- Mensagem encaminhada ---------",
    "---------- Przekazana wiadomość ---------",
    "---------- Пересылаемое сообщение ---------",
    "---------- 転送メッセージ ---------",
)


@pytest.mark.parametrize("line", FORWARDS)
def test_what_is_passed_on_is_what_it_is_about(line: str) -> None:
    text = (
        f"Can you pay this?\n\n{line}\nFrom: Shop <shop@example.com>\nDate: Monday\nSubject: Bill\nTo: Ben\n\nPay 20 €."
    )
    assert separate_quotes(text, subject="Bill").text == text


TELEPHONES = (
    "Sent from my iPhone",
    "Sent from my phone",
    "Sent from my Galaxy",
    "Sent via the Samsung Galaxy S24",
    "Sent from Yahoo Mail for iPhone",
    "Sent from Mail for Windows",
    "Sent from Proton Mail for iOS",
    "Sent with Proton Mail secure email.",
    "Sent with [Proton Mail](https://proton.example/) secure email.",
    "Get Outlook for iOS<https://outlook.example/>",
    "Get Outlook for Android",
    "Von meinem iPhone gesendet",
    "Von meinem/meiner Galaxy gesendet",
    "Von Outlook für iOS gesendet",
    "Gesendet mit der GMX Mail App",
    "Diese Nachricht wurde von meinem Android-Mobiltelefon mit WEB.DE Mail gesendet.",
    "Envoyé de mon iPhone",
    "Envoyé depuis mon téléphone Samsung",
    "Télécharger Outlook pour iOS",
    "Enviado desde mi iPhone",
    "Enviado desde Outlook para iOS",
    "Obtener Outlook para iOS",
    "Inviato da iPhone",
    "Inviato dal mio iPhone",
    "Scarica Outlook per iOS",
    "Verstuurd vanaf mijn iPhone",
    "Download Outlook voor iOS",
    "Enviado do meu iPhone",
    "Obter o Outlook para iOS",
    "Wysłane z iPhone'a",
    "Pobierz aplikację Outlook dla systemu iOS",
    "Отправлено с iPhone",
    "Скачать Outlook для iOS",
    "iPhoneから送信",
    "发自我的 iPhone",
    "나의 iPhone에서 보냄",
    "Skickat från min iPhone",
    "Sendt fra min iPhone",
    "Lähetetty iPhonesta",
    "Odesláno z iPhonu",
    "iPhone'umdan gönderildi",
)


@pytest.mark.parametrize("line", TELEPHONES)
def test_a_telephone_speaks_for_itself(line: str) -> None:
    separated = separate_quotes(f"{OWN}\n\n{line}\n\n{INTRODUCTIONS['apple english']}\n{QUOTE}", subject="Re: Meeting")
    assert separated.text == OWN
    assert line in separated.quoted


@pytest.mark.parametrize(
    "text",
    [
        "On 20 Oct 2026 your colleague wrote:\nWe deliver on Friday.\nWhen do we get it?",
        'On 20 Oct 2026 at 10:15 your colleague wrote:\n"We deliver on Friday."\nWhen do we get it?',
        "Hi,\nOn 20 Oct 2026 at 10:15, Erik <erik@example.com> wrote:\nno.\n\nWhat shall I answer him?",
        "Hallo Ben!\n\nVon: Erik <erik@example.com>\nGesendet: Montag\nAn: Ada\n\nNein.\n\nWas soll ich antworten?",
        "From: Stockholm\nTo: Oslo\nDate: 20 October\nCan you book this?",
        "Von: Hamburg\nAn: Bremen\nDatum: 20. Oktober\nGeht das?",
        ">50 guests will come, is that all right?\nAda",
        "He says so himself.\n>From the desk of Ada: can you come?\nYes or no?",
        "Please sign above this line. Can you do that today?\nAda",
        "Get the mobile numbers of all guests, can you?",
        "Sent from the warehouse today: 40 boxes. Did they arrive?",
    ],
)
def test_a_question_of_the_sender_is_not_taken_for_history(text: str) -> None:
    assert separate_quotes(text, subject="Re: Delivery").text == text


@pytest.mark.parametrize(
    "pointer",
    [
        "My answers are below in red.",
        "See my comments inline.",
        "Svar nedan.",
        "Antworten siehe unten.",
        "Mes réponses ci-dessous en rouge.",
        "Mis respuestas abajo, en azul.",
        "Ben, see below. Can you take this?",
    ],
)
def test_who_points_below_has_said_something_there(pointer: str) -> None:
    text = f"{pointer}\n\nFrom: {ADA}\nSent: Tuesday\nTo: Ben\nSubject: x\n\nShall we meet?\nYes. Where?"
    assert separate_quotes(text, subject="Re: Meeting").text == text


MARKERS = (
    "##- Please type your reply above this line -##",
    "-- Bitte antworten Sie oberhalb dieser Zeile --",
    "Veuillez saisir votre réponse au-dessus de cette ligne",
    "Skriv ditt svar ovanför denna rad",
)


@pytest.mark.parametrize("marker", MARKERS)
def test_the_line_of_a_ticket_system_ends_the_answer(marker: str) -> None:
    assert separate_quotes(f"{OWN}\n\n{marker}\n\nTicket 17 was opened.", subject="Re: Ticket").text == OWN
    notice = f"{marker}\n\nTicket 17 was opened."
    assert separate_quotes(notice, subject="Ticket 17").text == notice
