"""The main job from end to end, in a real browser, with a separate worker and a pipeline's key."""

import json
import re
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from portfolio.accounts.actions import links
from portfolio.accounts.models import User
from projects.actions import projects, teams
from projects.models import Event, Flag, Project, SignOff
from tests.factories import SYSTEM, a_key, a_person, a_portfolio
from tests.readiness import ready_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.worker]
FILE = """name,problem,business unit,stage,kind,personal data,llm,vendor
Claims triage router,Simple claims wait behind complex ones,Insurance,framing,new,yes,no,no
Прогноз спроса,"Stock runs out
in two regions",Retail,idea,existing,no,no,no
=HYPERLINK("http://example.org"),A formula in a cell,Retail,idea,new,no,no,no
"""


def test_from_the_sign_in_link_to_a_move_by_rest(browser_page, celery_worker_process, live_server, tmp_path):
    page, portfolio = browser_page, a_portfolio("Claims", slug="claims", key_prefix="CLM")
    celery_worker_process()

    page.goto(links.first_administrator_link(live_server.url))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Projects", exact=True)).to_be_visible()

    key = _import(page, tmp_path)
    project = _a_project_that_went_quiet(portfolio, key)

    page.goto(f"/projects/{key}/")
    expect(_flag(page)).to_be_visible()
    _post_an_update(page)
    expect(page.get_by_text("The metric is agreed").first).to_be_visible()
    assert not Flag.objects.filter(project=project, rule="NO_UPDATE", cleared_at=None).exists()
    page.goto(f"/projects/{key}/")
    expect(_flag(page)).to_have_count(0)

    _advance(page)
    expect(page.locator("[aria-current=step]")).to_contain_text("Data readiness")
    project.refresh_from_db()
    assert project.stage == "data"

    _advance_by_rest(live_server.url, project)
    page.reload()
    expect(page.locator("[aria-current=step]")).to_contain_text("Proof of concept")


def _import(page, tmp_path):
    """Import a file by page: the dry run first, then apply; the key of its first project."""
    file = tmp_path / "portfolio.csv"
    file.write_text(FILE, encoding="utf-8")
    page.goto("/imports/new/")
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Into portfolio").select_option("claims")
    page.get_by_label("Read by profile").select_option("plimsoll")
    page.get_by_role("button", name="Check the file").click()
    apply = page.get_by_role("button", name=re.compile("Apply 3 changes"))
    expect(apply).to_be_visible(timeout=30_000)
    assert Project.objects.count() == 0
    apply.click()
    page.get_by_role("link", name="Open the projects").click(timeout=30_000)
    expect(page.locator("tr[data-row]")).to_have_count(3)
    expect(page.get_by_role("link", name='=HYPERLINK("http://example.org")', exact=True)).to_be_visible()
    return Project.objects.get(name="Claims triage router").key


def _a_project_that_went_quiet(portfolio, key):
    """Nobody has said anything for 40 days, the gate ahead has its people and its date; then a sweep."""
    from projects.actions import flags

    project = Project.objects.get(key=key)
    Project.objects.filter(pk=project.pk).update(
        created_at=timezone.now() - timedelta(days=40), last_update_at=timezone.now() - timedelta(days=40)
    )
    for role in ("SP", "PO", "ML", "DS", "EN", "PR", "LE", "SE"):
        teams.assign(project.pk, user_id=a_person(f"Maya as {role}").pk, role=role, actor=SYSTEM)
    projects.edit(project.pk, version=None, gate_planned_on=timezone.localdate(), actor=SYSTEM)
    flags.sweep(portfolio.pk, actor=SYSTEM, now=timezone.now())
    return project


def _post_an_update(page):
    """By keyboard alone: U, 1, the sentence, Ctrl and Enter."""
    page.keyboard.press("u")
    expect(page.get_by_text("How is it going?")).to_be_visible()
    page.keyboard.press("1")
    page.get_by_label("In a sentence or two").fill("The metric is agreed with the claims board.")
    page.keyboard.press("Control+Enter")


def _advance(page):
    """Through the gate to Data readiness, which warns and lets through."""
    page.get_by_role("link", name="Advance to Data readiness").click()
    page.locator("#overlay").get_by_role("button", name=re.compile("^Advance")).click()
    expect(page.locator("#overlay dialog[open]")).to_have_count(0)


def _advance_by_rest(url, project):
    """The next step as a pipeline takes it: tried first, then made, then sent again."""
    project.refresh_from_db()
    tier = "medium" if project.personal_data else "low"
    projects.edit(project.pk, version=None, tier=tier, gate_planned_on=timezone.localdate(), actor=SYSTEM)
    ready_for(project, "G2")
    _, secret = a_key(project.portfolio, scopes=["projects:read", "moves:write"])
    address = f"{url}/api/v1/projects/{project.key}/moves"
    body = {"to": "poc", "source": "ci", "external_id": "run-41"}
    tried, _ = _post(f"{address}?dry_run=true", body, secret)
    assert tried == 200
    made, first = _post(address, body, secret, key="a1")
    again, second = _post(address, body, secret, key="a1")
    assert (made, again) == (201, 201)
    assert first == second
    assert Event.objects.filter(project=project, kind="stage.advanced").count() == 2
    assert SignOff.objects.filter(project=project, used_at__isnull=False).exists()
    assert User.objects.filter(is_service=True).count() == 1


def _post(url, body, secret, key=""):
    headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    with urlopen(Request(url, json.dumps(body).encode(), headers), timeout=20) as answer:  # noqa: S310
        return answer.status, json.load(answer)


def _flag(page):
    """The flag that silence raised, in the card of flags."""
    return page.get_by_role("region", name="Flags").get_by_text("No update for", exact=False).first
