"""Costs, people, links, capacity and rates on their pages: entered once, and each fault beside its field."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from projects.actions import capacity, demands, links, rates
from projects.models import Capability, Demand, Event, ProjectLink, Rate, Supply
from tests import factories
from tests.factories import SYSTEM
from tests.projects.pages import reading
from tests.projects.pages.conftest import part
from tests.projects.pages.test_details import filled


@pytest.fixture
def kinds(world):
    found = [capacity.add(world.portfolio.pk, name=name, actor=SYSTEM) for name in ("Engineer", "Analyst")]
    capacity.set_supply(found[0].pk, supplies={this_month(): Decimal(1)}, actor=SYSTEM)
    return found


@pytest.fixture
def settings_url(world):
    return f"/portfolios/{world.portfolio.slug}/settings/"


def this_month():
    return timezone.localdate().replace(day=1)


def needed(world):
    rows = Demand.objects.filter(project=world.project).values_list("capability__name", "fte", "from_on")
    return {kind: (fte, from_on) for kind, fte, from_on in rows}


def test_costs_and_use_are_saved_and_shown(world, as_, says):
    said = {
        "remaining_cost": "250000",
        "launch_cost": "40000.50",
        "cost_currency": "eur",
        "chance_of_use": "80",
        "mandatory": "Motor directive, article 4",
        "vendor_name": "Northwind Models",
        "metric_realised": "6.5",
        "metric_measured_on": "2026-03-01",
        "metric_name": "Cycle time",
    }
    answer = as_(world.editor).post(f"{world.url}edit/", filled(world.project, **said))
    assert answer.status_code == 302
    world.project.refresh_from_db()
    project = world.project
    assert (project.remaining_cost, project.launch_cost) == (250_000, Decimal("40000.5"))
    assert (project.cost_currency, project.chance_of_use, project.vendor) == ("EUR", 80, True)
    shown = says()
    for words in (
        "Remaining cost 250 k EUR",
        "Chance of use 80%, once it is live",
        "Has to be done Motor directive, article 4",
        "Vendor Northwind Models",
        "Reached after the launch 6.5",
    ):
        assert words in shown
    assert "changed" in says("history/") and "chance that it is used" in says("history/")


@pytest.mark.parametrize(
    ("said", "field", "says"),
    [
        ({"remaining_cost": "-1"}, "remaining_cost", "is no cost. Give an amount from 0 on"),
        ({"remaining_cost": "much"}, "remaining_cost", "This is not an amount."),
        ({"cost_currency": "U5D"}, "cost_currency", "Use the three capital letters"),
        ({"chance_of_use": "101"}, "chance_of_use", "less than or equal to 100"),
        ({"vendor_name": "Northwind", "vendor": "no"}, "vendor", "A vendor is named here."),
        ({"metric_realised": "5"}, "metric_measured_on", "A realised value was measured on some day."),
    ],
)
def test_a_wrong_cost_is_named_and_nothing_is_saved(world, as_, untouched, said, field, says):
    answer = untouched(as_(world.editor).post, f"{world.url}edit/", filled(world.project, **said))
    assert answer.status_code == 422
    assert any(says in error for error in answer.context["form"].errors[field])


def test_a_currency_without_a_rate_is_named_wherever_the_amount_stands(world, as_, settings_url):
    said = {"remaining_cost": "100000", "cost_currency": "USD"}
    as_(world.editor).post(f"{world.url}edit/", filled(world.project, **said))
    lacking = "Nobody has said what 1 USD is worth in EUR"
    for page in (world.url, f"{world.url}edit/"):
        assert lacking in reading.text(as_(world.viewer if page == world.url else world.editor).get(page))
    assert "100 k USD , not counted: no rate" in reading.text(as_(world.viewer).get(world.url))
    assert "1 project has costs in USD" in reading.text(as_(world.manager).get(f"{settings_url}rates/"))
    rates.set_(
        world.portfolio.pk, currency="USD", from_on=date(2020, 1, 1), rate=Decimal("0.9"), actor=SYSTEM
    )
    shown = reading.text(as_(world.viewer).get(world.url))
    assert lacking not in shown and "100 k USD 90 k in the portfolio’s currency" in shown
    assert "has costs in USD" not in reading.text(as_(world.manager).get(f"{settings_url}rates/"))


def test_people_are_stated_in_one_dialog_and_the_one_number_follows(world, as_, kinds):
    engineer, analyst = kinds
    client, url = as_(world.editor), f"{world.url}people-needed/"
    assert "Engineer" in reading.text(client.get(url, headers=part()))
    said = {f"fte-{engineer.pk}": "1.5", f"from-{engineer.pk}": "2020-01-01", f"fte-{analyst.pk}": "0.25"}
    answer = client.post(url, said, headers=part())
    assert answer["HX-Redirect"] == world.url
    assert needed(world) == {
        "Engineer": (Decimal("1.5"), date(2020, 1, 1)),
        "Analyst": (Decimal("0.25"), None),
    }
    details = client.get(f"{world.url}edit/").content.decode()
    assert 'name="capacity_fte" value="1.75"' in details
    assert "The sum of the people needed by kind of work" in details
    # A page that was opened before sends its old number along, and does no harm.
    assert client.post(f"{world.url}edit/", filled(world.project, capacity_fte="9")).status_code == 302
    world.project.refresh_from_db()
    assert world.project.capacity_fte == Decimal("1.75")
    client.post(url, {f"fte-{engineer.pk}": "", f"fte-{analyst.pk}": "0.25"}, headers=part())
    assert needed(world) == {"Analyst": (Decimal("0.25"), None)}


def test_wrong_people_are_named_and_nothing_is_stored(world, as_, kinds):
    engineer, analyst = kinds
    said = {
        f"fte-{engineer.pk}": "1",
        f"from-{engineer.pk}": "2027-02-02",
        f"until-{engineer.pk}": "2027-02-01",
        f"until-{analyst.pk}": "2027-02-01",
    }
    answer = as_(world.editor).post(f"{world.url}people-needed/", said, headers=part())
    assert answer.status_code == 422
    errors = answer.context["form"].errors
    assert errors[f"until-{engineer.pk}"] == [
        "The last day lies before the first. Give a last day that is not earlier."
    ]
    assert errors[f"fte-{analyst.pk}"] == ["Say how many people are needed in this time."]
    assert not needed(world) and not Event.objects.filter(kind="demand.stated").exists()


def test_where_no_kinds_of_work_are_known_somebody_is_told_who_can_say(world, as_):
    url = f"{world.url}people-needed/"
    assert "Ask a manager of the portfolio" in reading.text(as_(world.editor).get(url))
    assert "Say so first" in reading.text(as_(world.manager).get(url))


def test_a_link_is_searched_added_read_and_removed(world, as_):
    other = factories.a_project(world.portfolio, "Parcel volume forecast")
    client = as_(world.editor)
    found = reading.text(client.get(f"{world.url}links/choices/?find=volume", headers=part()))
    assert other.key in found and world.project.key not in found
    said = {"kind": "needs", "other": other.key.lower(), "note": "Its forecast", "find": "volume"}
    assert client.post(f"{world.url}links/add/", said, headers=part())["HX-Redirect"] == world.url
    assert f"Needs Parcel volume forecast {other.key} Its forecast" in reading.text(client.get(world.url))
    assert "Is needed by Claims triage router" in reading.text(client.get(f"/projects/{other.key}/"))
    circle = {"kind": "needs", "other": world.project.key}
    answer = client.post(f"/projects/{other.key}/links/add/", circle, headers=part())
    assert answer.status_code == 409 and "each would wait for the other" in reading.text(answer)
    link = ProjectLink.objects.get()
    removed = client.post(f"/projects/{other.key}/links/{link.pk}/remove/")
    assert removed.status_code == 302 and not ProjectLink.objects.exists()


@pytest.mark.parametrize("other", ["", "ZZZ-99", "a\0b", "-1", "x" * 21])
def test_a_link_to_nobody_asks_for_a_project(world, as_, other):
    answer = as_(world.editor).post(f"{world.url}links/add/", {"kind": "either_or", "other": other})
    assert answer.status_code == 422 and not ProjectLink.objects.exists()


def test_the_capacity_is_read_by_members_and_changed_by_managers(world, as_, kinds, settings_url):
    url, engineer = f"{settings_url}capacity/", kinds[0]
    demands.state(world.project.pk, capability="Engineer", fte=Decimal("2.5"), actor=SYSTEM)
    shown = reading.text(as_(world.viewer).get(url))
    assert "Engineer 2.5 1.5 too few" in shown and "Add a kind of work" not in shown
    client = as_(world.manager)
    client.post(f"{url}add/", {"name": "Surveyor"}, headers=part())
    said = {"name": "Engineering", "month": "2030-05", "fte": "3"}
    assert client.post(f"{url}{engineer.pk}/", said, headers=part())["HX-Redirect"] == url
    engineer.refresh_from_db()
    assert engineer.name == "Engineering"
    assert Supply.objects.get(from_month=date(2030, 5, 1)).fte == 3
    later = reading.text(client.get(f"{url}?from=2030-05"))
    assert "May 30" in later and "Surveyor" in later
    refused = client.post(f"{url}{engineer.pk}/remove/", follow=True)
    assert f"1 project needs Engineering: {world.project.key}" in reading.text(refused)
    client.post(f"{url}{Capability.objects.get(name='Surveyor').pk}/remove/")
    assert set(Capability.objects.values_list("name", flat=True)) == {"Engineering", "Analyst"}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": "", "month": "2030-05", "fte": "1"}, "name"),
        ({"name": "Engineer", "month": "May", "fte": "1"}, "month"),
        ({"name": "Engineer", "month": "2030-05", "fte": "-1"}, "fte"),
        ({"name": "analyst", "month": "2030-05", "fte": "1"}, "name"),
    ],
)
def test_a_wrong_supply_is_named(world, as_, kinds, settings_url, said, field):
    before = Event.objects.count()
    answer = as_(world.manager).post(f"{settings_url}capacity/{kinds[0].pk}/", said, headers=part())
    assert answer.status_code in (409, 422) and field in answer.context["form"].errors
    assert Event.objects.count() == before


def test_a_table_is_looked_at_before_it_is_taken(world, as_, kinds, settings_url):
    client, url = as_(world.manager), f"{settings_url}capacity/table/"
    before = Event.objects.count()
    wrong = client.post(url, {"table": "k\t2030-05\nEngineer\tmany"}, headers=part())
    assert wrong.status_code == 422
    assert "Line 2, 2030-05: many is no number of full-time people." in reading.text(wrong)
    text = "k\t2030-05\t2030-06\nengineer\t3\t3.5\nSurveyor\t1\t"
    trial = reading.text(client.post(url, {"table": text}, headers=part()))
    assert "3 months of 2 kinds of work would change. New: Surveyor" in trial
    assert Event.objects.count() == before
    done = client.post(url, {"table": text, "apply": "1"}, headers=part())
    assert done["HX-Redirect"] == f"{settings_url}capacity/"
    assert Supply.objects.filter(from_month__year=2030).count() == 3
    # The file that is downloaded says the same, and brings nothing new.
    file = b"".join(client.get(f"{settings_url}capacity/?export=csv").streaming_content)
    sent = {"table": "", "file": SimpleUploadedFile("capacity.csv", file)}
    assert "of 3 kinds of work would change" in reading.text(client.post(url, sent, headers=part()))
    assert client.post(url, {"table": ""}, headers=part()).status_code == 422
    binary = {"table": "", "file": SimpleUploadedFile("x.csv", b"\xff\xfe\x00\x80")}
    assert "Save it as CSV in UTF-8" in reading.text(client.post(url, binary, headers=part()))


def test_rates_are_set_and_removed_and_each_fault_stands_at_its_field(world, as_, settings_url):
    client, url = as_(world.manager), f"{settings_url}rates/"
    assert 'value="USD"' in client.get(f"{url}add/?currency=USD").content.decode()
    said = {"currency": "usd", "rate": "0.92", "from_on": "2026-01-01"}
    assert client.post(f"{url}add/", said, headers=part())["HX-Redirect"] == url
    assert "1 USD is 0.92 EUR today" in reading.text(as_(world.viewer).get(url))
    client = as_(world.manager)
    for changed, field in (
        ({"currency": "EUR"}, "currency"),
        ({"rate": "0"}, "rate"),
        ({"rate": "x"}, "rate"),
    ):
        answer = client.post(f"{url}add/", {**said, **changed}, headers=part())
        assert answer.status_code == 422 and field in answer.context["form"].errors
    assert Rate.objects.count() == 1
    assert client.post(f"{url}{Rate.objects.get().pk}/remove/").status_code == 302
    assert not Rate.objects.exists()


def doors(world, kinds, settings_url):
    other = factories.a_project(world.portfolio, "Other")
    link = links.add(world.project.pk, kind="needs", other_id=other.pk, actor=SYSTEM)
    rate = rates.set_(
        world.portfolio.pk, currency="USD", from_on=date(2026, 1, 1), rate=Decimal(1), actor=SYSTEM
    )
    on_project = [
        f"{world.url}people-needed/",
        f"{world.url}links/add/",
        f"{world.url}links/choices/",
        f"{world.url}links/{link.pk}/remove/",
    ]
    on_portfolio = [
        f"{settings_url}capacity/add/",
        f"{settings_url}capacity/table/",
        f"{settings_url}capacity/{kinds[0].pk}/",
        f"{settings_url}capacity/{kinds[0].pk}/remove/",
        f"{settings_url}rates/add/",
        f"{settings_url}rates/{rate.pk}/remove/",
    ]
    return on_project, on_portfolio


def test_strangers_find_nothing_and_others_are_told_whom_to_ask(world, as_, kinds, settings_url):
    on_project, on_portfolio = doors(world, kinds, settings_url)
    before = Event.objects.count()

    def status(person, url):
        method = "post" if url.endswith("/remove/") else "get"
        return getattr(as_(person), method)(url).status_code

    for url in (*on_project, *on_portfolio, f"{settings_url}capacity/", f"{settings_url}rates/"):
        assert status(world.stranger, url) == 404, url
    assert [status(world.viewer, url) for url in on_project] == [403] * 4
    assert [status(world.editor, url) for url in on_portfolio] == [403] * 6
    # Somebody on one team sees that project, and not how the portfolio stands.
    assert status(world.sponsor, f"{settings_url}capacity/") == 403
    assert status(world.sponsor, f"{settings_url}capacity/?export=csv") == 403
    assert Event.objects.count() == before


def test_rows_of_another_portfolio_are_not_there(world, as_, kinds, settings_url):
    elsewhere = factories.a_portfolio()
    kind = capacity.add(elsewhere.pk, name="Surveyor", actor=SYSTEM)
    rate = rates.set_(elsewhere.pk, currency="USD", from_on=date(2026, 1, 1), rate=Decimal(1), actor=SYSTEM)
    client = as_(world.manager)
    assert client.get(f"{settings_url}capacity/{kind.pk}/").status_code == 404
    assert client.post(f"{settings_url}capacity/{kind.pk}/remove/").status_code == 404
    client.post(f"{settings_url}rates/{rate.pk}/remove/")
    assert Rate.objects.filter(pk=rate.pk).exists()
    assert client.post(f"{world.url}links/{10**17}/remove/").status_code == 404


def statements(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_pages_ask_as_many_statements_with_much_as_with_little(world, as_, kinds, settings_url):
    client = as_(world.manager)
    urls = [world.url, f"{settings_url}capacity/", f"{settings_url}rates/", f"{world.url}people-needed/"]
    for number in range(2):
        _more(world, number)
    few = [statements(client, url) for url in urls]
    for number in range(2, 9):
        _more(world, number)
    assert [statements(client, url) for url in urls] == few
    assert few[0] <= 20


def _more(world, number):
    kind = capacity.add(world.portfolio.pk, name=f"Kind {number}", actor=SYSTEM)
    capacity.set_supply(kind.pk, supplies={this_month(): Decimal(number)}, actor=SYSTEM)
    demands.state(world.project.pk, capability=kind.name, fte=Decimal(1), actor=SYSTEM)
    other = factories.a_project(world.portfolio, f"Other {number}")
    links.add(world.project.pk, kind="needs", other_id=other.pk, actor=SYSTEM)
    rates.set_(
        world.portfolio.pk,
        currency=f"US{'ABCDEFGHI'[number]}",
        from_on=date(2026, 1, 1),
        rate=Decimal(1),
        actor=SYSTEM,
    )
