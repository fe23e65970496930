"""What one absence or one delay would stop: sentences with their shares."""

from collections.abc import Mapping
from typing import Any

from portfolio.insights.charts.words import count, money, number, percent

# A group beyond the first share is a warning, as in the rules; beyond the second it stands out in red.
MUCH, TOO_MUCH = 0.4, 0.6
KEYS_SHOWN = 6
TOLD = 2  # sole approvers; of the other kinds the largest is told
KINDS = {
    "owner": "{name} owns {what}",
    "unit": "{name} holds {what}",
    "vendor": "{name} supplies {what}",
    "source": "{name} feeds {what}",
    "pitfall": "{name} is the weakest point of {what}",
}


def rows(now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Sole approvers first, then the largest owner, unit, vendor, shared source and pitfall."""
    found = [_approver(each, now["n"]) for each in now["approvers"] or []]
    for kind, sentence in KINDS.items():
        held = (now["concentration"] or {}).get(kind)
        found += [_group(kind, sentence, group, now) for group in (held or {}).get("groups", [])[:1]]
    return found


def told(found: list[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Those that the card shows, and the further sole approvers, which are folded away."""
    approvers = [row for row in found if row["kind"] == "approver"]
    others = [row for row in found if row["kind"] != "approver"]
    return [*approvers[:TOLD], *others], approvers[TOLD:]


def _group(kind: str, sentence: str, group: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    share = group["share"]
    return {
        "kind": kind,
        "text": sentence.format(name=group["name"], what=_what(kind, group, now)),
        "keys": group["keys"],
        "share": percent(share),
        "value": round(100 * share, 1),
        "more": max(0, round(group["count"]) - KEYS_SHOWN),
        "tone": "hi" if share > TOO_MUCH else "mid" if share > MUCH else "acc",
    }


def _what(kind: str, group: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    if kind == "pitfall":
        return f"{number(group['count'])} of {count(now['high_risk_n'], 'risky project')}"
    measure, total = now["measure"], (now["amounts"] or {}).get(now["measure"])
    if measure == "count" or kind == "source" or not total:
        return count(group["count"], "project")
    whole, part = sum(total.values()), group["weight"]
    if measure == "cost":
        return f"{money(part, now['currency'])} of {money(whole, now['currency'])} to be spent"
    return f"{number(part)} of {number(whole)} people’s work"


def _approver(each: Mapping[str, Any], n: int) -> dict[str, Any]:
    share = min(1.0, each["n"] / n) if n else 0.0
    return {
        "kind": "approver",
        "text": f"{each['name']} is the only {_within(each['role'])} approver",
        "keys": each["keys"],
        "share": percent(share),
        "value": round(100 * share, 1),
        "more": max(0, each["n"] - KEYS_SHOWN),
        "tone": "hi" if share > TOO_MUCH else "mid",
    }


def _within(label: str) -> str:
    """A label inside a sentence: legal, but ML lead."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def table(now: Mapping[str, Any]) -> list[dict[str, Any]]:
    """How many equal holders each kind amounts to, for the table twin."""
    kinds = {
        "owner": "Owners",
        "unit": "Units",
        "vendor": "Vendors",
        "source": "Data sources",
        "pitfall": "Pitfalls",
    }
    return [
        {
            "label": label,
            "of": found["of"],
            "hhi": number(found["hhi"], 2),
            "effective": number(found["effective"]),
            "normalised": number(found["normalised"], 2),
            "groups": found["groups"],
            "warns": found["warns"],
        }
        for kind, label in kinds.items()
        if (found := (now["concentration"] or {}).get(kind))
    ]
