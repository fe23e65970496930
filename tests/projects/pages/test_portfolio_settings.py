"""Settings of a portfolio: general, workflow versions, and members."""

from datetime import date

import pytest
import yaml

from projects.actions import moves, workflows
from projects.actions import portfolios as actions
from projects.errors import Refused
from projects.models import Event, Membership, Portfolio, Project
from projects.queries import facts
from projects.rules import presets
from projects.rules import workflow as rules
from tests.factories import SYSTEM, a_member, a_person, a_portfolio, a_project, acting, an_administrator
from tests.projects.api import callers
from tests.projects.pages.reading import text

pytestmark = pytest.mark.django_db


@pytest.fixture
def portfolio():
    return a_portfolio("Claims")


@pytest.fixture
def admin_client(client, portfolio):
    client.force_login(a_member(portfolio, "administrator", "Ada"))
    return client


def _general(portfolio, **changes):
    fields = {
        "version": portfolio.version,
        "name": portfolio.name,
        "description": "",
        "currency": "CHF",
        "time_zone": "Europe/Zurich",
        "working_days": ["0", "1", "2", "3"],
        "holidays": "2026-12-25\n2027-01-01",
        "risk_line": 55,
        "impact_line": 50,
        "risk_load_limit": 40,
        "quick_win": 40,
        "big_bet": 20,
        "fill_in": 35,
        "reconsider": 5,
    }
    return {**fields, **changes}


def test_an_administrator_opens_a_portfolio_with_a_prefix_of_its_own(client):
    client.force_login(an_administrator())
    answer = client.post(
        "/portfolios/new/",
        {"name": "Fraud detection", "preset": "lean", "currency": "EUR", "time_zone": "UTC"},
    )
    assert answer.status_code == 302
    opened = Portfolio.objects.get(name="Fraud detection")
    assert (opened.slug, opened.key_prefix) == ("fraud-detection", "FD")
    assert [stage.code for stage in opened.workflow.rules.stages] == ["idea", "build", "pilot", "production"]


def test_settings_are_saved_and_a_stale_save_is_refused(admin_client, portfolio):
    url = f"/portfolios/{portfolio.slug}/settings/"
    assert admin_client.post(url, _general(portfolio)).status_code == 302
    saved = Portfolio.objects.get(pk=portfolio.pk)
    assert (saved.currency, saved.risk_line, saved.working_days) == ("CHF", 55, [0, 1, 2, 3])
    assert saved.target_mix == {"quick_win": 40, "big_bet": 20, "fill_in": 35, "reconsider": 5}
    assert admin_client.post(url, _general(portfolio, risk_line=60)).status_code == 409


def test_public_holidays_are_chosen_by_country_or_region(admin_client, portfolio):
    url = f"/portfolios/{portfolio.slug}/settings/"
    assert admin_client.post(url, _general(portfolio, holiday_region="germany-by")).status_code == 302
    saved = Portfolio.objects.get(pk=portfolio.pk)
    assert (saved.holiday_region, facts.calendar(saved).works_on(date(2026, 1, 6))) == ("DE-BY", False)
    event = Event.objects.filter(kind="portfolio.edited").latest("pk")
    assert event.payload["changes"]["holiday_region"] == ["", "DE-BY"]
    shown = text(admin_client.get(url))
    assert "public holidays of Germany, BY in" in shown and "Epiphany" in shown
    part = admin_client.get(f"{url}holidays/", {"holiday_region": "france"}).content.decode()
    assert "public holidays of France in" in part and '<option value="FR-973">' in part
    assert (
        "public holidays of"
        not in admin_client.get(f"{url}holidays/?holiday_region=Atlantis").content.decode()
    )
    with pytest.raises(Refused, match="is no country or region"):
        actions.edit(portfolio.pk, version=None, actor=SYSTEM, holiday_region="Atlantis")
    read = callers.with_key(portfolio).get(f"portfolios/{portfolio.slug}").json()
    assert (read["holiday_region"], read["holidays"], read["working_days"]) == (
        "DE-BY",
        ["2026-12-25", "2027-01-01"],
        [0, 1, 2, 3],
    )


def test_a_wrong_region_is_told_which_there_are(admin_client, portfolio):
    url = f"/portfolios/{portfolio.slug}/settings/"
    shown = text(admin_client.post(url, _general(portfolio, holiday_region="DE-ZZ")))
    assert "Germany has no region of this name. Its regions: DE-BB, DE-BE," in shown


