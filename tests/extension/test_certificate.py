"""A server whose certificate the browser does not trust, as self-hosted ones often have."""

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import expect

from backend.install import unpack_extension
from backend.settings import Settings
from tests.extension.conftest import Browser, Launch

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def secure_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a server that speaks https with a certificate that it signed itself."""
    certificate = self_signed(tmp_path_factory.mktemp("certificate"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


def self_signed(folder: Path) -> Path:
    """A key and a certificate for 127.0.0.1, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, "127.0.0.1")])
    today = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory, secure_port: int) -> Settings:
    """An installation behind that certificate."""
    data_dir = tmp_path_factory.mktemp("data")
    return Settings(data_dir=data_dir, public_url=f"https://127.0.0.1:{secure_port}")


@pytest.fixture(scope="module")
def running(launch: Launch, settings: Settings) -> Iterator[Browser]:
    """A browser of its own: it holds another extension."""
    with launch(unpack_extension(settings)) as made:
        yield made


def test_a_certificate_that_is_not_trusted_is_named(running: Browser, secure_port: int) -> None:
    """The popup says that the certificate may be why nothing answers, and leads to the place
    where the browser itself says so."""
    popup = running.popup()
    popup.get_by_role("button", name="Connect").click()
    alert = popup.get_by_role("alert")
    expect(alert).to_contain_text(f"https://127.0.0.1:{secure_port} cannot be reached")
    expect(alert).to_contain_text("may not trust its certificate")
    with running.context.expect_page() as opened:
        popup.get_by_role("link", name="Open it in a tab").click()
    expect(opened.value.locator("body")).to_contain_text("ERR_CERT_AUTHORITY_INVALID")
