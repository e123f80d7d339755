"""The sentences that docs/rules.md promises, and what is said of all others."""

from typing import Any

import pytest

from app.triage.user_rules.grammar import read_rule
from app.triage.user_rules.meaning import Conditions, Effects, Reached, SenderSort
from app.triage.user_rules.vocabulary import RECRUITING_WORDS
from app.triage.verdict import Category

INVOICE: dict[str, Any] = {"categories": (Category.INVOICE,)}


@pytest.mark.parametrize(
    ("text", "conditions", "effects"),
    [
        ("Never answer recruiters.", {"words": RECRUITING_WORDS}, {"never_reply": True}),
        ("never reply to strangers", {"known_sender": False}, {"never_reply": True}),
        ("Don't answer mail from erik@example.com", {"addresses": ("erik@example.com",)}, {"never_reply": True}),
        ("Do not respond to anybody at shop.example.", {"domains": ("shop.example",)}, {"never_reply": True}),
        (
            "Never answer newsletters from @letters.example",
            {"categories": (Category.NEWSLETTER,), "domains": ("letters.example",)},
            {"never_reply": True},
        ),
        ("Always ask me about mail from Erik Holm", {"sender_names": ("Erik Holm",)}, {"always_ask": True}),
        ("Ask before answering contracts", {"categories": (Category.LEGAL,)}, {"always_ask": True}),
        ("Label invoices as Accounting", INVOICE, {"label": "Accounting"}),
        ("Label mail about the roof as House", {"words": ("roof",)}, {"label": "House"}),
        (
            'Label mail with "lease" in the subject as "Flat & keys"',
            {"subject_words": ("lease",)},
            {"label": "Flat & keys"},
        ),
        ("Invoices go to Accounting", INVOICE, {"label": "Accounting"}),
        ("Put receipts in the folder Taxes", {"categories": (Category.RECEIPT,)}, {"label": "Taxes"}),
        (
            "Never archive mail from school.example or ben@example.net",
            {"domains": ("school.example",), "addresses": ("ben@example.net",)},
            {"never_archive": True},
        ),
        ("Keep mail from Mira in the inbox", {"sender_names": ("Mira",)}, {"never_archive": True}),
        ("Archive newsletters", {"categories": (Category.NEWSLETTER,)}, {"archive": True}),
        ("Archive mail I'm only copied on", {"reached": (Reached.COPIED,)}, {"archive": True}),
        (
            "Archive notifications from machines",
            {"categories": (Category.NOTIFICATION,), "sender_sorts": (SenderSort.SERVICE,)},
            {"archive": True},
        ),
        ("Mail from Mira is urgent", {"sender_names": ("Mira",)}, {"urgent": True}),
        ("Treat questions from people I know as urgent", {"needs_reply": True, "known_sender": True}, {"urgent": True}),
        (
            "When replying to Mira, keep it short and say du",
            {"sender_names": ("Mira",)},
            {"note": "keep it short and say du"},
        ),
        (
            "Archive newsletters and label them as Reading",
            {"categories": (Category.NEWSLETTER,)},
            {"archive": True, "label": "Reading"},
        ),
        ("Label invoices as Accounting. Never answer them.", INVOICE, {"label": "Accounting", "never_reply": True}),
        ("Always ask about everything", {"everything": True}, {"always_ask": True}),
        ("Never answer mailing lists", {"from_list": True}, {"never_reply": True}),
    ],
)
def test_a_known_sentence_is_understood_whole(text: str, conditions: dict[str, Any], effects: dict[str, Any]) -> None:
    meaning = read_rule(text)
    assert meaning.conditions == Conditions(**conditions)
    assert meaning.effects == Effects(**effects)
    assert meaning.not_understood == ()
    assert meaning.usable


def test_what_may_never_happen_becomes_a_question_and_is_said() -> None:
    meaning = read_rule("Invoices go to Accounting and to Ana for approval")
    assert meaning.conditions == Conditions(categories=(Category.INVOICE,))
    assert meaning.effects == Effects(label="Accounting", always_ask=True)
    [said] = meaning.not_understood
    assert "“Ana for approval”" in said
    assert "never forwards" in said


