import time

import pytest

from app.triage.signals.authentication import Authentication, authentication_of


def results(*values: str) -> Authentication:
    return authentication_of({"authentication-results": list(values)})


def test_only_the_topmost_header_counts() -> None:
    found = results("mx.example.org; spf=fail; dmarc=fail", "mx.example.org; spf=pass; dmarc=pass")

    assert found.failed
    assert not found.passed


def test_one_signature_that_holds_is_enough() -> None:
    assert results("mx.example.org; dkim=fail (old key); dkim=pass; dmarc=pass") == Authentication("", "pass", "pass")


@pytest.mark.parametrize(
    ("value", "failed"),
    [
        ("mx; spf=pass; dkim=none; dmarc=fail", True),
        ("mx; spf=softfail; dkim=none", True),
        ("mx; spf=fail; dkim=pass", False),
        ("mx; spf=fail; dkim=fail; dmarc=pass", False),
        ("mx; spf=none", False),
        ("garbage ;;; =", False),
        ('mx; spf=fail smtp.mailfrom="dmarc=pass@evil.test"; dmarc=fail', True),
        ('mx; spf=fail smtp.mailfrom="a; dmarc=pass"@evil.test; dmarc=fail', True),
        (r'mx; spf=fail smtp.mailfrom="a\"; dmarc=pass; \""@evil.test; dmarc=fail', True),
        ("mx; spf=fail (mx: domain of dmarc=pass; dmarc=pass (x) does not); dmarc=fail", True),
        ('mx; spf=fail (mx: domain of "a)b; dmarc=pass; c("@evil.test does not)', True),
        ("mx; spf=fail smtp.mailfrom=a(b@evil.test; dmarc=fail", True),
        ("mx; spf=fail smtp.mailfrom=a)b@evil.test; dmarc=pass", True),
        ("mx; spf=fail header.from=x dmarc=pass", True),
        ("mx; dmarc=fail; dmarc=pass", True),
        ("mx; spf=softfail; spf=pass; dmarc=none", True),
        ("mx; spf=fail; dmarc=none", True),
        ("mx; spf=fail; dmarc=temperror", True),
        ("mx; spf=fail; dkim=fail; dkim=pass; dmarc=none", False),
        ("mx; spf=none; dmarc=permerror", False),
        ("spf/1=pass; dkim/1 = fail; dmarc = fail", True),
        ("mx; spf=fail; dmarc=pass (p=REJECT (sp=NONE) dis=NONE) header.from=x.example", False),
    ],
)
def test_failure(value: str, *, failed: bool) -> None:
    assert results(value).failed is failed


def test_a_pass_that_is_contradicted_or_cannot_be_read_is_none() -> None:
    assert not results("mx; dmarc=pass; dmarc=fail").passed
    assert not results('mx; spf=none smtp.mailfrom=a"b; dmarc=pass').passed
    assert results("mx; dmarc=pass (p=NONE)").passed


def test_a_hostile_header_does_not_take_long() -> None:
    for piece in ('"', "(", '\\"', "(\\", "dmarc=", ";", '"(";)'):
        started = time.process_time()
        results(piece * 100_000)
        assert time.process_time() - started < 1


def test_without_the_header_nothing_is_known() -> None:
    assert authentication_of({}) == Authentication()
