"""What to change, by rules that anybody can read: each with its figures, its projects and its reasons.

All limits are our choice. The rules look at the figures of a balance (rules/balances.py) and its picture.
"""

from collections.abc import Mapping

from portfolio.insights.rules.advice import flow_rules, share_rules
from portfolio.insights.rules.advice.parts import Advice, Basis, Rule

RULES: Mapping[str, Rule] = {
    "quick_wins_short": share_rules.short("quick_win", "quick wins"),
    "fill_ins_short": share_rules.short("fill_in", "fill-ins"),
    "big_bets_cost": share_rules.big_bets,
    "reconsider_review": share_rules.reconsider,
    "pitfall_dominant": share_rules.pitfall,
    "nothing_to_show": flow_rules.nothing_to_show,
    "owners_few": share_rules.owners,
    "gate_narrow": flow_rules.gate,
    "stop_starting": flow_rules.stop_starting,
    "assess_first": share_rules.assess,
}


def of(basis: Basis) -> list[Advice]:
    """Every recommendation whose rule fires, in the order of the rules."""
    return [{"rule": code, **said} for code, rule in RULES.items() if (said := rule(basis)) is not None]
