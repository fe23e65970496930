"""The API's description and its explorer."""

import pytest
from django.core.management import call_command
from django.test import Client

from tests import factories
from tests.projects.api.callers import BASE, problem


def test_the_schema_is_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))


@pytest.mark.once
def test_the_schema_is_openapi_3_1_and_is_sent_once():
    answer = Client().get("/api/schema/")
    said = answer.json()
    assert said["openapi"].startswith("3.1")
    assert f"{BASE}projects/{{key}}/moves" in said["paths"]
    again = Client().get("/api/schema/", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("address", ["/api/schema/", "/api/docs/"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_another_method_is_answered_as_everywhere_in_the_api(address, method):
    answer = Client(enforce_csrf_checks=True).generic(method, address)
    assert problem(answer, 405)["code"] == "method_not_allowed"
    assert answer["Allow"] == "GET, HEAD"
    assert Client().head(address).status_code == 200


@pytest.mark.once
def test_every_operation_says_how_it_refuses():
    for path, operations in Client().get("/api/schema/").json()["paths"].items():
        for method, operation in operations.items():
            assert {"400", "401", "403", "404", "429"} <= set(operation["responses"]), (method, path)
            assert operation["summary"], (method, path)
            has_key = any(one["name"] == "Idempotency-Key" for one in operation.get("parameters", []))
            # Many at once are changed by PATCH, which may be sent again as a POST may.
            assert has_key == (method == "post" or (method == "patch" and path.endswith("/bulk"))), (
                method,
                path,
            )


@pytest.mark.once
def test_the_examples_of_a_move_are_accepted_as_they_are():
    from projects.api.moves import EXAMPLES, MoveIn

    for example in EXAMPLES:
        asked = MoveIn(data=example.value)
        assert asked.is_valid(), (example.name, asked.errors)


@pytest.mark.browser
def test_the_explorer_works_under_the_strict_policy(browser_page, live_server):
    person = factories.an_administrator()
    project = factories.a_project()
    client = Client()
    client.force_login(person)
    browser_page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    answer = browser_page.goto("/api/docs/")
    assert "'unsafe" not in answer.headers["content-security-policy"]
    browser_page.click("#operations-tag-projects")
    browser_page.click("#operations-projects-move_project .opblock-summary-control")
    browser_page.click("text=Try it out")
    browser_page.fill("input[placeholder^=key]", project.key)
    browser_page.fill("textarea.body-param__text", '{"to": "framing"}')
    browser_page.click("text=Execute")
    browser_page.wait_for_selector(".live-responses-table .response-col_status:has-text('201')")
    project.refresh_from_db()
    assert project.stage == "framing"
