"""Three months of thirty projects by the clock: what people are told keeps its limits on every day."""

import pytest

from projects.models import Event
from tests.portfolio.integrations.webhooks.bodies import strays
from tests.year.play import play


@pytest.mark.django_db
@pytest.mark.once
def test_a_season_keeps_every_limit(smtp):
    played = play(smtp, seed=20270104, projects=20, days=60, say=lambda line: None)
    assert not played.breaches, "\n".join(played.breaches[:20])
    # Nothing is shown by a season in which nothing happened.
    assert played.figures["Critical flags that rose above their owner"]
    assert played.figures["Answers by a button in a mail"]
    assert len(played.mails) > 100
    # Whatever happened, a webhook would have told it as the catalogue of events says.
    assert strays(Event.objects.select_related("portfolio", "project")) == []