@pytest.mark.parametrize("text", ["Forward invoices to ben@example.net", "Send bills on to Ana for approval"])
def test_forwarding_is_not_supported(text: str) -> None:
    meaning = read_rule(text)
    assert meaning.effects == Effects(always_ask=True)
    assert "never forwards" in meaning.not_understood[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "Be nice",
        "Never answer the usual suspects",
        "Delete newsletters",
        "Label invoices as ../../INBOX",
        "Label invoices as Accounting/2026",
        "Archive mail about",
        "Never answer",
        "Unsubscribe from everything",
    ],
)
def test_what_is_not_understood_is_named_and_makes_no_rule(text: str) -> None:
    meaning = read_rule(text)
    assert not meaning.usable
    assert bool(meaning.not_understood) == bool(text)


def test_a_sentence_about_other_mail_is_a_rule_of_its_own() -> None:
    meaning = read_rule("Archive newsletters. Never answer recruiters.")
    assert meaning.effects == Effects(archive=True)
    assert "rule of its own" in meaning.not_understood[0]


def test_the_part_that_was_understood_stands_beside_the_one_that_was_not() -> None:
    meaning = read_rule("Archive newsletters; bring me coffee")
    assert meaning.usable
    assert meaning.not_understood == ("“bring me coffee”",)


@pytest.mark.parametrize("text", ["never answer " + "a" * 5000, "and " * 2000, "x from " * 500, "label " * 1000])
def test_no_text_is_too_odd_to_read(text: str) -> None:
    assert not read_rule(text[:500]).usable


@pytest.mark.parametrize(
    ("text", "conditions", "effects"),
    [
        ("Antworte nie Recruitern.", {"words": RECRUITING_WORDS}, {"never_reply": True}),
        ("Bitte auf Mails von Recruitern nie antworten", {"words": RECRUITING_WORDS}, {"never_reply": True}),
        ("Antworte Fremden nicht", {"known_sender": False}, {"never_reply": True}),
        ("Rechnungen gehen an die Buchhaltung", INVOICE, {"label": "Buchhaltung"}),
        ("Kennzeichne Rechnungen als Buchhaltung", INVOICE, {"label": "Buchhaltung"}),
        ("Lege Quittungen unter Steuern ab", {"categories": (Category.RECEIPT,)}, {"label": "Steuern"}),
        (
            "Archiviere Newsletter und kennzeichne sie als Lesen",
            {"categories": (Category.NEWSLETTER,)},
            {"archive": True, "label": "Lesen"},
        ),
        ("Archiviere nie Mails von schule.example", {"domains": ("schule.example",)}, {"never_archive": True}),
        ("Newsletter archivieren", {"categories": (Category.NEWSLETTER,)}, {"archive": True}),
        ("Frag mich immer bei Mails von Erik Holm", {"sender_names": ("Erik Holm",)}, {"always_ask": True}),
        ("Mails von ben@example.net sind dringend", {"addresses": ("ben@example.net",)}, {"urgent": True}),
        ("Mails zum Thema Miete sind wichtig", {"words": ("Miete",)}, {"urgent": True}),
        ("Wenn du Mira Berg schreibst, sag du", {"sender_names": ("Mira Berg",)}, {"note": "sag du"}),
        ("Ne réponds jamais aux recruteurs.", {"words": RECRUITING_WORDS}, {"never_reply": True}),
        ("Ne réponds pas aux inconnus", {"known_sender": False}, {"never_reply": True}),
        ("Les factures vont à la Comptabilité", INVOICE, {"label": "Comptabilité"}),
        ("Étiquette les factures comme Comptabilité", INVOICE, {"label": "Comptabilité"}),
        ("Mets les reçus dans le dossier Impôts", {"categories": (Category.RECEIPT,)}, {"label": "Impôts"}),
        ("N'archive jamais les mails de ecole.example", {"domains": ("ecole.example",)}, {"never_archive": True}),
        ("Archive toujours les lettres d'information", {"categories": (Category.NEWSLETTER,)}, {"archive": True}),
        ("Demande-moi toujours pour les mails d'Erik Holm", {"sender_names": ("Erik Holm",)}, {"always_ask": True}),
        ("Les mails de Mira sont urgents", {"sender_names": ("Mira",)}, {"urgent": True}),
        ("Quand tu réponds à Mira, sois bref", {"sender_names": ("Mira",)}, {"note": "sois bref"}),
        ("Nunca respondas a los reclutadores.", {"words": RECRUITING_WORDS}, {"never_reply": True}),
        ("No contestes a desconocidos", {"known_sender": False}, {"never_reply": True}),
        ("Las facturas van a Contabilidad", INVOICE, {"label": "Contabilidad"}),
        ("Etiqueta las facturas como Contabilidad", INVOICE, {"label": "Contabilidad"}),
        ("Pon los recibos en la carpeta Impuestos", {"categories": (Category.RECEIPT,)}, {"label": "Impuestos"}),
        ("Nunca archives los correos de escuela.example", {"domains": ("escuela.example",)}, {"never_archive": True}),
        ("Pregúntame siempre por los correos de Erik Holm", {"sender_names": ("Erik Holm",)}, {"always_ask": True}),
        ("Los correos de Mira son urgentes", {"sender_names": ("Mira",)}, {"urgent": True}),
        ("Cuando respondas a Mira, sé breve", {"sender_names": ("Mira",)}, {"note": "sé breve"}),
    ],
)
def test_the_common_sentences_are_understood_in_other_languages(
    text: str, conditions: dict[str, Any], effects: dict[str, Any]
) -> None:
    meaning = read_rule(text)
    assert meaning.conditions == Conditions(**conditions)
    assert meaning.effects == Effects(**effects)
    assert meaning.not_understood == ()


