"""All mails that the models learn from: written for training, and the development part of the evaluation.

The whole messages of `messages/`, of `hard/` and of the evaluation go the way of real mail, through the parser.
Nothing of the held-out part is ever read here.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.evaluation.examples import Example as Labelled
from app.evaluation.examples import read_examples
from app.evaluation.own_set import Split, own_examples
from app.evaluation.replay import replay
from app.triage.snapshot import Snapshot
from app.triage.verdict import Category
from training.lines import read_line

LINES: Final = Path(__file__).parent / "mails"
MESSAGES: Final = Path(__file__).parent / "messages"
ASKING: Final = Path(__file__).parent / "asking.tsv"
"""The sentences that ask for an answer, where a whole message wants one: its id, how (`q`uestion, `r`equest,
`p`roposal, `i`mplied), and the sentence. All were read for it; in a message that is not named, none asks."""
HARD: Final = Path(__file__).parent / "hard"
"""Messages written to mislead: there is much to learn from them, but mail is not like that on the whole."""


@dataclass(frozen=True, slots=True)
class Example:
    category: Category
    needs_reply: bool
    must_reply: bool | None
    """None where the mail's labels do not say so; so with the next two."""
    bulk: bool | None
    may_archive: bool | None
    snapshot: Snapshot
    group: str
    """Mails of one group are alike: one mailbox, or one line of its kind."""
    asking: frozenset[str] | None
    """The sentences that ask the reader for an answer; None where nobody marked them."""
    typical: bool
    """What mail is like, so that figures and calibrations may be taken of it: neither one line nor made to mislead."""


def examples() -> Iterator[Example]:
    """Every mail, always in the same order."""
    for path in sorted(LINES.glob("*.tsv")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            category, needs_reply, snapshot = read_line(f"{path.stem}-{number}", line)
            yield Example(category, needs_reply, None, None, None, snapshot, line, asking=None, typical=False)
    marked = _asking_sentences()
    for path in sorted(MESSAGES.glob("*.jsonl")):
        yield from _whole(read_examples(path), marked)
    for path in sorted(HARD.glob("*.jsonl")):
        yield from _whole(read_examples(path), marked, typical=False)
    yield from _whole(own_examples(Split.DEVELOPMENT), marked)
    if marked:
        raise LookupError(f"{ASKING.name} names messages that are not there: {', '.join(marked)}")


def _asking_sentences() -> dict[str, frozenset[str]]:
    """By the message's id."""
    found: dict[str, set[str]] = {}
    for line in ASKING.read_text("utf-8").splitlines():
        message, _, sentence = line.split("\t")
        found.setdefault(message, set()).add(sentence)
    return {message: frozenset(sentences) for message, sentences in found.items()}


def digest() -> str:
    """Of every training mail: the shipped weights name the one they were made from."""
    files = (ASKING, *sorted(LINES.glob("*.tsv")), *sorted(MESSAGES.glob("*.jsonl")), *sorted(HARD.glob("*.jsonl")))
    found = hashlib.sha256(b"".join(path.read_bytes() for path in files))
    for one in own_examples(Split.DEVELOPMENT):
        found.update(one.record.model_dump_json().encode() + one.labels.model_dump_json().encode())
    return found.hexdigest()


def _whole(
    labelled: Iterable[Labelled], marked: dict[str, frozenset[str]], *, typical: bool = True
) -> Iterator[Example]:
    """What was marked is taken out of `marked`."""
    for one in labelled:
        labels = one.labels
        yield Example(
            category=labels.category,
            needs_reply=labels.needs_reply,
            must_reply=labels.must_reply,
            bulk=labels.bulk,
            may_archive=labels.may_archive,
            snapshot=replay(one.record).snapshot,
            group=one.record.me[0],
            asking=marked.pop(one.id, frozenset()),
            typical=typical,
        )
