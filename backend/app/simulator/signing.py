"""What the simulated Google signs with, and the service account that it knows."""

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, exceptions, jwt

ISSUER: Final = "https://accounts.google.com"
ACCOUNT: Final = "reader@simulator.iam.gserviceaccount.example"
TOKEN_LIFETIME: Final = timedelta(hours=1)
CERTIFICATE_LIFETIME: Final = timedelta(days=30)
KEY_SIZE: Final = 2048


class BadAssertionError(Exception):
    """Nothing that the known service account has signed for this address."""


class SigningKey:
    """An RSA key, made when it is first needed."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def _key(self) -> rsa.RSAPrivateKey:
        return rsa.generate_private_key(public_exponent=65537, key_size=KEY_SIZE)

    @cached_property
    def private_pem(self) -> str:
        return self._key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()

    @cached_property
    def certificate_pem(self) -> str:
        """Google publishes its keys as certificates that they have signed themselves."""
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        now = datetime.now(UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + CERTIFICATE_LIFETIME)
            .sign(self._key, hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM).decode()

    def signed(self, claims: dict[str, Any]) -> str:
        return jwt.encode(crypt.RSASigner(self._key, self.name), claims).decode("ascii")


class Signing:
    """Google's own key, and the key of one service account."""

    def __init__(self) -> None:
        self.google = SigningKey("simulated-google")
        self.account = SigningKey("simulated-service-account")

    def certificates(self) -> dict[str, str]:
        return {self.google.name: self.google.certificate_pem}

    def identity_token(self, *, email: str, audience: str, now: datetime) -> str:
        """What Pub/Sub sends along with a push."""
        return self.google.signed(
            {
                "iss": ISSUER,
                "aud": audience,
                "azp": "112233445566778899000",
                "sub": "112233445566778899000",
                "email": email,
                "email_verified": True,
                "iat": int(now.timestamp()),
                "exp": int((now + TOKEN_LIFETIME).timestamp()),
            }
        )

    def key_file(self, token_uri: str) -> dict[str, str]:
        """As Google's console hands it out."""
        return {
            "type": "service_account",
            "project_id": "simulator",
            "private_key_id": self.account.name,
            "private_key": self.account.private_pem,
            "client_email": ACCOUNT,
            "token_uri": token_uri,
        }

    def check_assertion(self, assertion: str, *, token_uri: str) -> None:
        """Raises BadAssertionError."""
        try:
            claims = cast(
                "dict[str, Any]",
                jwt.decode(assertion, {self.account.name: self.account.certificate_pem}, audience=token_uri),
            )
        except (exceptions.GoogleAuthError, ValueError) as error:
            raise BadAssertionError from error
        if claims.get("iss") != ACCOUNT or not claims.get("scope"):
            raise BadAssertionError
