"""Mails as a mail server receives them: two parts that say the same, headers, encodings, nobody else's."""

import re
from html.parser import HTMLParser

import pytest
from django.core.mail import EmailMultiAlternatives

from portfolio.accounts import mails
from portfolio.notifications.actions import deliveries, messages
from portfolio.notifications.models import Delivery, Message, Preference
from tests import factories

pytestmark = pytest.mark.django_db
BASE = "https://plimsoll.example.org"


@pytest.fixture(autouse=True)
def _base(settings):
    settings.BASE_URL = BASE


@pytest.fixture
def project(db):
    return factories.a_project(name="Claims triage")


@pytest.fixture
def owner(project):
    return factories.on_team(project, "PO", factories.a_person("Zoë Müller-Łukasiewicz 王"))


def tell(person, project, **fields):
    fields = {
        "kind": "signoff.asked",
        "subject": f"[{project.key}] Intake: your signature is needed",
        "text": "Ada asks you to sign.\n\nProject: x\nGate: Intake\n",
        "path": "/signoffs/1/",
        **fields,
    }
    messages.write([Message(recipient=person, cause="event:1", project=project, **fields)])
    deliveries.send_due()


class Page(HTMLParser):
    """What an HTML part brings along: its links, its words, and anything that would be fetched."""

    def __init__(self, text):
        super().__init__()
        self.links, self.words, self.fetched = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        self.links += [held["href"]] if tag == "a" else []
        self.fetched += [tag] if {"src", "srcset", "background"} & set(held) or tag in ("img", "link") else []

    def handle_data(self, data):
        self.words.append(data)


def parts(mail):
    assert mail.get_content_type() == "multipart/alternative"
    plain, html = mail.get_payload()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return tuple("\n".join(part.get_content().splitlines()) for part in (plain, html))


def test_a_mail_has_two_parts_that_say_the_same(project, owner, smtp):
    tell(owner, project)
    ((to, mail),) = smtp.mails
    assert to == [owner.email]
    plain, html = parts(mail)
    page = Page(html)
    for words in ("Ada asks you to sign.", "Gate: Intake", "No more mails about sign-offs"):
        assert words in plain
        assert words in "".join(page.words)
    assert plain.startswith("Ada asks you to sign.\n\nProject: x\nGate: Intake\n\n" + BASE + "/signoffs/1/\n")
    assert set(page.links) == set(re.findall(r"https?://\S+", plain))
    assert all(link.startswith(BASE) for link in page.links)


def test_an_html_part_fetches_nothing_and_is_ready_for_the_dark(project, owner, smtp):
    tell(owner, project)
    _, html = parts(smtp.mails[0][1])
    assert Page(html).fetched == []
    assert "url(" not in html
    assert "@import" not in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "@media (prefers-color-scheme: dark)" in html


def test_its_headers_say_that_a_machine_wrote_it_and_how_to_end_it(project, owner, smtp):
    tell(owner, project)
    mail = smtp.mails[0][1]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert mail["Precedence"] is None
    assert mail["Message-ID"].endswith("@plimsoll.example.org>")
    assert mail["References"] == f"<project-{project.pk}@plimsoll.example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(mail.get_all("List-Unsubscribe")) == 1


def test_one_click_in_a_mail_program_ends_mails_of_the_topic_and_no_others(project, owner, smtp, client):
    tell(owner, project)
    link = smtp.mails[0][1]["List-Unsubscribe"].strip(" <>")
    path = link.removeprefix(BASE)
    assert client.get(path).status_code == 200
    assert not Preference.objects.exists()
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get().topic == "signoffs"
    Message.objects.all().delete()
    Delivery.objects.all().delete()
    tell(owner, project)
    assert len(smtp.mails) == 1


def test_any_letter_and_any_length_arrives(project, owner, smtp):
    line = "日本 ünïcode 🚢 " * 300
    tell(owner, project, text=f"{line}\n\n.\nFrom here\n", subject="Ünïcode 王 🚢 " * 20)
    plain, html = parts(smtp.mails[0][1])
    assert line.strip() in plain
    assert line.strip() in html
    assert "\n.\nFrom here\n" in plain
    assert smtp.mails[0][1]["Subject"].strip() == ("Ünïcode 王 🚢 " * 20).strip()


def test_no_line_on_the_wire_is_longer_than_mail_allows(project, owner, settings):
    tell(owner, project, text="x" * 5_000)
    delivery = Delivery.objects.get()
    mail = EmailMultiAlternatives(delivery.subject, delivery.text, "a@example.org", [owner.email])
    mail.attach_alternative(delivery.html, "text/html")
    assert max(map(len, mail.message().as_bytes().splitlines())) <= 998


def test_what_somebody_wrote_is_text_and_no_markup(project, owner, smtp):
    tell(owner, project, subject='<b>x</b> & "y"', text="<script>alert(1)</script> & <a href='x'>\n")
    plain, html = parts(smtp.mails[0][1])
    page = Page(html)
    assert "<script>alert(1)</script> & <a href='x'>" in plain
    assert "<script>alert(1)</script> & <a href='x'>" in "".join(page.words)
    assert "x" not in page.links


def test_a_flag_can_be_answered_from_its_mail(project, owner, smtp):
    Preference.objects.create(user=owner, topic="flags", mail="now")
    project.health = "on_track"
    project.save()
    flag = factories.a_flag(project, facts={"days": 30, "limit": 14})
    tell(owner, project, kind="flag.opened", flag=flag)
    plain, html = parts(smtp.mails[0][1])
    for words in ("Post “no change”", "Snooze 7 days"):
        assert words in plain
        assert words in html


def test_a_flag_that_never_sleeps_offers_no_sleep(project, owner, smtp):
    Preference.objects.create(user=owner, topic="flags", mail="now")
    tell(owner, project, kind="flag.opened", flag=factories.a_flag(project, "SIGNOFF_BLOCKED"))
    plain, _ = parts(smtp.mails[0][1])
    assert "Snooze" not in plain
    assert "no change" not in plain  # nobody has said yet how the project stands


@pytest.mark.parametrize(
    "send",
    [
        lambda to: mails.invitation(to, f"{BASE}/invitations/x/", "Ada <Moss>\nBcc: y", "Claims & co"),
        lambda to: mails.sign_in_link(to, f"{BASE}/sign-in/link/x/"),
        mails.test,
    ],
    ids=["invitation", "sign-in link", "test"],
)
def test_mails_about_accounts_are_made_alike(smtp, send):
    assert send("ada@example.org") == ""
    ((_, mail),) = smtp.mails
    plain, html = parts(mail)
    page = Page(html)
    assert set(page.links) == set(re.findall(r"https?://\S+", plain))
    assert page.fetched == []
    assert mail["Bcc"] is None
    assert mail["List-Unsubscribe"] is None
