import pytest

from app.triage.signals.lures import WEIGHTS, Lure, fraud_parts, lures_in, pressed
from app.triage.signals.money import money_in
from tests.triage.mails import reading


def found_in(text: str) -> tuple[Lure, ...]:
    read = reading(text)
    return lures_in(read, fraud_parts(read, amounts=bool(money_in(read).amounts)))


@pytest.mark.parametrize(
    ("text", "lure"),
    [
        ("Please verify your account", Lure.CREDENTIALS),
        ("Bekräfta dina uppgifter nu", Lure.CREDENTIALS),
        ("Ihr Konto wurde gesperrt", Lure.ACCOUNT_THREAT),
        ("Votre compte sera suspendu", Lure.ACCOUNT_THREAT),
        ("we have new bank details", Lure.PAYMENT_CHANGE),
        ("unsere neue Bankverbindung", Lure.PAYMENT_CHANGE),
        ("buy five gift cards", Lure.GIFT_CARDS),
        ("I recorded you with your webcam", Lure.EXTORTION),
        ("you have won the lottery", Lure.ADVANCE_FEE),
        ("pay the fee for your parcel", Lure.PARCEL),
        ("enter the card number below", Lure.SECRETS),
        ("Letzte Mahnung vor der Pfändung", Lure.DUNNING),
        ("enable macros to read it", Lure.OPEN_DOCUMENT),
    ],
)
def test_the_language_of_fraud(text: str, lure: Lure) -> None:
    assert lure in found_in(text)


