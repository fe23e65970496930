"""Which flags a project should carry, worked out the plain way: row by row, from the specification alone.

It shares no line with the product's rules. Slow, and only for projects of the standard workflow.
"""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from projects.models import Assessment, Blocker, Condition, Presence, Project, SignOff, TeamRole

STAGES = ["idea", "framing", "data", "poc", "mvp", "validation", "pilot", "production"]
SILENCE = [30, 21, 14, 14, 14, 10, 7, 30]
STAYS = [(30, 60), (60, 90), (90, 150), (90, 135), (120, 180), (75, 120), (90, 135), None]
ANSWERS_KEEP = [180, 90, 90, 60, 60, 45, 30, 90]
# The gate before which a project of each stage stands; in production it comes to these two.
GATES = ["G0", "G1", "G2", "G3", "G4", "G5", "G6"]
WARN, CRITICAL = "warn", "critical"


def expected(project_id, now):
    """Rule -> severity."""
    project = Project.objects.select_related("portfolio", "owner").get(pk=project_id)
    if project.archived_at or project.deleted_at or project.outcome in ("retired", "stopped"):
        return {}
    oracle = Oracle(project, now)
    found = {}
    for rule in RULES:
        if severity := rule(oracle):
            found[rule.__name__.upper()] = severity
    return found


class Oracle:
    """A project with its days as its portfolio counts them."""

    def __init__(self, project, now):
        self.project, self.zone = project, ZoneInfo(project.portfolio.time_zone)
        self.now, self.today = now, self.day(now)
        self.place = STAGES.index(project.standard_stage)
        held = Assessment.objects.filter(project=project).first()
        self.answered_at = held.answered_at if held else None
        self.letters = {name: said[0] for name, said in held.answers.items()} if held else {}

    def day(self, moment):
        return moment.astimezone(self.zone).date()

    def ago(self, day):
        """Days since a day or a moment."""
        return (self.today - (day if type(day) is date else self.day(day))).days

    def at_least(self, stage):
        return self.place >= STAGES.index(stage)

    @property
    def is_live(self):
        return self.at_least("production")

    @property
    def is_held(self):
        return self.project.status == "on_hold"

    def signoffs(self):
        """Those of the attempt that bind and that nothing has replaced."""
        rows = SignOff.objects.filter(project=self.project, is_binding=True, superseded_at=None)
        return list(rows.filter(attempt=self.project.attempt).order_by("pk"))

    def ahead(self, signoff):
        """Whether the project can still come to its gate."""
        if self.is_live:
            gates = ["G7", "G8"] if self.project.ever_in_production else ["G7", "GX"]
        else:
            gates = [*GATES[self.place :], "G8" if self.project.ever_in_production else "GX"]
        return signoff.gate in gates and signoff.used_at is None

    def needed(self):
        """Approvals that count: the last of each role at a gate ahead, and the present certification."""
        given = [
            each for each in self.signoffs() if each.decision.startswith("approved") and not each.withdrawn_at
        ]
        found = {}
        for each in given:
            if self.ahead(each):
                found[each.gate, each.role] = each
        certified = [each for each in given if each.used_at and each.lives_until and self.is_live]
        last = max((each.lives_until for each in certified), default=None)
        return [*found.values(), *(each for each in certified if each.lives_until == last)]


def worst(days, warn, critical):
    """More than the limit, as written."""
    if critical is not None and days > critical:
        return CRITICAL
    return WARN if warn is not None and days > warn else None


def no_update(o):
    limit = 60 if o.is_held else SILENCE[o.place]
    return worst(o.ago(o.project.last_update_at or o.project.created_at), limit, 2 * limit)


def stage_overrun(o):
    if STAYS[o.place] is None:
        return None
    end = o.day(o.project.hold_since) if o.is_held else o.today
    active = (end - o.day(o.project.stage_since - o.project.stage_shift)).days
    return worst(active, *STAYS[o.place])


def gate_unplanned(o):
    is_asked = o.at_least("framing") and not o.is_live and not o.is_held
    return WARN if is_asked and o.project.gate_planned_on is None else None


def gate_overdue(o):
    if o.is_held or o.is_live or o.project.gate_planned_on is None:
        return None
    return worst(o.ago(o.project.gate_planned_on), 0, 14)


