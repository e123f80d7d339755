"""What the receiving server found out about the sender: SPF, DKIM and DMARC."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

_MAX_HEADER: Final = 4_000
_QUOTED: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_CLAUSE: Final = re.compile(r"\s*(spf|dkim|dmarc)\s*(?:/\s*\d+\s*)?=\s*([a-z]+)", re.IGNORECASE)


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
        """DMARC failed, or it has no verdict and neither SPF nor DKIM vouches for the sender."""
        if self.dmarc in {"pass", "fail"}:
            return self.dmarc == "fail"
        return self.spf in {"fail", "softfail"} and self.dkim != "pass"


def authentication_of(headers: Mapping[str, Sequence[str]]) -> Authentication:
    """Only the topmost header counts: those below may have been written by the sender."""
    topmost = str(next(iter(headers.get("authentication-results", ())), ""))[:_MAX_HEADER]
    found: dict[str, list[str]] = {"spf": [], "dkim": [], "dmarc": []}
    for method, result in _verdicts(topmost):
        found[method].append(result)
    # A message may carry several signatures; one that holds is enough.
    dkim = "pass" if "pass" in found["dkim"] else _first(found["dkim"])
    return Authentication(_first(found["spf"]), dkim, _first(found["dmarc"]))


def _first(results: list[str]) -> str:
    """The first result, but no pass that a later one contradicts: one of the two was not written by the server."""
    if results[:1] == ["pass"]:
        return next((result for result in results if result != "pass"), "pass")
    return next(iter(results), "")


def _verdicts(header: str) -> Iterator[tuple[str, str]]:
    """The method and result at the start of each clause; values repeat what the sender wrote, comments too."""
    # Quoted strings go first: inside a comment, too, a bracket in a quoted address is the sender's.
    plain, whole = _without_comments(_QUOTED.sub(" ", header))
    whole = whole and '"' not in plain
    for clause in plain.split(";"):
        if found := _CLAUSE.match(clause):
            method, result = found[1].lower(), found[2].lower()
            if whole or result != "pass":  # in a header that does not parse, nobody can tell who wrote the pass
                yield method, result


def _without_comments(text: str) -> tuple[str, bool]:
    """The text outside comments, which may nest, and whether every comment has its end."""
    kept: list[str] = []
    depth, escaped, stray = 0, False, False
    for letter in text:
        if escaped:
            escaped = False
        elif depth and letter == "\\":
            escaped = True
        elif letter == "(":
            depth += 1
        elif letter == ")":
            stray, depth = stray or not depth, max(0, depth - 1)
        elif not depth:
            kept.append(letter)
    # An end that never comes would hide the verdicts behind it: then the brackets are letters like others.
    return ("".join(kept), not stray) if not depth else (text, False)
