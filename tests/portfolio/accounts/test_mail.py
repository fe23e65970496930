"""Mail over a real SMTP server, with and without one that answers."""

import pytest

from portfolio import environment
from portfolio.accounts import mails
from tests.factories import an_administrator

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_a_test_mail_arrives(client, smtp):
    admin = an_administrator("Ada")
    client.force_login(admin)
    answer = client.post("/people/test-mail/", follow=True)
    assert "A test mail is on its way" in answer.content.decode()
    ((to, message),) = smtp.mails
    assert to == [admin.email]
    assert message["Subject"] == "A test mail from Plimsoll"


def test_an_invitation_arrives_with_its_link(client, smtp):
    client.force_login(an_administrator("Ada"))
    client.post("/people/invite/", {"email": "nia@example.org"})
    ((to, message),) = smtp.mails
    assert to == ["nia@example.org"]
    for kind in ("plain", "html"):
        assert "/invitations/" in message.get_body((kind,)).get_content()


def test_a_server_that_does_not_answer_is_said_and_the_link_is_still_shown(client, no_smtp):
    client.force_login(an_administrator("Ada"))
    answer = client.post("/people/invite/", {"email": "nia@example.org"}).content.decode()
    assert "The mail did not go" in answer
    assert "/invitations/" in answer
    assert "The mail did not go" in client.post("/people/test-mail/", follow=True).content.decode()


def test_without_a_server_mails_are_written_to_the_data_folder(mail_goes_to, tmp_path):
    mail_goes_to("")
    assert mails.test("ada@example.org") == ""
    (file,) = (tmp_path / "mail").iterdir()
    assert "Mail works" in file.read_text()


@pytest.mark.parametrize("url", ["http://mail", "smtp://", "smtp://host?tls=maybe"])
def test_a_bad_address_is_named_at_the_start(monkeypatch, tmp_path, url):
    from django.core.exceptions import ImproperlyConfigured

    monkeypatch.setenv("PLIMSOLL_EMAIL_URL", url)
    with pytest.raises(ImproperlyConfigured, match="PLIMSOLL_EMAIL_URL"):
        environment.mail("PLIMSOLL_EMAIL_URL", tmp_path)
