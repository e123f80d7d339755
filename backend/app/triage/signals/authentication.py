"""What the receiving server found out about the sender: SPF, DKIM and DMARC."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_MAX_HEADER: Final = 4_000
_RESULT: Final = re.compile(r"\b(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Authentication:
    """Each is the server's word (pass, fail, softfail, none, …) or empty. A pass is no proof of good faith."""

    spf: str = ""
    dkim: str = ""
    dmarc: str = ""

    @property
    def passed(self) -> bool:
        return self.dmarc == "pass"

    @property
    def failed(self) -> bool:
        """DMARC failed, or without a DMARC result neither SPF nor DKIM vouches for the sender."""
        if self.dmarc:
            return self.dmarc == "fail"
        return self.spf in {"fail", "softfail"} and self.dkim != "pass"


def authentication_of(headers: Mapping[str, Sequence[str]]) -> Authentication:
    """Only the topmost header counts: those below may have been written by the sender."""
    topmost = next(iter(headers.get("authentication-results", ())), "")
    found: dict[str, str] = {}
    for method, result in _RESULT.findall(str(topmost)[:_MAX_HEADER]):
        name, word = str(method).lower(), str(result).lower()
        # A message may carry several signatures; one that holds is enough.
        if name not in found or word == "pass":
            found[name] = word
    return Authentication(**found)
