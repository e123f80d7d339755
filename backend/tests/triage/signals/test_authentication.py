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
    ],
)
def test_failure(value: str, *, failed: bool) -> None:
    assert results(value).failed is failed


def test_without_the_header_nothing_is_known() -> None:
    assert authentication_of({}) == Authentication()