def hold_expired(o):
    return worst(o.ago(o.project.resume_on), 0, 30) if o.is_held else None


def signoff_pending(o):
    waiting = [each for each in o.signoffs() if o.ahead(each) and not each.decision and not each.withdrawn_at]
    return worst(max((o.ago(each.requested_at) for each in waiting), default=0), 14, 28)


def signoff_expired(o):
    for each in o.needed():
        last = each.lives_until or o.day(each.decided_at) + timedelta(days=90)
        if o.today > last:
            return CRITICAL
    return None


def signoff_invalidated(o):
    if any(each.told_hash for each in o.needed()):
        return CRITICAL if o.is_live else WARN
    return None


def signoff_blocked(o):
    every = o.signoffs()
    for each in every:
        later = [
            other
            for other in every
            if (other.gate, other.role) == (each.gate, each.role) and other.pk > each.pk
        ]
        if not o.ahead(each):
            continue
        if each.decision == "rejected" and not each.withdrawn_at:
            answers = [x for x in later if x.decision.startswith("approved") and not x.withdrawn_at]
            if not [x for x in answers if x.packet_id != each.packet_id]:
                return CRITICAL
        is_taken_back = each.decision.startswith("approved") and each.withdrawn_at
        if is_taken_back and not [x for x in later if not x.withdrawn_at]:
            return CRITICAL
    return None


def condition_overdue(o):
    rows = Condition.objects.filter(signoff__project=o.project, signoff__attempt=o.project.attempt)
    rows = rows.filter(closed_on=None, due_on__isnull=False)
    rows = rows.filter(signoff__withdrawn_at=None, signoff__superseded_at=None)
    return worst(max((o.ago(row.due_on) for row in rows), default=0), 0, 14)


def blocker_sla(o):
    late = [
        blocker.severity
        for blocker in Blocker.objects.filter(project=o.project, resolved_on=None)
        if o.today > blocker.due_on
    ]
    if not late:
        return None
    return CRITICAL if "high" in late or "critical" in late else WARN


def blocker_unowned(o):
    alone = Blocker.objects.filter(project=o.project, resolved_on=None, owner=None, shared_owner=None)
    if alone.filter(severity="critical").exists():
        return CRITICAL
    return worst(max((o.ago(each.raised_on) for each in alone), default=0), 2, None)


def assessment_missing(o):
    if o.answered_at is not None:
        return None
    return CRITICAL if o.at_least("framing") else worst(o.ago(o.project.created_at), 14, None)


def assessment_stale(o):
    if o.answered_at is None:
        return None
    return worst(o.ago(o.answered_at), ANSWERS_KEEP[o.place], 2 * ANSWERS_KEEP[o.place])


def owner_inactive(o):
    if o.project.owner is None:
        return None
    if not o.project.owner.is_active:
        return CRITICAL
    seen = Presence.objects.filter(user=o.project.owner).first()
    return worst(o.ago(seen.acted_at if seen else o.project.created_at), 30, 60)


def no_steward(o):
    has_one = TeamRole.objects.filter(project=o.project, role="OW", user__is_active=True).exists()
    if not o.at_least("framing") or (has_one and o.letters.get("NT1") != "N"):
        return None
    return CRITICAL if o.at_least("data") else WARN


def metric_missing(o):
    values = (o.project.metric_name or None, o.project.metric_baseline, o.project.metric_target)
    if None not in values or not o.at_least("framing"):
        return None
    return CRITICAL if o.at_least("poc") else WARN


def late_pivot(o):
    day, stage = o.project.pivoted_on, o.project.pivot_stage
    if day is None or o.ago(day) > 90 or STAGES.index(stage) < STAGES.index("poc"):
        return None
    return CRITICAL if STAGES.index(stage) >= STAGES.index("validation") else WARN


def expectation_gap(o):
    p = o.project
    if o.is_live:
        return None
    date_is_out = p.stated_on and p.p05_on and p.p95_on and (p.stated_on < p.p05_on or p.stated_on > p.p95_on)
    value_is_out = p.stated_value is not None and (
        (p.value_low is not None and p.stated_value < p.value_low)
        or (p.value_high is not None and p.stated_value > p.value_high)
    )
    is_denied = o.letters.get("NT3") == "N"
    if is_denied and (date_is_out or value_is_out):
        return CRITICAL
    return WARN if is_denied or date_is_out or value_is_out else None