@pytest.mark.parametrize(
    ("text", "lure"),
    [
        ("I'm in a meeting, can't take calls. Are you at your desk? I need a favour.", Lure.HARD_TO_REACH),
        (
            "Bist du am Platz? Ich bin telefonisch nicht erreichbar. Kannst du etwas überweisen?",
            Lure.HARD_TO_REACH,
        ),
        ("Coucou maman, c'est moi, mon téléphone est cassé. Tu peux faire un virement ?", Lure.HARD_TO_REACH),
        ("Olá mãe, mudei de número. Consegues fazer uma transferência hoje?", Lure.HARD_TO_REACH),
        ("Ik zit in een vergadering en kan niet bellen. Kun je iets voor me doen?", Lure.HARD_TO_REACH),
        ("Hei, jeg sitter i møte og kan ikke snakke. Er du på kontoret? Svar her.", Lure.HARD_TO_REACH),
        ("Nie mogę rozmawiać, jestem na naradzie. Proszę zapłacić fakturę, przelew jeszcze dziś.", Lure.HARD_TO_REACH),
        ("En voi puhua, olen kokouksessa. Oletko toimistolla?", Lure.HARD_TO_REACH),
        ("我正在开会不方便接电话，帮我转账。", Lure.HARD_TO_REACH),
        ("Я на совещании, не могу говорить. Вы на месте? Нужен срочный перевод.", Lure.HARD_TO_REACH),
        ("Are you there? I need your help and no one is to know.", Lure.HARD_TO_REACH),
        ("I can't talk. Are you there? No one is to know.", Lure.CONSPIRACY),
        ("The release fee is due within 24 hours.", Lure.FEE_FIRST),
        ("Il tuo pacco è in giacenza, tornerà al mittente.", Lure.SMALL_FEE),
        ("Ihr Postfach wird heute noch deaktiviert.", Lure.SIGN_IN),
        ("Zwrot nadpłaty: potwierdź w ciągu 48 godzin.", Lure.SIGN_IN),
        ("An investment plan with guaranteed returns in bitcoin.", Lure.PROFIT),
        ("Please make the transfer today and keep this between us.", Lure.CONSPIRACY),
        ("Bitte die Überweisung vorbereiten, es bleibt unter uns.", Lure.CONSPIRACY),
        ("Fai il bonifico oggi, resti tra noi, massima riservatezza.", Lure.CONSPIRACY),
        ("Hay que hacer la transferencia, no digas nada a nadie.", Lure.CONSPIRACY),
        ("Could you buy six gift cards? It's a surprise, don't tell anyone.", Lure.GIFT_CARDS),
        ("Kan du købe gavekort og sende koderne? Sig det ikke til nogen.", Lure.GIFT_CARDS),
        ("Potrzebuję przysługi: kup karty podarunkowe.", Lure.GIFT_CARDS),
        ("Our bank has frozen the old account, please transfer it to my cousin's company account.", Lure.NEW_ACCOUNT),
        ("Il nostro conto è bloccato, fate il bonifico sul conto nuovo.", Lure.NEW_ACCOUNT),
        ("Prosimy o przelew na nowy rachunek.", Lure.NEW_ACCOUNT),
        ("Your grant has been selected; a refundable processing fee is due to release the funds.", Lure.FEE_FIRST),
        ("Sie wurden ausgewählt, zahlen Sie die Freigabegebühr.", Lure.FEE_FIRST),
        ("Ha ganado el sorteo, abone los gastos de gestión por adelantado.", Lure.FEE_FIRST),
        ("You were paid twice by mistake, please send back the difference by bank transfer.", Lure.OVERPAID),
        ("Hemos ingresado de más por error, haga una transferencia con la diferencia.", Lure.OVERPAID),
        ("Your parcel is on hold: pay £1.45 or it will be returned to sender.", Lure.SMALL_FEE),
        ("Il tuo pacco è in giacenza, versa 1,99 EUR entro oggi.", Lure.SMALL_FEE),
        ("Twoja paczka została wstrzymana, dopłać 1,99 zł.", Lure.SMALL_FEE),
        ("Unpaid toll balance: pay to avoid a late fee and a penalty.", Lure.SMALL_FEE),
        ("Publication fee for your trademark in our private database: EUR 1,870. This is not a bill.", Lure.REGISTER),
        ("Eintragung im Branchenbuch, 489,00 EUR, privatwirtschaftliches Verzeichnis.", Lure.REGISTER),
        ("The file opens when you sign in with your work mail.", Lure.SIGN_IN),
        ("Het document opent na inloggen met uw e-mailadres.", Lure.SIGN_IN),
        ("Send me a passport scan and the deposit by transfer.", Lure.IDENTITY),
        ("Bitte Passkopie und Kaution senden.", Lure.IDENTITY),
        ("My program recorded you through the camera; send 0.05 BTC to the wallet.", Lure.EXTORTION),
        ("Grabé lo que hacías con la cámara. Envía 0,04 BTC a la billetera.", Lure.EXTORTION),
        ("Connect your wallet and have your seed phrase ready.", Lure.SECRETS),
        ("Bitte geben Sie Ihr Passwort auf der Seite ein.", Lure.SECRETS),
        ("Budget 2027.xlsx: open with your mail password", Lure.SECRETS),
        ("Подтвердите пароль по ссылке.", Lure.SECRETS),
        ("You will be asked for your member number and the passcode we text you.", Lure.SECRETS),
        ("Easy job from home: we mail you a check, forward the remaining funds.", Lure.PROFIT),
    ],
)
def test_what_adds_up_to_fraud(text: str, lure: Lure) -> None:
    assert lure in found_in(text)


@pytest.mark.parametrize(
    "text",
    [
        "I'm in a meeting until three, can you call me after?",
        "Could you do me a favour and water the plants?",
        "Bin gerade in einer Besprechung, melde mich später.",
        "Your parcel is on its way and will be delivered tomorrow between 9 and 12.",
        "Let's keep the party a surprise, don't tell Anna.",
        "Please send the deposit for the flat by bank transfer, as agreed.",
        "Your password was changed yesterday.",
        "Reply with your phone number and the best time to call.",
        "Kindly reply with your title of talk.",
        "Someone signed in with your password and an app code.",
        "You did this in the app after entering your PIN.",
        "C'était vous ? Sinon changez votre mot de passe dans les réglages.",
        "A passkey was added shortly after you signed in with your password.",
        "The directory of our choir is attached.",
        "Bitcoin fell by four percent; the camera test is on page two.",
    ],
)
def test_single_words_of_it_are_nothing(text: str) -> None:
    assert found_in(text) == ()


def test_every_lure_has_a_weight() -> None:
    assert WEIGHTS.keys() == set(Lure)


@pytest.mark.parametrize("text", ["We never ask for your card number.", "Vi frågar aldrig efter ditt kortnummer."])
def test_a_warning_is_no_lure(text: str) -> None:
    assert found_in(text) == ()


def test_haste() -> None:
    assert pressed(reading("Act within 24 hours"))
    assert not pressed(reading("Whenever it suits you"))
