from dataclasses import replace

from app.triage.draft import holding_reply
from app.triage.guidance import Guidance
from app.triage.signals import read_signals
from app.triage.voice.habits import Habits, Voice
from app.triage.voice.profile import voice_of
from tests.triage.mails import snapshot

ENGLISH = "Hey {name},\n\nyes, you can have the drawings on Friday, and I will send them to you.\n\nCheers\nAna"
SWEDISH = "Hej {name}!\n\nDet går bra, du kan få ritningarna på fredag om det är i tid för er.\n\nKram\nAna"


def test_habits_are_counted_by_language() -> None:
    texts = [ENGLISH.format(name=name) for name in ("Erik", "Mira", "Tomas")]
    texts += [SWEDISH.format(name=name) for name in ("Elin", "Sofia", "Oskar", "Jonas", "Lena")]
    voice = voice_of([*texts, "Dear Sir,\n\nI write to you about the lease.\n\nSincerely\nAna"], "Ana Berg")
    assert voice.messages == 9
    assert [(one.language, one.messages, one.greeting, one.closing, one.signature) for one in voice.habits] == [
        ("sv", 5, "Hej {name}!", "Kram", "Ana"),
        ("en", 4, "Hey {name},", "Cheers", "Ana"),
    ]
    assert 10 < voice.habits[1].words < 20


def test_nothing_is_a_habit_after_two_mails_or_without_a_pattern() -> None:
    assert voice_of([ENGLISH, ENGLISH], "Ana Berg").habits == ()
    [mixed] = voice_of(
        [f"{greeting} Erik,\nyou can have the drawings on Friday." for greeting in ("Hi", "Hey", "Dear", "Hello")],
        "Ana",
    ).habits
    assert mixed.greeting == ""


def test_a_holding_draft_is_written_in_the_users_voice_and_the_mails_language() -> None:
    voice = Voice(messages=9, habits=(Habits(language="sv", messages=9, greeting="Hej {name}!", closing="Kram"),))
    mine = replace(snapshot(text="Hej Ana, kan du skicka ritningarna till mig?"), guidance=Guidance(voice=voice))
    other = replace(snapshot(text="Hi Ana, could you send me the drawings, please?"), guidance=Guidance(voice=voice))
    swedish = holding_reply(mine, read_signals(mine))
    assert swedish.startswith("Hej Erik!\n")
    assert swedish.endswith("Kram\nAna")
    assert "Kram" not in holding_reply(other, read_signals(other))
