from typing import Any

import pytest

from app.simulator.api_error import ApiError
from app.simulator.fields import select

ANSWER: dict[str, Any] = {
    "messages": [{"id": "1", "threadId": "2", "payload": {"headers": [{"name": "A", "value": "b"}], "filename": ""}}],
    "nextPageToken": "t",
}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("nextPageToken", {"nextPageToken": "t"}),
        ("messages(id)", {"messages": [{"id": "1"}]}),
        ("messages/id, nextPageToken", {"messages": [{"id": "1"}], "nextPageToken": "t"}),
        ("messages(id,payload/headers/name)", {"messages": [{"id": "1", "payload": {"headers": [{"name": "A"}]}}]}),
        ("messages(payload(headers(name)),id)", {"messages": [{"id": "1", "payload": {"headers": [{"name": "A"}]}}]}),
        ("messages/id,messages/threadId", {"messages": [{"id": "1", "threadId": "2"}]}),
        ("messages/id,messages", {"messages": ANSWER["messages"]}),
        ("*", ANSWER),
        ("*/id", {"messages": [{"id": "1"}], "nextPageToken": "t"}),
        ("resultSizeEstimate", {}),
    ],
)
def test_select(selector: str, expected: dict[str, Any]) -> None:
    assert select(ANSWER, selector) == expected


@pytest.mark.parametrize("selector", ["messages(id", "messages)", "id,", "/id", "message ids", "a$b", "unknown", "()"])
def test_a_selector_that_cannot_be_read_is_refused(selector: str) -> None:
    with pytest.raises(ApiError) as refused:
        select(ANSWER, selector)
    assert (refused.value.code, refused.value.reason) == (400, "invalidParameter")
