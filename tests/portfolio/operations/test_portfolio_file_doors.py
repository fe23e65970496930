"""The doors of a whole portfolio: its settings, REST, the page that takes one in, the command."""

import json
import zipfile
from io import BytesIO

import pytest
from django.core.management import CommandError, call_command

from projects.models import Event
from tests.factories import a_key, a_member, a_person, a_portfolio, a_project

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.usefixtures("evidence_folder")]


@pytest.fixture
def portfolio():
    found = a_portfolio("Ours", slug="ours")
    a_project(found)
    return found


def held(answer):
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        return json.loads(archive.read("manifest.json"))


def test_the_settings_give_it_to_managers(client, portfolio):
    for role, status in (("contributor", 403), ("manager", 200)):
        client.force_login(a_member(portfolio, role))
        assert ("portfolios/ours/file/" in client.get("/portfolios/ours/settings/").content.decode()) == (
            status == 200
        )
        answer = client.post("/portfolios/ours/file/")
        assert answer.status_code == status
    assert held(answer)["tables"]["projects.project"]["rows"] == 1
    assert Event.objects.filter(kind="portfolio.exported").count() == 1
    client.force_login(a_person())
    assert client.post("/portfolios/ours/file/").status_code == 404


def test_rest_gives_the_file_and_the_lists_by_scope(client, portfolio):
    def ask(address, scopes, role="manager"):
        _, secret = a_key(portfolio, scopes=scopes, role=role)
        return client.get(f"/api/v1/portfolios/ours/{address}", headers={"Authorization": f"Bearer {secret}"})

    assert held(ask("file", ["portfolios:read"]))["portfolio"]["slug"] == "ours"
    assert ask("file", ["portfolios:read"], role="viewer").status_code == 403
    assert ask("file", ["projects:read"]).status_code == 403
    both = ["portfolios:read", "projects:read"]
    found = json.loads(b"".join(ask("lists?list=projects&filters=q%3Dclaims", both).streaming_content))
    assert [each["name"] for each in found] == ["Claims triage"]
    assert b"".join(ask("lists?list=inventory-2025&form=xlsx", both).streaming_content)[:2] == b"PK"
    assert json.loads(b"".join(ask("lists?list=projects&filters=q%3Dnothing", both).streaming_content)) == []
    assert ask("lists?list=projects", ["portfolios:read"]).status_code == 403
    assert ask("lists?list=passwords", both).status_code == 400


def test_the_command_says_what_came_and_what_is_wrong(portfolio, tmp_path, capsys):
    file = tmp_path / "ours.zip"
    call_command("portfolio", "export", "ours", str(file))
    assert "Wrote “Ours”" in capsys.readouterr().out
    with pytest.raises(CommandError, match="There are: ours"):
        call_command("portfolio", "export", "theirs", str(file))
    with pytest.raises(CommandError, match="portfolios already"):
        call_command("portfolio", "import", str(file))
    with pytest.raises(CommandError, match="no file"):
        call_command("portfolio", "import", str(tmp_path / "nothing"))
