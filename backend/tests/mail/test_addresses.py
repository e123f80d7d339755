import pytest

from app.mail.addresses import look_alike, registrable_domain


@pytest.mark.parametrize(
    ("given", "domain"),
    [
        ("ada@mail.example.com", "example.com"),
        ("Mail.Example.CO.UK.", "example.co.uk"),
        ("hafenlicht.example", "hafenlicht.example"),
        ("ada@a.b.hafenlicht.example", "hafenlicht.example"),
        ("ada@räksmörgås.se", "xn--rksmrgs-5wao1o.se"),
        ("xn--rksmrgs-5wao1o.se", "xn--rksmrgs-5wao1o.se"),
        ("faß.de", "xn--fa-hia.de"),
        ("ann.github.io", "ann.github.io"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
        ("192.0.2.1", "192.0.2.1"),
        ("ada@[192.0.2.1]", "192.0.2.1"),
        ("ada@[IPv6:2001:db8::1]", "2001:db8::1"),
        ("", ""),
        ("ada@", ""),
        ("..", ""),
        ("\ud800.com", "xn--ib9b.com"),
        ("a@" + "x." * 500 + "com", "x.x"),
    ],
)
def test_registrable_domain(given: str, domain: str) -> None:
    assert registrable_domain(given) == domain


KNOWN = ("ben@example.org", "hafenlicht.example", "northwind.com", "mercury-bank.se", "paypal.com", "ibm.com")


@pytest.mark.parametrize(
    ("domain", "imitated"),
    [
        ("examp1e.org", "example.org"),
        ("eve@mail.examp1e.org", "example.org"),
        ("exarnple.org", "example.org"),
        ("exampel.org", "example.org"),
        ("exmple.org", "example.org"),
        ("examplle.org", "example.org"),
        ("hafen1icht.example", "hafenlicht.example"),
        ("hafenlight.example", "hafenlicht.example"),
        ("n0rthwind.com", "northwind.com"),
        ("northvvind.com", "northwind.com"),
        ("northwind.co", "northwind.com"),
        ("north-wind.com", "northwind.com"),
        ("mercurybank.se", "mercury-bank.se"),
        ("pаypal.com", "paypal.com"),  # Cyrillic а
        ("xn--pypal-4ve.com", "paypal.com"),
        ("рaуpal.com", "paypal.com"),
        ("paypál.com", "paypal.com"),
        ("paypaI.com", "paypal.com"),
        ("paypal.com.login.test", "paypal.com"),
        ("ｐａｙｐａｌ.com", "paypal.com"),
        ("1bm.com", "ibm.com"),
    ],
)
def test_finds_the_imitated_domain(domain: str, imitated: str) -> None:
    assert look_alike(domain, KNOWN) == imitated


@pytest.mark.parametrize(
    "domain",
    [
        "example.org",
        "ben@sub.example.org",
        "ibn.com",
        "unrelated.net",
        "northwind.se",
        "examination.org",
        "",
        "192.0.2.1",
        "com",
    ],
)
def test_others_imitate_nobody(domain: str) -> None:
    assert look_alike(domain, KNOWN) is None


def test_known_domains_may_be_nonsense() -> None:
    assert look_alike("example.org", ["", "com", "192.0.2.1", "@", "localhost"]) is None
