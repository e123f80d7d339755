import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.simulator.model import INBOX, UNREAD, HistoryType
from app.simulator.store import HistoryExpiredError, Mailbox
from tests.simulator.conftest import ALICE
from tests.simulator.mails import a_mail

MAILS = st.one_of(
    st.binary(max_size=120),
    st.builds(
        a_mail,
        subject=st.sampled_from(["Lunch", "Re: Lunch", "Dinner"]),
        message_id=st.sampled_from(["", "<1@x.test>", "<2@x.test>"]),
        answers=st.sampled_from(["", "<1@x.test>", "<2@x.test>", "<3@x.test>"]),
    ),
)


@given(st.lists(MAILS, max_size=12))
def test_history_tells_every_change_and_threads_always_add_up(mails: list[bytes]) -> None:
    mailbox = Mailbox(ALICE)
    start = mailbox.history_id
    for number, mail in enumerate(mails):
        mailbox.add(mail, label_ids=[INBOX], internal_date_ms=number)
    threads = {message.thread_id for message in mailbox.messages.values()}
    assert mailbox.thread_count() == len(threads)
    assert {message.id for thread in threads for message in mailbox.thread(thread)} == set(mailbox.messages)
    for message_id in list(mailbox.messages):
        mailbox.relabel(message_id, add=[UNREAD])
        mailbox.remove(message_id)
    records = mailbox.history_since(start)
    assert [record.id for record in records] == sorted({record.id for record in records})
    kinds = [record.type for record in records]
    for kind in (HistoryType.MESSAGE_ADDED, HistoryType.LABEL_ADDED, HistoryType.MESSAGE_DELETED):
        assert kinds.count(kind) == len(mails)
    assert mailbox.thread_count() == 0
    assert mailbox.newest_first() == []


def test_a_label_that_is_deleted_leaves_every_message() -> None:
    mailbox = Mailbox(ALICE)
    label = mailbox.create_label("Mine")
    message = mailbox.add(a_mail(), label_ids=[INBOX, label.id], internal_date_ms=1)
    mailbox.delete_label(label.id)
    assert message.label_ids == {INBOX}
    assert mailbox.history[-1].changed_label_ids == (label.id,)


def test_expired_history_is_gone_and_the_rest_stays() -> None:
    mailbox = Mailbox(ALICE)
    start = mailbox.history_id
    first, second = (mailbox.add(a_mail(), label_ids=[], internal_date_ms=number) for number in range(2))
    mailbox.expire_history(before=first.history_id)
    with pytest.raises(HistoryExpiredError):
        mailbox.history_since(start)
    assert [record.message_id for record in mailbox.history_since(first.history_id)] == [second.id]
    mailbox.expire_history(before=start)  # cannot bring anything back
    assert mailbox.history_floor == first.history_id


def test_counts_of_a_label() -> None:
    mailbox = Mailbox(ALICE)
    mailbox.add(a_mail("a", message_id="<1@x.test>"), label_ids=[INBOX, UNREAD], internal_date_ms=1)
    mailbox.add(a_mail("Re: a", answers="<1@x.test>"), label_ids=[INBOX], internal_date_ms=2)
    counts = mailbox.count_label(INBOX)
    assert (counts.messages_total, counts.messages_unread) == (2, 1)
    assert (counts.threads_total, counts.threads_unread) == (1, 1)
