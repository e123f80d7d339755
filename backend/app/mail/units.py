"""What each Gmail method costs, in quota units: the one table of it."""

from collections.abc import Mapping
from types import MappingProxyType

UNIT_COSTS: Mapping[str, int] = MappingProxyType(
    {
        "getProfile": 1,
        "watch": 100,
        "stop": 50,
        "history.list": 2,
        "labels.list": 1,
        "labels.get": 1,
        "labels.create": 5,
        "labels.patch": 5,
        "labels.update": 5,
        "labels.delete": 5,
        "messages.list": 5,
        "messages.get": 20,
        "messages.attachments.get": 20,
        "messages.modify": 5,
        "messages.batchModify": 50,
        "messages.batchDelete": 50,
        "messages.trash": 20,
        "messages.untrash": 20,
        "messages.delete": 10,
        "messages.import": 25,
        "messages.insert": 25,
        "messages.send": 100,
        "threads.list": 10,
        "threads.get": 40,
        "threads.modify": 10,
        "threads.trash": 10,
        "threads.untrash": 10,
        "threads.delete": 20,
        "drafts.list": 5,
        "drafts.get": 20,
        "drafts.create": 10,
        "drafts.update": 15,
        "drafts.delete": 10,
        "drafts.send": 100,
        "settings.sendAs.list": 1,
    }
)
"""Units by method name as of May 2026; one batch of n calls costs what its n calls cost."""