@pytest.mark.parametrize(
    ("text", "label", "whom"),
    [
        ("Rechnungen gehen an die Buchhaltung und an Ana zur Freigabe", "Buchhaltung", "“Ana zur Freigabe”"),
        ("Les factures vont à la Comptabilité et à Ana pour approbation", "Comptabilité", "“Ana pour approbation”"),
        ("Las facturas van a Contabilidad y a Ana para su aprobación", "Contabilidad", "“Ana para su aprobación”"),
    ],
)
def test_passing_on_for_approval_becomes_a_question_in_other_languages(text: str, label: str, whom: str) -> None:
    meaning = read_rule(text)
    assert meaning.conditions == Conditions(**INVOICE)
    assert meaning.effects == Effects(label=label, always_ask=True)
    [said] = meaning.not_understood
    assert whom in said
    assert "never forwards" in said


@pytest.mark.parametrize(
    "text",
    [
        "Leite Rechnungen an ben@example.net weiter",
        "Transfère les factures à ben@example.net",
        "Reenvía las facturas a ben@example.net",
    ],
)
def test_forwarding_is_not_supported_in_any_language(text: str) -> None:
    meaning = read_rule(text)
    assert meaning.conditions == Conditions(**INVOICE)
    assert meaning.effects == Effects(always_ask=True)
    assert "never forwards" in meaning.not_understood[0]


@pytest.mark.parametrize(
    "text",
    [
        "Sei nett",
        "Antworte nie den üblichen Verdächtigen",
        "Antworte nie Vertretern",
        "Lösche Newsletter",
        "Sois gentil",
        "Ne réponds jamais aux gens bizarres",
        "Supprime les newsletters",
        "Sé amable",
        "No respondas a los pesados",
        "Borra los boletines",
        "Svara aldrig rekryterare",
    ],
)
def test_what_is_not_understood_in_other_languages_makes_no_rule(text: str) -> None:
    meaning = read_rule(text)
    assert not meaning.usable
    assert meaning.not_understood


@pytest.mark.parametrize(
    "text",
    [
        "Archive les newsletters et classe-les dans Lecture",
        "Archiva los boletines y etiqueta todo como Lectura",
        "Archiviere Newsletter und lege Rechnungen unter Steuern ab",
    ],
)
def test_half_of_a_sentence_is_not_taken_for_the_whole(text: str) -> None:
    meaning = read_rule(text)
    assert meaning.effects == Effects(archive=True)
    assert meaning.not_understood