def test_strangers_choose_no_holidays(client, portfolio):
    client.force_login(a_person())
    assert client.get(f"/portfolios/{portfolio.slug}/settings/holidays/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quick_win", 41),
        ("holidays", "25.12.2026"),
        ("holiday_region", "Atlantis"),
        ("holiday_region", "DE-ZZ"),
        ("time_zone", "Mars/Base"),
        ("currency", "euro"),
        ("risk_line", 101),
    ],
)
def test_a_bad_setting_is_named(admin_client, portfolio, field, value):
    answer = admin_client.post(
        f"/portfolios/{portfolio.slug}/settings/", _general(portfolio, **{field: value})
    )
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_a_viewer_reads_settings_and_changes_none_and_a_stranger_finds_nothing(client, portfolio):
    urls = [f"/portfolios/{portfolio.slug}/{page}/" for page in ("settings", "members", "workflow")]
    client.force_login(a_person())
    assert [client.get(url).status_code for url in urls] == [404, 404, 404]
    client.force_login(a_member(portfolio, "viewer"))
    assert [client.get(url).status_code for url in urls] == [200, 200, 200]
    assert client.post(urls[0], _general(portfolio)).status_code == 403
    assert client.get(f"{urls[2]}draft/").status_code == 403
    assert client.get(f"{urls[1]}invite/").status_code == 403
    member = Membership.objects.get(portfolio=portfolio)
    assert client.post(f"{urls[1]}{member.pk}/", {"role": "manager"}).status_code == 403


def test_a_new_version_leaves_projects_where_they_are_until_they_are_moved(admin_client, portfolio):
    project = a_project(portfolio)
    url = f"/portfolios/{portfolio.slug}/workflow/"
    workflows.publish_preset(portfolio, "lean", actor=SYSTEM)
    project.refresh_from_db()
    assert project.workflow.number == 1
    assert a_project(portfolio).workflow.number == 2
    assert admin_client.get(url).status_code == 200
    assert admin_client.post(f"{url}adopt/", {"confirm": "1"}).status_code == 302
    project.refresh_from_db()
    assert (project.workflow.number, project.stage) == (2, "idea")


def test_a_stage_that_is_gone_needs_an_answer(admin_client, portfolio):
    project = a_project(portfolio)
    moves.make(project.pk, to="framing", actor=acting(a_member(portfolio, "manager")))
    version = workflows.publish_preset(portfolio, "lean", actor=SYSTEM)
    with pytest.raises(Refused) as caught:
        workflows.adopt(project.pk, version_id=version.pk, actor=SYSTEM)
    assert caught.value.code == "stage_unmapped"
    url = f"/portfolios/{portfolio.slug}/workflow/adopt/"
    assert admin_client.post(url, {"confirm": "1"}).status_code == 422
    answer = admin_client.post(url, {f"{project.workflow_id}:framing": "build"})
    assert answer.status_code == 302
    project.refresh_from_db()
    assert (project.stage, project.standard_stage) == ("build", "mvp")
    assert Project.objects.get(pk=project.pk).spells.get(left_at=None).stage == "build"


def test_a_version_can_be_taken_out_and_put_in_again(admin_client, portfolio):
    answer = admin_client.get(f"/portfolios/{portfolio.slug}/workflow/1.yaml")
    assert rules.parse(yaml.safe_load(answer.content)) == presets.workflow("standard")
    assert admin_client.get(f"/portfolios/{portfolio.slug}/workflow/9.yaml").status_code == 404


def test_members_are_added_changed_and_taken_out(admin_client, portfolio):
    person = a_person("Noor")
    url = f"/portfolios/{portfolio.slug}/members/"
    answer = admin_client.post(f"{url}invite/", {"email": person.email, "role": "viewer"})
    assert answer.status_code == 302
    membership = Membership.objects.get(user=person)
    admin_client.post(f"{url}{membership.pk}/", {"role": "manager"})
    assert Membership.objects.get(user=person).role == "manager"
    admin_client.post(f"{url}{membership.pk}/", {"remove": "1"})
    assert not Membership.objects.filter(user=person).exists()
    ada = Membership.objects.get(user__name="Ada")
    admin_client.post(f"{url}{ada.pk}/", {"remove": "1"})
    assert Membership.objects.filter(pk=ada.pk).exists()


def test_an_invitation_to_a_portfolio_shows_its_link_and_can_be_taken_back(admin_client, portfolio):
    url = f"/portfolios/{portfolio.slug}/members/"
    answer = admin_client.post(f"{url}invite/", {"email": "new@example.org", "role": "approver"})
    assert "/invitations/" in answer.content.decode()
    assert "new@example.org" in admin_client.get(url).content.decode()
    invitation = admin_client.get(url).context["invitations"][0]
    admin_client.post(f"{url}invitations/{invitation.pk}/revoke/")
    assert "new@example.org" not in admin_client.get(url).content.decode()


def test_a_change_of_workflow_takes_no_project_into_production(portfolio):
    project = a_project(portfolio)
    version = workflows.publish_preset(portfolio, "lean", actor=SYSTEM)
    with pytest.raises(Refused) as caught:
        workflows.adopt(project.pk, version_id=version.pk, stages={"idea": "production"}, actor=SYSTEM)
    assert caught.value.code == "production_changes"
