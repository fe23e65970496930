"""Topics: what people are told of, as they choose by it, and how each reaches those who chose nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """One line of the preferences; `mail` is the way that the product ships: now, daily, weekly, off."""

    code: str
    label: str
    explanation: str
    mail: str
    kinds: frozenset[str]


TOPICS: dict[str, Topic] = {
    topic.code: topic
    for topic in (
        Topic(
            "signoffs",
            "Sign-offs",
            "Somebody asks for your signature, or has answered you.",
            "now",
            frozenset(
                {
                    "signoff.asked",
                    "signoff.recused",
                    "signoff.reminded",
                    "signoff.invalidated",
                    "signoff.decided",
                    "signoff.withdrawn",
                }
            ),
        ),
        Topic(
            "proposals",
            "Proposals",
            "A pipeline or an assistant proposes a change of a project of yours.",
            "now",
            frozenset({"proposal.made"}),
        ),
        Topic(
            "blockers",
            "Blockers",
            "A blocker has risen to you, or somebody outside has answered.",
            "now",
            frozenset({"blocker.escalated", "blocker.answered_outside"}),
        ),
        Topic(
            "flags",
            "Flags",
            "A flag was raised on a project of yours, or has become critical.",
            "daily",
            frozenset({"flag.opened", "flag.changed"}),
        ),
        Topic(
            "escalations",
            "Unanswered flags",
            "A critical flag below you has not been answered for a week.",
            "now",
            frozenset({"flag.escalated"}),
        ),
        Topic(
            "mentions", "Mentions", "Somebody names you in a comment.", "now", frozenset({"comment.posted"})
        ),
        Topic(
            "follows",
            "Followed projects",
            "News of projects and saved filters that you follow.",
            "daily",
            frozenset(
                {
                    "stage.advanced",
                    "stage.moved_back",
                    "stage.rolled_back",
                    "project.held",
                    "project.resumed",
                    "project.stopped",
                    "project.retired",
                    "update.posted",
                    "blocker.raised",
                }
            ),
        ),
        Topic(
            "deputies",
            "Deputies",
            "Somebody has named you their deputy, or a deputy for you.",
            "now",
            frozenset({"delegation.given", "delegation.ended"}),
        ),
        Topic(
            "chats",
            "Integrations",
            "A chat or webhook of a portfolio that you manage does not answer any more, or a key ends soon.",
            "now",
            frozenset({"chat_hook.disabled", "webhook.disabled", "api_key.ends"}),
        ),
        Topic(
            "reports",
            "Leadership packs",
            "A pack that is sent to you by the calendar.",
            "now",
            frozenset({"report.sent"}),
        ),
    )
}
OF_KIND = {kind: topic.code for topic in TOPICS.values() for kind in topic.kinds}
