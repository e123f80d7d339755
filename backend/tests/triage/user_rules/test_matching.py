from dataclasses import replace
from typing import Any

import pytest

from app.triage.user_rules.matching import Seen, matches
from app.triage.user_rules.meaning import Conditions, Reached, SenderSort
from app.triage.verdict import Category

SEEN = Seen(
    address="kim@jobs.hunters.example",
    name="Kim Recruiter",
    sort=SenderSort.PERSON,
    known=False,
    category=Category.PERSONAL,
    subject="An exciting position",
    text="Hello, we have an OPEN\nrole for you.",
    from_list=False,
    reached=Reached.ALONE,
    needs_reply=True,
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, False),
        ({"everything": True}, True),
        ({"addresses": ("kim@jobs.hunters.example",)}, True),
        ({"addresses": ("kim@hunters.example",)}, False),
        ({"domains": ("hunters.example",)}, True),
        ({"domains": ("unters.example",)}, False),
        ({"sender_names": ("kim",)}, True),
        ({"sender_names": ("Ki",)}, False),
        ({"addresses": ("ana@example.org",), "sender_names": ("Kim",)}, True),
        ({"words": ("open role",)}, True),
        ({"words": ("recruit*",)}, True),
        ({"words": ("recruit",)}, False),
        ({"subject_words": ("open role",)}, False),
        ({"subject_words": ("position",)}, True),
        ({"words": (".*",)}, False),
        ({"words": ("(unclosed",)}, False),
        ({"known_sender": False}, True),
        ({"known_sender": True}, False),
        ({"known_sender": False, "categories": (Category.INVOICE,)}, False),
        ({"from_list": True}, False),
        ({"reached": (Reached.COPIED, Reached.ALONE)}, True),
        ({"needs_reply": False}, False),
        ({"sender_sorts": (SenderSort.SERVICE,)}, False),
    ],
)
def test_all_conditions_must_hold_and_any_member_of_one(given: dict[str, Any], expected: bool) -> None:  # noqa: FBT001
    assert matches(Conditions(**given), SEEN) is expected


def test_an_empty_sender_fits_no_condition_on_senders() -> None:
    nobody = replace(SEEN, address="", name="")
    assert not matches(Conditions(domains=("hunters.example",)), nobody)
