"""What is said of a chat, checked: every reason why it is not kept, each with its field and the fix."""

from collections.abc import Mapping
from typing import Any

from portfolio import addresses
from portfolio.notifications.rules.chat_formats import FORMATS
from portfolio.notifications.rules.chat_topics import TOPICS
from projects.rules.facts import Obstacle

LONGEST_NAME = 80
# More is a mistake or a flood; a portfolio speaks to a few rooms.
MOST = 10


def obstacles(said: Mapping[str, Any], *, allow_private: bool) -> list[Obstacle]:
    """Everything that is wrong with these fields."""
    found = []
    if "name" in said and not 0 < len(said["name"]) <= LONGEST_NAME:
        remedy = f"Give it a name of 1 to {LONGEST_NAME} letters, such as the room's."
        found.append(Obstacle("name_unusable", "This is no name.", remedy, "name"))
    if "style" in said and said["style"] not in FORMATS:
        found.append(
            Obstacle("style_unknown", "This chat is not known.", f"Choose one of {_list(FORMATS)}.", "style")
        )
    if "topics" in said and (not said["topics"] or set(said["topics"]) - set(TOPICS)):
        message = "Nothing to tell, or something that is not known."
        found.append(Obstacle("topics_unusable", message, f"Choose some of {_list(TOPICS)}.", "topics"))
    if "url" in said and (wrong := addresses.problem(said["url"], allow_private=allow_private)):
        message, _, remedy = wrong.partition(". ")
        found.append(Obstacle("address_unusable", message.rstrip(".") + ".", remedy, "url"))
    return found


def _list(codes: Mapping[str, Any]) -> str:
    return ", ".join(codes)
