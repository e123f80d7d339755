"""What a rule was understood to mean: conditions over what code knows of a mail, and effects from a closed set."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from app.triage.verdict import Category

MEANING_VERSION: Final = 1
"""Raised when conditions or effects change their sense; an older meaning is read again from the rule's words."""

Address = Annotated[
    str, StringConstraints(to_lower=True, strip_whitespace=True, max_length=254, pattern=r"^[^@\s<>,;]+@[^@\s<>,;]+$")
]
Domain = Annotated[
    str, StringConstraints(to_lower=True, strip_whitespace=True, max_length=253, pattern=r"^[\w-]+(\.[\w-]+)+$")
]
Word = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=60, pattern=r"^[^\x00-\x1f]+$")]
Label = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40, pattern=r"^[\w][\w &.,'()+-]*$")
]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f]*$")]
Remark = Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)]


class SenderSort(StrEnum):
    PERSON = "person"
    ROLE = "role"
    """A shared address that people read, such as info@."""
    SERVICE = "service"


class Reached(StrEnum):
    """How a mail reached the user."""

    ALONE = "alone"
    DIRECT = "direct"
    COPIED = "copied"
    UNDISCLOSED = "undisclosed"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Conditions(_Value):
    """All that are given must hold; of the members of one, any."""

    addresses: Annotated[tuple[Address, ...], Field(max_length=20, description="Sender addresses")] = ()
    domains: Annotated[tuple[Domain, ...], Field(max_length=20, description="Sender domains")] = ()
    sender_names: Annotated[tuple[Word, ...], Field(max_length=20, description="Names of senders")] = ()
    sender_sorts: Annotated[tuple[SenderSort, ...], Field(max_length=3)] = ()
    known_sender: Annotated[bool | None, Field(description="Whether the user has written to the sender before")] = None
    categories: Annotated[tuple[Category, ...], Field(max_length=15)] = ()
    subject_words: Annotated[tuple[Word, ...], Field(max_length=20, description="Any of these in the subject")] = ()
    words: Annotated[
        tuple[Word, ...],
        Field(max_length=30, description="Any of these in subject or text; a trailing * stands for any ending"),
    ] = ()
    from_list: Annotated[bool | None, Field(description="Sent through a mailing list")] = None
    reached: Annotated[tuple[Reached, ...], Field(max_length=4)] = ()
    needs_reply: bool | None = None
    everything: Annotated[bool, Field(description="Every mail, without any other condition")] = False

    @property
    def senders_given(self) -> bool:
        return bool(self.addresses or self.domains or self.sender_names)

    @property
    def empty(self) -> bool:
        return self == Conditions()


class Effects(_Value):
    """What a rule may bring about: it forbids, holds, labels and hints; it never sends, forwards or deletes."""

    never_reply: bool = False
    always_ask: Annotated[bool, Field(description="Nothing but labels happens without asking")] = False
    label: Annotated[Label | None, Field(description="Name of one label")] = None
    never_archive: bool = False
    archive: Annotated[bool, Field(description="Propose to archive it, as far as safety allows")] = False
    urgent: bool = False
    note: Annotated[Note, Field(description="What the writer of answers should keep in mind")] = ""

    @property
    def empty(self) -> bool:
        return self == Effects()


class Meaning(_Value):
    conditions: Conditions
    effects: Effects
    not_understood: Annotated[
        tuple[Remark, ...],
        Field(max_length=5, description="Parts of the rule that cannot be said with these conditions and effects"),
    ] = ()
    remarks: Annotated[tuple[Remark, ...], Field(max_length=5)] = ()
    version: int = MEANING_VERSION

    @property
    def usable(self) -> bool:
        """It says for which mail, and what about it."""
        return not self.conditions.empty and not self.effects.empty


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule that is switched on."""

    rule_id: UUID
    text: str
    meaning: Meaning