def leakage_unreviewed(o):
    is_open = o.letters.get("DQ2", "U") in ("N", "U", "T")
    return CRITICAL if o.at_least("mvp") and is_open else None


def forecast_slip(o):
    p = o.project
    if o.is_live or p.committed_on is None:
        return None
    if p.p50_on and p.p50_on > p.committed_on:
        return CRITICAL
    return WARN if p.p80_on and p.p80_on > p.committed_on else None


def recert_overdue(o):
    due = o.project.recertify_on
    if due is None or not o.is_live or o.ago(due) < -30:
        return None
    return CRITICAL if o.today > due else WARN


def monitoring_gap(o):
    if not o.is_live:
        return None
    list_ = o.project.checklists.get("production", {})
    if any(item in list_ and float(list_[item]) == 0 for item in ("C5", "C7")):
        return CRITICAL
    return worst(o.ago(o.project.monitoring_seen_on or o.project.stage_since), 30, 60)


def offline_online_gap(o):
    found = []
    p, measured = o.project, o.project.measurements
    is_down = None not in (p.metric_realised, p.metric_baseline) and bool(p.metric_direction)
    if is_down:
        up = p.metric_direction == "up"
        is_down = p.metric_realised < p.metric_baseline if up else p.metric_realised > p.metric_baseline
    for pair in p.metric_pairs.values():
        sign = 1 if pair["higher_is_better"] else -1
        offline, online = (
            Decimal(measured[pair[side]]["value"]) * sign if pair[side] in measured else None
            for side in ("offline", "online")
        )
        if None not in (offline, online) and pair.get("gap"):
            short = offline - online
            found.append(worst(short, Decimal(pair["gap"]), 2 * Decimal(pair["gap"])))
        shown = offline if online is None else online
        if shown is not None and pair.get("baseline") and is_down and o.at_least("pilot"):
            found.append(CRITICAL if shown > Decimal(pair["baseline"]) * sign else None)
    return CRITICAL if CRITICAL in found else WARN if WARN in found else None


def signal_silent(o):
    signals = o.project.signals.values()
    if not signals or not o.at_least("pilot"):
        return None
    silent = []
    for signal in signals:
        since = signal.get("seen_on") or signal.get("declared_on")
        since = date.fromisoformat(since) if since else o.day(o.project.created_at)
        silent.append(o.ago(since) > 2 * (signal.get("every_days") or 7))
    return CRITICAL if all(silent) else WARN if any(silent) else None


def too_good(o):
    p = o.project
    for pair in p.metric_pairs.values():
        seen = p.measurements.get(pair["offline"])
        if not seen:
            continue
        value, up = Decimal(seen["value"]), pair["higher_is_better"]
        ceiling = Decimal(pair["ceiling"]) if pair.get("ceiling") else None
        baseline = Decimal(pair["baseline"]) if pair.get("baseline") else None
        is_high = ceiling is not None and (value > ceiling if up else value < ceiling)
        if baseline is not None and baseline > 0:
            is_high = is_high or (value > 3 * baseline if up else value < baseline / 3)
        reviewed = p.leakage_reviewed_on
        if is_high and (reviewed is None or reviewed < date.fromisoformat(seen["measured_on"])):
            return CRITICAL if o.at_least("mvp") else WARN
    return None


def audit_due(o):
    if not o.at_least("validation"):
        return None
    if o.project.audited_on is None:
        return CRITICAL if o.is_live else WARN
    return worst(o.ago(o.project.audited_on), 180, 360)


RULES = (
    *(no_update, stage_overrun, gate_unplanned, gate_overdue, hold_expired),
    *(signoff_pending, signoff_expired, signoff_invalidated, signoff_blocked, condition_overdue),
    *(blocker_sla, blocker_unowned, assessment_missing, assessment_stale, owner_inactive, no_steward),
    *(metric_missing, late_pivot, expectation_gap, leakage_unreviewed, forecast_slip, recert_overdue),
    *(monitoring_gap, offline_online_gap, signal_silent, too_good, audit_due),
)
