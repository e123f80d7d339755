"""Names that a sender only seems to have: those of well-known firms, and those its domain resembles."""

import re
from typing import Final

# Who is imitated most, and a word that an honest domain of theirs holds.
_BRANDS: Final = {
    "paypal": "paypal", "microsoft": "microsoft", "office 365": "microsoft", "onedrive": "microsoft",
    "sharepoint": "microsoft", "docusign": "docusign", "apple": "apple", "icloud": "apple", "google": "google",
    "amazon": "amazon", "netflix": "netflix", "dhl": "dhl", "postnord": "postnord", "fedex": "fedex",
    "klarna": "klarna", "swedbank": "swedbank", "nordea": "nordea", "handelsbanken": "handelsbanken",
    "bankid": "bankid", "skatteverket": "skatteverket", "sparkasse": "sparkasse", "dropbox": "dropbox",
    "linkedin": "linkedin", "facebook": "facebook", "instagram": "instagram", "coinbase": "coinbase",
    "adobe": "adobe",
}  # fmt: skip


def imitates_its_name(name: str, domain: str) -> str:
    """The word of the display name that the domain only resembles: "Example Cloud <… @examp1e.test>"."""
    label = domain.partition(".")[0]
    for word in re.findall(r"[a-z0-9]{5,30}", name):
        if word not in label and _skeleton(word) in _skeleton(label) and label not in word:
            return word
    return ""


def _skeleton(word: str) -> str:
    return word.translate(_LOOKS_LIKE).replace("rn", "m").replace("vv", "w").replace("-", "")


_LOOKS_LIKE: Final = str.maketrans("01358i", "olesbl")


def imitated_brand(name: str, domain: str) -> str:
    """The firm of the display name whose domain this is not; empty when there is none."""
    for brand, word in _BRANDS.items():
        if brand in name and word not in domain and re.search(rf"\b{re.escape(brand)}\b", name):
            return brand
    return ""
