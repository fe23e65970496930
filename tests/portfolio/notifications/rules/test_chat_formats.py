"""Posts as Slack, Teams and Mattermost want them, and that what people wrote calls nobody there."""

import json

import pytest

from portfolio.notifications.rules import chat_formats
from portfolio.notifications.rules.chat_formats import JOINER, Post, Tone

POST = Post(
    "[PLM-7] Late & <slow>", ("Stage: Pilot", "Owner: Ana"), "https://p.example/projects/PLM-7/", Tone.BAD
)
HOSTILE = "<!channel> <@U123> @all @here @channel [x](javascript:1) *b* `c` <at>everybody</at> ~town"


def sent(style, post):
    return json.loads(chat_formats.body(style, post))


def test_slack_gets_rich_text_and_a_line_for_notifications():
    payload = sent("slack", POST)
    assert payload["text"] == "◆ [PLM-7] Late &amp; &lt;slow&gt;"
    (block,) = payload["blocks"]
    assert block["type"] == "rich_text"
    elements = [section["elements"][0] for section in block["elements"]]
    assert elements[0] == {"type": "text", "text": "◆ [PLM-7] Late & <slow>", "style": {"bold": True}}
    assert [element["text"] for element in elements[1:]] == ["Stage: Pilot", "Owner: Ana", "Open in Plimsoll"]
    assert elements[-1]["url"] == POST.link


def test_teams_gets_an_adaptive_card_in_a_message():
    payload = sent("teams", POST)
    assert payload["type"] == "message"
    (attachment,) = payload["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    (container,) = card["body"]
    assert container["style"] == "attention"
    runs = [block["inlines"][0]["text"] for block in container["items"]]
    assert runs == ["◆ [PLM-7] Late & <slow>", "Stage: Pilot", "Owner: Ana"]
    assert card["actions"] == [{"type": "Action.OpenUrl", "title": "Open in Plimsoll", "url": POST.link}]


def test_mattermost_gets_an_attachment_in_markdown():
    (attachment,) = sent("mattermost", POST)["attachments"]
    assert attachment["fallback"] == "◆ [PLM-7] Late & <slow>"
    assert attachment["title"] == r"◆ \[PLM\-7\] Late & <slow\>"
    assert attachment["title_link"] == POST.link
    assert attachment["text"] == "Stage: Pilot\nOwner: Ana"
    assert attachment["color"] == "#b3261e"


@pytest.mark.parametrize("place", ["title", "line"])
def test_what_people_wrote_calls_nobody(place):
    post = Post(HOSTILE) if place == "title" else Post("x", (HOSTILE,))
    slack, teams, mattermost = (sent(style, post) for style in ("slack", "teams", "mattermost"))
    # Elements of text alone: Slack calls people only by elements of their own, or by markup in `text`.
    sections = [section for block in slack["blocks"] for section in block["elements"]]
    kinds = {element["type"] for section in sections for element in section["elements"]}
    assert kinds == {"text"}
    assert "<" not in slack["text"]
    assert all(after[0] == JOINER for after in slack["text"].split("@")[1:])
    # A mention in Teams needs an entity beside its text, and markup needs a TextBlock.
    card = teams["attachments"][0]["content"]
    assert "entities" not in card["msteams"]
    assert {block["type"] for block in card["body"][0]["items"]} == {"RichTextBlock"}
    for said in mattermost["attachments"][0].values():
        assert all(after[0] == JOINER for after in said.split("@")[1:])
    markdown = mattermost["attachments"][0][{"line": "text"}.get(place, place)]
    assert r"\[x\]\(javascript:1\) \*b\* \`c\`" in markdown
    assert r"\~town" in markdown


@pytest.mark.parametrize("post", [POST, Post("Only a title"), Post("Two", ("a", "b"))])
def test_a_post_is_read_as_it_was_kept(post):
    assert chat_formats.read(post.heading, post.text) == post


def test_what_is_too_long_is_cut():
    payload = sent("slack", Post("t" * 1000, tuple("l" * 1000 for _ in range(50))))
    sections = payload["blocks"][0]["elements"]
    assert len(sections) == 1 + chat_formats.MOST_LINES
    assert len(sections[0]["elements"][0]["text"]) == chat_formats.LONGEST_TITLE
    assert sections[1]["elements"][0]["text"].endswith("l…")
