from typing import Any

import pytest

from app.triage.signals.reading import read
from app.triage.signals.senders import Origin, SenderKind, origin_of
from app.triage.signals.topics import topics_of
from app.triage.signals.vital import vital_in
from tests.triage.mails import ANA, BULK, DISCUSSION, incoming

NULL_PATH = {"return-path": ["<>"]}


def origin(**over: Any) -> Origin:
    message = incoming(**over)
    said = read(message)
    return origin_of(message, ANA, said, topics_of(said, message), vital=vital_in(said))


@pytest.mark.parametrize(
    ("name", "address", "kind"),
    [
        ("Erik Holm", "erik.holm@example.com", SenderKind.PERSON),
        ("Erik Holm | Holm AB", "erik@holm.example", SenderKind.PERSON),
        ("Holm AB", "info@holm.example", SenderKind.ROLE),
        ("Hotel Kajen", "stay@hotelkajen.example", SenderKind.ROLE),
        ("Mötesplats Norr", "boka@motesplatsnorr.example", SenderKind.ROLE),
        ("Build", "no-reply@ci.example", SenderKind.SERVICE),
        ("Tracker", "notifications@tracker.example", SenderKind.SERVICE),
        ("Mail Delivery", "MAILER-DAEMON@example.com".lower(), SenderKind.SERVER),
        ("Ana", "ana@example.org", SenderKind.SELF),
        ("", "", SenderKind.SERVICE),
    ],
)
def test_who_wrote(name: str, address: str, kind: SenderKind) -> None:
    assert origin(sender_name=name, sender_address=address).kind is kind


@pytest.mark.parametrize(
    "local", ["no-reply", "noreply", "do_not_reply", "shop.noreply", "svara-inte", "ne-pas-repondre", "nicht-antworten"]
)
def test_addresses_that_take_no_answers(local: str) -> None:
    assert origin(sender_address=f"{local}@example.com").no_reply


@pytest.mark.parametrize(
    "headers",
    [
        {"list-unsubscribe": ["<https://a.example>"]},
        {"list-id": ["<a.example>"]},
        {"precedence": ["Bulk"]},
        {"precedence": ["list"]},
    ],
)
def test_mass_mail_by_its_headers(headers: dict[str, list[str]]) -> None:
    found = origin(headers=headers)

    assert found.mass
    assert not found.human


UNSUBSCRIBE = {"list-unsubscribe": ["<https://a.example>"]}
LIST_ID = {"list-id": ["<a.example>"]}
NEWS = {"subject": "Newsletter 7", "text": "Read more. In this issue: owls."}


@pytest.mark.parametrize(
    ("over", "bulk"),
    [
        (NEWS | {"headers": UNSUBSCRIBE}, True),
        ({"headers": UNSUBSCRIBE, "subject": "A note", "text": "Read more on our page."}, False),
        ({"headers": LIST_ID, "subject": "A note", "text": "Read more on our page."}, True),
        ({"headers": LIST_ID, "subject": "A note", "text": "The wall is up."}, False),
        (NEWS | {"headers": {"feedback-id": ["1:2:3"]}}, False),
        (NEWS | {"headers": {"x-campaign": ["7"]}}, False),
        (NEWS | {"headers": LIST_ID | {"precedence": ["bulk"]}, "text": "Your appointment is on Friday."}, False),
        ({"headers": DISCUSSION, "subject": "[birds] Owl", "text": "I saw one."}, True),
    ],
)
def test_proof_of_bulk_needs_headers_and_words(over: dict[str, Any], *, bulk: bool) -> None:
    assert bool(origin(**over).bulk) is bulk


def test_what_a_campaign_is_counted_by_proves_nothing() -> None:
    assert not origin(headers={"feedback-id": ["1:2:3"], "x-campaign": ["7"]}).mass


@pytest.mark.parametrize(
    ("headers", "automatic"),
    [
        ({"auto-submitted": ["auto-generated"]}, True),
        ({"auto-submitted": ["auto-replied; owner=x"]}, True),
        ({"auto-submitted": ["no"]}, False),
        ({"x-auto-response-suppress": ["All"]}, True),
        (NULL_PATH, True),
        ({"return-path": ["<erik.holm@example.com>"]}, False),
        ({}, False),
    ],
)
def test_automatic_by_its_headers(headers: dict[str, list[str]], *, automatic: bool) -> None:
    assert bool(origin(headers=headers).automatic) is automatic


@pytest.mark.parametrize(
    ("over", "discussion"),
    [
        ({"headers": DISCUSSION}, True),
        ({"headers": DISCUSSION | {"list-unsubscribe": ["<mailto:off@lists.example.net>"]}}, True),
        ({"headers": BULK}, False),
        ({"headers": DISCUSSION, "sender_address": "notifications@tracker.example"}, False),
        ({"headers": {"list-post": ["NO"], "list-id": ["<news.example.com>"]}}, False),
        ({"headers": {"list-id": ["<birds.lists.example.net>"]}, "subject": "Re: [birds] Owl"}, True),
    ],
)
def test_discussion_lists(over: dict[str, Any], *, discussion: bool) -> None:
    assert origin(**over).discussion is discussion


@pytest.mark.parametrize(
    ("address", "headers", "subject"),
    [
        ("mailer-daemon@example.com", {}, "Undelivered Mail Returned to Sender"),
        ("postmaster@example.com", {}, "Delivery Status Notification (Failure)"),
        ("mailer-daemon@example.com", NULL_PATH, "Unzustellbar: Angebot"),
        (
            "postmaster@example.com",
            NULL_PATH | {"auto-submitted": ["auto-replied"]},
            "Meddelandet kunde inte levereras",
        ),
        ("reports@example.com", {"content-type": ['multipart/report; report-type="delivery-status"']}, "Report"),
    ],
)
def test_bounces(address: str, headers: dict[str, list[str]], subject: str) -> None:
    assert origin(sender_address=address, headers=headers, subject=subject, text="").bounce


def test_a_person_may_write_about_a_bounce() -> None:
    assert not origin(subject="Undelivered mail again").bounce


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: The offer",
        "Autosvar: Offerten",
        "Abwesenheitsnotiz: Angebot",
        "Réponse automatique : devis",
        "Respuesta automática",
    ],
)
def test_automatic_replies_by_subject(subject: str) -> None:
    assert origin(subject=subject).auto_reply


def test_a_person_may_answer_an_automatic_reply() -> None:
    assert not origin(subject="Re: Automatic reply: The offer").auto_reply
