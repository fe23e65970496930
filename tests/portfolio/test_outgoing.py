"""One request over the wire: where it may go, how long it may take, what is said when it fails."""

import socket
import ssl
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from portfolio import addresses, outgoing
from tests.services.programs import free_port

pytestmark = pytest.mark.once


def post(url, body, **said):
    return outgoing.request("POST", url, body=body, headers=outgoing.JSON, **said)


def test_json_arrives_at_the_address(chat):
    answer = post(f"{chat.url}?token=a", b'{"text": "Hello"}')
    assert (answer.status, answer.body, answer.error) == (200, b"ok", "")
    assert chat.posts == [("/hooks/secret?token=a", {"text": "Hello"})]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ((404, {}, "no_service"), "The server answered 404 no_service."),
        ((500, {}, "<html>Where it broke: /srv/app.py</html>"), "The server answered 500."),
        (
            (307, {"Location": "http://127.0.0.1/elsewhere"}, ""),
            "The server answered 307, a redirect. Enter the address that it leads to.",
        ),
    ],
)
def test_any_other_answer_is_a_failure_told_without_the_address(chat, answer, error):
    chat.answer = answer
    assert post(chat.url, b"{}").error == error
    assert len(chat.posts) == 1


def test_so_much_of_an_answer_is_read_as_was_asked_for(chat):
    chat.answer = (200, {"X-Kind": "list"}, "0123456789")
    cut = post(chat.url, b"{}", most=4)
    assert (cut.body, cut.is_whole, cut.headers["x-kind"]) == (b"0123", False, "list")
    whole = post(chat.url, b"{}", most=10)
    assert (whole.body, whole.is_whole) == (b"0123456789", True)


def test_a_chat_says_how_long_to_wait(chat):
    for said, seconds in (("30", 30), ("999999999999", 6 * 3600), ("soon", 0), ("-5", 0)):
        chat.answer = (429, {"Retry-After": said}, "")
        answer = post(chat.url, b"{}")
        assert (answer.error, answer.wait) == ("The server answered 429.", timedelta(seconds=seconds))
    chat.answer = (429, {"Retry-After": format_datetime(datetime.now(UTC) + timedelta(minutes=10))}, "")
    wait = post(chat.url, b"{}").wait
    assert timedelta(minutes=5) < wait <= timedelta(minutes=10)


def test_a_chat_that_does_not_answer_is_left(chat):
    chat.holds.clear()
    assert post(chat.url, b"{}", seconds=0.2).error == "The server did not answer within 0.2 seconds."


def test_a_chat_that_answers_letter_by_letter_is_left_as_well(chat):
    """Each letter comes in time, the answer never: the whole conversation has one limit."""
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
            said = post(f"http://127.0.0.1:{server.getsockname()[1]}/x", b"{}", seconds=0.4)
        finally:
            stop.set()
            thread.join()
    assert said.error == "The server did not answer within 0.4 seconds."


def test_nobody_there_is_said(chat):
    said = post(f"http://127.0.0.1:{free_port()}/secret", b"{}").error
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
        said = post(f"http://127.0.0.1:{server.getsockname()[1]}/secret", b"{}").error
        thread.join()
    assert said == "127.0.0.1 did not answer as a web server does (BadStatusLine)."


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"])
def test_a_private_address_is_refused_however_it_is_written(chat, settings, host):
    settings.ALLOW_PRIVATE_HOOKS = False
    said = post(f"https://{host}:{chat.port}/hooks/secret", b"{}").error
    assert said.endswith(" lies in a private network. " + addresses.UNLESS)
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
    assert "private network" in post(f"https://chat.example:{chat.port}/x", b"{}").error
    assert asked == ["chat.example"]
    monkeypatch.setattr(addresses, "is_public", lambda address: True)
    asked.clear()
    # The socket gets the number that was found, never the name: nobody asks again.
    post(f"https://chat.example:{chat.port}/x", b"{}")
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
        said = post(f"https://127.0.0.1:{server.getsockname()[1]}/secret", b"{}").error
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
