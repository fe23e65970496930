"""One post over the wire: where it may go, how long it may take, and what is said when it does not arrive."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from portfolio.notifications import outgoing
from portfolio.notifications.rules import chat_addresses
from tests.services.programs import free_port

pytestmark = pytest.mark.once


def test_json_arrives_at_the_address(chat):
    assert outgoing.post(f"{chat.url}?token=a", b'{"text": "Hello"}') == outgoing.Answer("")
    assert chat.posts == [("/hooks/secret?token=a", {"text": "Hello"})]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((404, {}, "no_service"), "The chat answered 404 no_service."),
        ((500, {}, "<html>Where it broke: /srv/app.py</html>"), "The chat answered 500."),
        (
            (307, {"Location": "http://127.0.0.1/elsewhere"}, ""),
            "The chat answered 307, a redirect. Enter the address that it leads to.",
        ),
    ],
)
def test_any_other_answer_is_a_failure_told_without_the_address(chat, answer, error):
    chat.answer = answer
    assert outgoing.post(chat.url, b"{}").error == error
    assert len(chat.posts) == 1


def test_a_chat_says_how_long_to_wait(chat):
    for said, seconds in (("30", 30), ("999999999999", 6 * 3600), ("soon", 0), ("-5", 0)):
        chat.answer = (429, {"Retry-After": said}, "")
        answer = outgoing.post(chat.url, b"{}")
        assert answer == outgoing.Answer("The chat answered 429.", timedelta(seconds=seconds))
    chat.answer = (429, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(minutes=10))}, "")
    wait = outgoing.post(chat.url, b"{}").wait
    assert timedelta(minutes=5) < wait <= timedelta(minutes=10)


def test_a_chat_that_does_not_answer_is_left(chat, monkeypatch):
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)
    chat.holds.clear()
    assert outgoing.post(chat.url, b"{}").error == "The chat did not answer within 0 seconds."


def test_a_chat_that_answers_letter_by_letter_is_left_as_well(chat, monkeypatch):
    """Each letter comes in time, the answer never: the whole conversation has one limit."""
    monkeypatch.setattr(outgoing, "SECONDS", 0.4)
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            wire, _ = server.accept()
            with wire:
                while not stop.wait(0.02):
                    try:
                        wire.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        try:
            said = outgoing.post(f"http://127.0.0.1:{server.getsockname()[1]}/x", b"{}")
        finally:
            stop.set()
            thread.join()
    assert said.error == "The chat did not answer within 0 seconds."


def test_nobody_there_is_said(chat):
    said = outgoing.post(f"http://127.0.0.1:{free_port()}/secret", b"{}").error
    assert said == "127.0.0.1 cannot be reached: Connection refused."


def test_what_speaks_another_language_is_said_without_the_address(chat):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk():
            wire, _ = server.accept()
            with wire:
                wire.recv(1000)
                wire.sendall(b"SSH-2.0-OpenSSH\r\n")

        thread = threading.Thread(target=talk)
        thread.start()
        said = outgoing.post(f"http://127.0.0.1:{server.getsockname()[1]}/secret", b"{}").error
        thread.join()
    assert said == "127.0.0.1 did not answer as a chat does (BadStatusLine)."


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"])
def test_a_private_address_is_refused_however_it_is_written(chat, settings, host):
    settings.ALLOW_PRIVATE_HOOKS = False
    said = outgoing.post(f"https://{host}:{chat.port}/hooks/secret", b"{}").error
    assert said.endswith("lies in a private network, where nothing is posted.")
    assert chat.posts == []


def test_the_address_that_was_looked_at_is_the_one_that_is_connected_to(chat, settings, monkeypatch):
    """A name that is public when it is asked first, and private when it is asked again, gains nothing."""
    settings.ALLOW_PRIVATE_HOOKS = False
    asked = []

    def resolve(host, port, **_):
        asked.append(host)
        ip = "203.0.113.9" if len(asked) > 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port))]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    assert "private network" in outgoing.post(f"https://chat.example:{chat.port}/x", b"{}").error
    assert asked == ["chat.example"]
    monkeypatch.setattr(chat_addresses, "is_public", lambda address: True)
    asked.clear()
    # The socket gets the number that was found, never the name: nobody asks again.
    outgoing.post(f"https://chat.example:{chat.port}/x", b"{}")
    assert asked == ["chat.example"]


def test_a_certificate_that_nobody_signed_is_refused(settings, tmp_path):
    settings.ALLOW_PRIVATE_HOOKS = True
    with socket.create_server(("127.0.0.1", 0)) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*_certificate(tmp_path))

        def greet():
            wire, _ = server.accept()
            with wire, pytest.raises(ssl.SSLError):
                context.wrap_socket(wire, server_side=True)

        thread = threading.Thread(target=greet)
        thread.start()
        said = outgoing.post(f"https://127.0.0.1:{server.getsockname()[1]}/secret", b"{}").error
        thread.join()
    assert said == "The certificate of 127.0.0.1 is not trusted: self-signed certificate."


def _certificate(folder):
    """A certificate that signs itself, and its key."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "chat")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    pem = serialization.Encoding.PEM
    (folder / "chat.pem").write_bytes(built.sign(key, hashes.SHA256()).public_bytes(pem))
    secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / "chat.key").write_bytes(secret)
    return folder / "chat.pem", folder / "chat.key"
