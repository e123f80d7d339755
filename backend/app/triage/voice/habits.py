"""What is known of the user's way of writing, as values that a snapshot carries."""

from collections.abc import Iterator
from typing import Final

from pydantic import BaseModel, ConfigDict

FORMS: Final = {"formal": "formally", "informal": "informally, by first name"}


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Habits(_Value):
    """In one language; each part empty when nothing is usual."""

    language: str
    messages: int
    greeting: str = ""
    """With {name} for whoever is greeted."""
    closing: str = ""
    signature: str = ""
    words: int = 0
    form: str = ""
    """'formal' or 'informal', where the language tells them apart."""

    def in_words(self) -> Iterator[str]:
        if self.greeting:
            yield f"begins with “{self.greeting.replace('{name}', '<name>')}”"
        if self.closing:
            yield f"ends with “{self.closing}”{f' and “{self.signature}”' if self.signature else ''}"
        if self.words:
            yield f"writes about {self.words} words"
        if self.form:
            yield f"addresses people {FORMS[self.form]}"


class Voice(_Value):
    messages: int = 0
    """So many mails of the user's own it was made of."""
    habits: tuple[Habits, ...] = ()

    def in_language(self, language: str) -> Habits | None:
        return next((one for one in self.habits if one.language == language), None)
