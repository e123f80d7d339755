"""Where words stand besides subject and text: names of attachments, and what the HTML part hides."""

import re
from typing import Final

from app.triage.snapshot import Incoming

_FILES_READ: Final = 10
_NAME_READ: Final = 300
_LINES_SEEN: Final = 150
_SHORTEST_SEEN: Final = 12
_JOINTS: Final = re.compile(r"[_.-]+")


def attachment_names(message: Incoming) -> str:
    """One on each line, words apart."""
    return "\n".join(_JOINTS.sub(" ", one.filename[:_NAME_READ]) for one in message.attachments[:_FILES_READ])


def hidden_words(message: Incoming) -> str:
    """What the HTML part holds beyond the text that is seen, each piece on a line of its own."""
    if not (message.hidden_characters or "<!--" in message.html_words):
        return ""
    hidden = message.html_words
    for line in message.text.splitlines()[:_LINES_SEEN]:
        if len(seen := line.strip()) >= _SHORTEST_SEEN:
            hidden = hidden.replace(seen, "\n")
    return hidden
