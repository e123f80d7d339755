"""Partial responses: the `fields` selector, as in `messages(id,payload/headers),nextPageToken`."""

import re
from typing import Any

from app.simulator.api_error import ApiError
from app.simulator.json_values import as_list, as_object

_TOKEN = re.compile(r"[A-Za-z_][\w]*|\*|[(),/]")
# Every property name the answers of this API can have; a selector that asks for another one is refused.
_KNOWN = frozenset(
    """
    * id threadId labelIds snippet historyId internalDate payload sizeEstimate raw partId mimeType filename headers
    name value body attachmentId size data parts messages threads drafts message nextPageToken resultSizeEstimate
    labels type color textColor backgroundColor messageListVisibility labelListVisibility messagesTotal
    messagesUnread threadsTotal threadsUnread history messagesAdded messagesDeleted labelsAdded labelsRemoved
    emailAddress expiration sendAs sendAsEmail displayName replyToAddress signature isPrimary isDefault treatAsAlias
    verificationStatus smtpMsa classificationLabelValues
    """.split()  # noqa: SIM905 - so many names read best as words
)


def select(value: dict[str, Any], selector: str) -> dict[str, Any]:
    """Only what the selector names. Raises ApiError for one that cannot be read."""
    tokens = _TOKEN.findall(selector)
    if "".join(tokens) != re.sub(r"\s+", "", selector):
        raise _refused(selector)
    tree, rest = _read_list(tokens)
    if rest or not tree:
        raise _refused(selector)
    picked: dict[str, Any] = _pick(value, tree)
    return picked


def _refused(selector: str) -> ApiError:
    return ApiError(400, "invalidParameter", f"Invalid field selection {selector}")


def _read_list(tokens: list[str]) -> tuple[dict[str, Any], list[str]]:
    tree: dict[str, Any] = {}
    while True:
        name, subtree, tokens = _read_path(tokens)
        tree[name] = _merge(tree[name], subtree) if name in tree else subtree
        if not tokens or tokens[0] != ",":
            return tree, tokens
        tokens = tokens[1:]


def _read_path(tokens: list[str]) -> tuple[str, dict[str, Any], list[str]]:
    if not tokens or tokens[0] not in _KNOWN:
        raise _refused(tokens[0] if tokens else "")
    name, tokens = tokens[0], tokens[1:]
    if tokens and tokens[0] == "/":
        inner, subtree, tokens = _read_path(tokens[1:])
        return name, {inner: subtree}, tokens
    if tokens and tokens[0] == "(":
        subtree, tokens = _read_list(tokens[1:])
        if not tokens or tokens[0] != ")":
            raise _refused(name)
        return name, subtree, tokens[1:]
    return name, {}, tokens


def _merge(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    # An empty tree means "all of it", so it wins over any narrower one.
    if not left or not right:
        return {}
    merged = dict(left)
    for name, subtree in right.items():
        merged[name] = _merge(merged[name], subtree) if name in merged else subtree
    return merged


def _pick(value: Any, tree: dict[str, Any]) -> Any:
    if not tree:
        return value
    items = as_list(value)
    if items is not None:
        return [_pick(item, tree) for item in items]
    found = as_object(value)
    if found is None:
        return value
    trees = {name: tree.get(name, tree.get("*")) for name in found}
    return {name: _pick(inner, subtree) for name, inner in found.items() if (subtree := trees[name]) is not None}
