"""What the sample lacks, so that every address of the API has something to answer with."""

from projects.actions import members
from projects.actions.decisions import Asked
from tests import factories
from tests.projects.api import callers


def made(caller, project):
    """Things that the sample lacks, and the people that examples name."""
    for name in ("ml-lead", "sponsor", "board", "dana", "pat", "ada"):
        person = factories.get_user_model().objects.create_user_with(email=f"{name}@example.org", name=name)
        members.set_role(project.portfolio_id, user_id=person.pk, role="manager", actor=factories.SYSTEM)
    at, portfolio = f"projects/{project.key}", f"portfolios/{project.portfolio.slug}"
    pair = {"offline": "recall_test", "online": "recall_live"}
    room = {"name": "Board", "style": "slack", "url": "https://hooks.slack.com/services/T/B/x"}
    run = {
        "kind": "ci_run",
        "title": "Nightly",
        "url": "https://ci.example.org/runs/1",
        "attach": ["answer:DQ5"],
    }
    hook = {"url": "https://ci.example.org/hooks", "untested": True}
    made = {}
    for method, path, said in (
        ("POST", f"{at}/evidence", run),
        ("POST", f"{portfolio}/chat-hooks", {**room, "topics": ["flags", "moves"]}),
        ("POST", f"{portfolio}/webhooks", hook),
        ("POST", f"{portfolio}/registries", {"name": "MLflow", "url": "https://mlflow.example.org"}),
        ("POST", f"{at}/todos", {"text": "Ask the vendor"}),
        ("POST", f"{at}/signals/alive/seen", {}),
        ("PUT", f"{at}/metric-pairs/recall", pair),
        ("POST", f"{at}/proposals", {"kind": "update", "body": {"health": "at_risk", "text": "Drift."}}),
        ("POST", f"{portfolio}/scenarios", {"name": "One less", "changes": [f"hold:{project.key}"]}),
    ):
        answer = caller(method, path, said)
        assert answer.status_code in (200, 201), (path, answer.content)
        made[f"{path.rpartition('/')[2].replace('-', '_').removesuffix('s')}_ids"] = [answer.json().get("id")]
    linked = caller("POST", f"{at}/registry-links", {"registry": made["registrie_ids"][0], "name": "fraud"})
    assert linked.status_code == 201, linked.content
    made |= {"flag_ids": [factories.a_flag(project).pk], "hook_ids": made["chat_hook_ids"]}
    return {name: ids for name, ids in made.items() if ids != [None]}


def for_people(signed_in, portfolio):
    """What only people list: members, keys, views, jobs."""
    view = signed_in.post("views", {"name": "Mine", "query": ""}).json()["id"]
    key, _ = factories.a_key(portfolio)
    someone = factories.a_member(portfolio, "viewer")
    signed_in.post(f"portfolios/{portfolio.slug}/members", {"email": "new@example.org"})
    invited = signed_in.get("people/invitations").json()["items"][0]["id"]
    return {
        "invitation_ids": [invited],
        "person_ids": [someone.pk],
        "key_ids": [key.pk],
        "view_ids": [view],
        "jobs": "sweep",
    }


def at_the_table(project):
    """Somebody who may everything and holds every role of the project; what they signed, what waits."""
    person = factories.a_member(project.portfolio, "administrator")
    person.is_superuser = True  # of the installation as well
    person.save(update_fields=["is_superuser"])
    for role in ("SP", "PO", "SE", "LE"):
        factories.on_team(project, role, person)
    given = factories.asked(project, "G0", "PO")["PO"]
    condition = Asked("Rehearse it", "before_gate")
    factories.signs(given, person, "approved_with_conditions", conditions=[condition])
    waiting = factories.asked(project, "G1", "PO")["PO"]
    return callers.SignedIn(person), given, waiting
