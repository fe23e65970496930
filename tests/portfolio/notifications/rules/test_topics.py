"""Topics: every kind of message has one, and the page of the documentation lists them as they are."""

from pathlib import Path

from portfolio.notifications.rules.topics import OF_KIND, TOPICS
from projects import events

DOCUMENT = Path(__file__).resolve().parents[4] / "docs" / "messages.md"
WAYS = {"now": "at once", "daily": "daily digest", "weekly": "weekly digest", "off": "no mail"}


def test_the_documentation_lists_the_topics_as_they_are():
    rows = DOCUMENT.read_text(encoding="utf-8").partition("## Topics")[2].partition("\n\nEverything")[0]
    listed = [line.strip("| ").split(" | ") for line in rows.splitlines() if line.startswith("|")][2:]
    assert listed == [[topic.label, topic.explanation, WAYS[topic.mail]] for topic in TOPICS.values()]


def test_each_kind_belongs_to_one_topic_and_is_one_that_is_written():
    kinds = [kind for topic in TOPICS.values() for kind in topic.kinds]
    assert len(kinds) == len(OF_KIND)
    # A pack that was sent is no event: its own row tells of it.
    assert set(kinds) - set(events.KINDS) <= {"report.sent", "api_key.ends"}
