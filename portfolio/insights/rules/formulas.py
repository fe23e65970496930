"""How each figure of a balance is computed: in words, in symbols, where it comes from, what it needs."""

from dataclasses import dataclass

OURS = "Our choice"
STANDARD = "Common practice in portfolio management"


@dataclass(frozen=True, slots=True)
class Formula:
    """One figure; `keys` are those of the balance (rules/balances.py) that it makes."""

    title: str
    words: str
    symbols: str
    needs: str
    source: str
    keys: tuple[str, ...]


FORMULAS = {
    "quadrant_share": Formula(
        "Quadrant share and gap",
        "The part of all projects, of their remaining cost or of the people at work that lies in a quadrant, "
        "and how far that is from the planned share. Counted are projects that are open, past intake, not live "
        "and have a quadrant; paused ones too. A project of which the weight is not known is left out of that "
        "measure and counted beside it.",
        "s_k = Σ_{i in k} w_i / Σ w_i;  gap_k = s_k − t_k",
        "A quadrant of each project; its remaining cost, or its people at work; a target mix.",
        "Default target: our choice. Other splits: Nagji and Tuff, “Managing your innovation portfolio”, 2012.",
        ("shares", "amounts", "target", "gaps", "without_cost", "without_effort", "n", "n_all", "measure"),
    ),
    "balance_index": Formula(
        "Balance index",
        "100 where every quadrant has its planned share, 0 where nothing is where it should be.",
        "B = 100 · (1 − ½ Σ_k |s_k − t_k|)",
        "The shares and a target mix.",
        "Total-variation distance between two distributions.",
        ("index",),
    ),
    "risk_load": Formula(
        "Risk load",
        "The part of the work that goes into projects at or above the load line. Work is people where they are "
        "known of every project in scope, else remaining cost where that is, else the number of projects; the "
        "whole page follows one choice.",
        "L = Σ_{R_i ≥ line} w_i / Σ w_i",
        "A risk score of each project, and its people at work or its remaining cost.",
        "Line and limit: our choice, a setting of the portfolio.",
        ("load", "limit", "line", "high_risk_n", "measure_label"),
    ),
    "concentration": Formula(
        "Concentration",
        "How much of the work hangs on one owner, business unit, vendor, data source, or on one pitfall. The "
        "index is the sum of squared shares; its inverse says to how many equal holders that amounts. Work that "
        "uses several data sources is split between them for the index; the share of a source is all work that "
        "uses it. A warning: one share above 40%, or half as many effective owners as owners.",
        "HHI = Σ_j s_j²;  effective = 1/HHI;  normalised = (HHI − 1/m)/(1 − 1/m), 1 where m = 1",
        "Owner, unit, vendor and data sources of the projects.",
        "Herfindahl and Hirschman. Limits: our choice.",
        ("concentration", "concentration.owner", "concentration.unit", "concentration.vendor")
        + ("concentration.source",),
    ),
    "pitfall_concentration": Formula(
        "Pitfall concentration",
        "Of the projects at or above the load line, how many have this pitfall as their worst one. Where "
        "several pitfalls are equally bad, each gets an equal part of the project.",
        "share_j = Σ_i [j in worst(i)] / |worst(i)| / n_high",
        "Scores of the pitfalls.",
        "Our choice: 40% or more in one pitfall points at a common cause.",
        ("concentration.pitfall",),
    ),
    "approvers": Formula(
        "The only approver",
        "Roles that a gate ahead of at least two projects in flight requires, and that one and the same person "
        "has on all of them: on the team, else on all projects of the portfolio. Deputies are not counted.",
        "|∪_i holders(role, i)| = 1",
        "Teams, roles on all projects, and what decides about roles: tier, personal data, vendor, language model.",
        OURS,
        ("approvers",),
    ),
    "heat": Formula(
        "Where the risk sits",
        "The mean score of a pitfall over the projects of a business unit that know it.",
        "h_{u,j} = mean of R_{p=j,i} over i in u",
        "Scores of the pitfalls and a business unit.",
        STANDARD,
        ("heat",),
    ),
    "expected_launches": Formula(
        "Expected launches",
        "The sum of the chances to reach production. The interval is exact if each project stands for itself; "
        "the wider one is simulated with delays that projects share. By a date: the sum of the simulated chances "
        "to be live by then.",
        "E = Σ p_i;  Var = Σ p_i(1 − p_i);  interval from the Poisson-binomial distribution by convolution",
        "A chance of reaching production of each project; for dates a forecast.",
        "Poisson-binomial: Wang 1993. Simulation: see the forecast.",
        ("launches", "expectation"),
    ),
    "expected_value": Formula(
        "Expected value a year",
        "What the projects are worth in a year, each weighed with its chance of reaching production.",
        "EV = Σ p_i · V_i",
        "The value of a year (low, likely, high) and a chance of reaching production.",
        STANDARD,
        ("value",),
    ),
    "risk_adjusted_value": Formula(
        "Risk-adjusted value",
        "Expected value over some years less what has still to be spent.",
        "RAV_i = p_i · V_i · H − remaining cost_i;  H = 3 years",
        "Value, chance and remaining cost.",
        "H: our choice.",
        ("value",),
    ),
    "ecv": Formula(
        "Expected commercial value",
        "What a project is worth after both of its risks: that it fails to reach production, and that nobody "
        "uses it. What was spent is sunk and stays out. Projects are ranked by value for each unit of money that "
        "has still to be spent. Earnings are the value of a year over three years.",
        "ECV = (PV · P_use − C) · P_launch − D;  rank by ECV / D",
        "Value, chance of reaching production, chance of use, launch cost C and remaining cost D.",
        "Cooper, Edgett and Kleinschmidt, “Portfolio Management for New Products”.",
        ("ecv",),
    ),
    "capacity": Formula(
        "Capacity",
        "People needed of each kind of work in a month against those there. A need without a last day ends on "
        "the day by which half of comparable projects are live, else on the committed date, else it stays. A "
        "month that is needed in part counts in part. Paused projects need nobody.",
        "overload = max(0, demand/supply − 1)",
        "Whom projects need, by kind of work, and how many people there are from month to month.",
        STANDARD,
        ("capacity",),
    ),
    "blocked_value": Formula(
        "Value held up by blockers",
        "Expected value of a year of the projects that an open high or critical blocker touches, their own or "
        "another project's.",
        "Σ p_i · V_i over blocked i",
        "Blockers, value and chance.",
        OURS,
        ("blocked",),
    ),
    "exposure": Formula(
        "Days to first online exposure",
        "The median time from the start of framing to the first live traffic. Projects that still wait, or "
        "ended before, count for as long as they were watched. Without a day for it, the entry into production "
        "counts.",
        "S(t) = Π_{t_i ≤ t} (1 − d_i/n_i);  median: first t with S(t) ≤ ½",
        "The first live day of each project.",
        "Kaplan and Meier 1958.",
        ("exposure",),
    ),
    "survival": Formula(
        "Survival after launch",
        "The share of launches still in production after so many days; the band is the 95% interval.",
        "S(t) by Kaplan and Meier over days in production; S(90)",
        "Moves into and out of production.",
        "Kaplan and Meier 1958; Greenwood 1926, on the log-log scale.",
        ("survival",),
    ),
    "promise_kept": Formula(
        "Promise kept",
        "How much of the promised change of the business metric came true, measured after 90 days in production "
        "or later; the median of all products of which it is known.",
        "(realised − baseline)/(target − baseline)",
        "Baseline, target and realised value of the business metric, and the day of measuring.",
        OURS,
        ("promise",),
    ),
    "stage_conversion": Formula(
        "Stage conversion",
        "Of the projects that entered a stage in a quarter, how many moved on to a later one. Only quarters "
        "that are old enough for slow projects (95 of 100) to be through are summed up. The interval draws few "
        "cases towards what is usual. The final share comes from curves in which moving on and stopping compete.",
        "c_s = advanced/(advanced + stopped + still in);  Beta(10·p0 + a, 10·(1 − p0) + n − a);  F_advance(∞)",
        "Moves between stages.",
        "Aalen and Johansen 1978; Beta-Binomial with a prior worth 10 projects (our choice).",
        ("conversion",),
    ),
    "wip": Formula(
        "Work in progress",
        "Projects that are open, past intake, not live and have a quadrant; paused ones too.",
        "WIP = n",
        "Stages of the projects.",
        STANDARD,
        ("flow",),
    ),
    "throughput": Formula(
        "Launches a month",
        "First entries into production in the last year, or since the first record where that is shorter, but "
        "not below 90 days. A product that was live when it was registered is no launch.",
        "λ = launches / months observed",
        "Moves into production.",
        STANDARD,
        ("flow",),
    ),
    "lead_time": Formula(
        "Lead time",
        "How long a project takes from the end of intake to production if inflow and outflow are steady.",
        "W = L/λ",
        "Work in progress and launches a month.",
        "Little 1961.",
        ("flow",),
    ),
    "wip_limit": Formula(
        "Limit of work in progress",
        "How many projects a stage can hold if each is to leave it in its typical time, as a hint beside the "
        "limit that the workflow sets. Over the limit is a warning, unless the workflow says that it blocks.",
        "hint_s = advances a day · P50_s, rounded up",
        "Moves out of the stage and its typical days.",
        "Little 1961.",
        ("flow",),
    ),
    "ageing": Formula(
        "Days in the present stage",
        "Active days in the stage against those that are usual: half leave within P50, 85 of 100 within P85, 95 "
        "within P95. A project beyond P85 is stuck.",
        "share beyond = #{i: days_i > P85}/#{i: P85 known}",
        "Moves, and typical days in the workflow.",
        "Defaults: our choice.",
        ("ageing", "stuck"),
    ),
    "held_at_gate": Formula(
        "Held at a gate",
        "Projects in flight for which somebody was asked to sign and has not answered; the longest wait.",
        "#{i: a binding request waits}",
        "Requests for sign-off.",
        OURS,
        ("held_at_gate",),
    ),
    "open_questions": Formula(
        "Open questions",
        "Questions that had to be answered by the stage that a project has reached, and have no answer. Their "
        "points: how much lower the mean risk would be if all that is unknown turned out well.",
        "mean of R_i − R_i(all unknown = yes)",
        "Answers to the assessment.",
        OURS,
        ("open_questions",),
    ),
    "unassessed": Formula(
        "Unassessed share",
        "Projects past intake with answers to less than half of what is due, by weight, have no quadrant.",
        "u = unassessed/(open, past intake, not live)",
        "Answers to the assessment.",
        OURS,
        ("unassessed",),
    ),
    "recommendations": Formula(
        "What we would change",
        "A gap counts from 5 points on, or from one project on where that is more; shares of fewer than 8 "
        "projects recommend nothing. Quick wins or fill-ins below target: the ideas that come closest. Big bets "
        "above target by cost: money up to the next gate. More than 10% to reconsider: stop or reshape. One "
        "pitfall in 40% of the risky projects: one fix for all. No quick win within two quarters: nothing to "
        "show. One owner above 40%, or half as many effective owners: hand over. A stage that lets through less "
        "than half of the usual: look at the gate before. Work in progress up for three months without more "
        "launches: stop starting. More than 20% unassessed: assess first.",
        "|gap_k| ≥ max(0.05, 1/n), n ≥ 8",
        "The figures of this page.",
        OURS,
        ("recommendations", "verdict"),
    ),
}
# Keys that show no figure of their own.
PLAIN = ("day", "currency", "missing", "generated")


def of(key: str) -> list[Formula]:
    """The formulas that make one key of the balance."""
    return [formula for formula in FORMULAS.values() if key in formula.keys]
