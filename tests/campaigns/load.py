"""Load: readers and writers at once. No server error, and every acknowledged write is there exactly once."""

import time

from portfolio import outbox
from projects.models import Event
from tests.campaigns import ledger as ledgers
from tests.campaigns.callers import Integration
from tests.campaigns.installation import Running, running
from tests.campaigns.ledger import Ledger
from tests.campaigns.proof import Outcome
from tests.campaigns.traffic import Traffic

PROJECTS = 2_000
CALLERS = {"writers": 5, "people": 2, "readers": 3}


def run(seconds: float, seed: int) -> Outcome:
    """Let everybody work for so long, then hold the answers against the database."""
    ledger = Ledger()
    with running(PROJECTS) as site:
        traffic = Traffic(site.found, site.session, site.web.port, ledger, seed)
        traffic.start(**CALLERS)
        time.sleep(seconds)
        traffic.stop()
        failures = [*checked(site, ledger), *ledger.failures]
    facts = {
        "Callers at once": sum(CALLERS.values()),
        "Answers": sum(ledger.statuses.values()),
        "Answers that were server errors": sum(n for status, n in ledger.statuses.items() if status >= 500),
        "Writes acknowledged, each found exactly once": ledger.promised,
        "Refused because somebody was faster or the state did not allow it (409, 412)": (
            ledger.statuses[409] + ledger.statuses[412]
        ),
    }
    return Outcome("load", facts, failures)


def checked(site: Running, ledger: Ledger) -> list[str]:
    """What does not agree: answers with rows, rows with each other, the feed with the events."""
    return [*ledger.audit(), *ledgers.contradictions(site.before), *_feed(site, ledger)]


def _feed(site: Running, ledger: Ledger) -> list[str]:
    """A reader of the feed meets every event of its portfolio once."""
    while outbox.pass_on():
        pass
    mine = Event.objects.filter(portfolio=site.found.portfolio)
    places = list(mine.order_by("position").values_list("position", flat=True))
    wanted = [position for position in places if position is not None]
    if len(wanted) < len(places):
        return ["Some events have no place in the feed."]
    # The end of the feed, which is what the campaign has written.
    after = wanted[-min(len(wanted), 20_000)] - 1
    wanted = [position for position in wanted if position > after]
    api = Integration(site.web.port, site.found.secret, ledger.note)
    met: list[int] = []
    more = True
    while more:
        answer = api.ask("GET", f"/api/v1/events?after={after}&limit=200")
        if answer.status != 200:
            return [f"The feed ended after {len(met)} events with the status {answer.status}."]
        part = answer.said
        met += [event["position"] for event in part["items"]]
        after, more = part["next"], part["more"]
    # The worker may have written more meanwhile.
    met = [position for position in met if position <= wanted[-1]]
    return [] if met == wanted else [f"The feed showed {len(met)} events; there are {len(wanted)}."]
