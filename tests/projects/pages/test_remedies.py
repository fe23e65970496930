"""Whatever a shipped gate misses leads to a page on which it can be supplied."""

from collections import defaultdict

import pytest

from projects.actions import projects
from projects.pages import remedies
from projects.queries import facts, gate_facts
from projects.rules import gates
from tests.factories import SYSTEM, a_member, a_portfolio, a_project

pytestmark = pytest.mark.django_db
EVERYTHING: dict[str, bool] = defaultdict(lambda: True)


def test_every_obstacle_of_every_shipped_gate_leads_to_a_page_that_is_there(client):
    project = a_project(a_portfolio(preset="regulated"))
    projects.edit(
        project.pk, version=None, personal_data=True, llm=True, vendor=True, tier="high", actor=SYSTEM
    )
    project.refresh_from_db()
    client.force_login(a_member(project.portfolio, "manager"))
    ways = {}
    for gate in facts.workflow(project).gates:
        for obstacle in gates.obstacles(gate, gate_facts.of(project, [gate])):
            way = remedies.missing(project, obstacle, EVERYTHING, gate.code)
            assert way.url, obstacle
            assert way.action, obstacle
            ways[way.url.partition("#")[0]] = obstacle
    assert len(ways) > 40
    broken = {url: obstacle for url, obstacle in ways.items() if client.get(url).status_code != 200}
    assert broken == {}


def test_a_field_of_the_form_is_led_to_by_its_id(client):
    project = a_project(a_portfolio(preset="regulated"))
    client.force_login(a_member(project.portfolio, "manager"))
    form = client.get(f"/projects/{project.key}/edit/").content.decode()
    for gate in facts.workflow(project).gates:
        for obstacle in gates.obstacles(gate, gate_facts.of(project, [gate])):
            page, _, anchor = remedies.missing(project, obstacle, EVERYTHING, gate.code).url.partition("#")
            if page.endswith("/edit/"):
                assert f'id="{anchor}"' in form, obstacle
