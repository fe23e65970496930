"""Changes of stage or status, the time spent in each stage, and waivers."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class MoveKind(models.TextChoices):
    ADVANCE = "advance", "Advance"
    BACK = "back", "Move back"
    HOLD = "hold", "Put on hold"
    RESUME = "resume", "Resume"
    STOP = "stop", "Stop"
    RESTART = "restart", "Restart"
    ROLLBACK = "rollback", "Roll back"
    RETIRE = "retire", "Retire"
    REPORT = "report", "Reported"
    MIGRATE = "migrate", "Workflow changed"
    RECERTIFY = "recertify", "Certified again"


class GateOutcome(models.TextChoices):
    """What was decided at a gate (Stage-Gate, Cooper)."""

    GO = "go", "Go"
    GO_WITH_CONDITIONS = "go_with_conditions", "Go with conditions"
    HOLD = "hold", "Hold"
    RECYCLE = "recycle", "Recycle"
    KILL = "kill", "Kill"


class Move(models.Model):
    """One change of stage or status; never edited."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="moves")
    kind = models.CharField(max_length=9, choices=MoveKind.choices)
    from_stage = models.CharField(max_length=40, blank=True)
    to_stage = models.CharField(max_length=40)
    reason_code = models.CharField(max_length=40, blank=True)
    note = models.TextField(blank=True)
    until = models.DateField(null=True, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    waiver = models.ForeignKey("projects.Waiver", null=True, on_delete=models.PROTECT, related_name="moves")
    # Obstacles that did not stop the move: of warning gates, and of gates that an import passed over.
    obstacles = models.JSONField(default=list)
    gate_examined = models.BooleanField(default=True)
    # Empty where no gate was decided about, as on a resume.
    outcome = models.CharField(max_length=18, choices=GateOutcome.choices, blank=True)
    # Of each gate on the way: {"code", "treatment", "packet": hash, "signoffs": ids}.
    gates = models.JSONField(default=list)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.CharField(max_length=100, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    body_hash = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["project", "-at"], name="moves_of_a_project")]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "source", "external_id"],
                condition=~Q(external_id=""),
                name="an_external_move_comes_once",
            ),
        ]


class Spell(models.Model):
    """One stay of a project in a stage; time on hold is kept apart."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="spells")
    attempt = models.PositiveSmallIntegerField(default=1)
    stage = models.CharField(max_length=40)
    standard_stage = models.CharField(max_length=12)
    entered_at = models.DateTimeField()
    # Imported histories know a day, a month or only a year.
    precision = models.CharField(max_length=5, default="day")
    left_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(max_length=9, choices=MoveKind.choices, blank=True)
    held = models.DurationField(default=timedelta)

    class Meta:
        ordering = ["project", "entered_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(left_at=None), name="one_open_spell"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(left_at__gte=F("entered_at")),
                name="a_spell_ends_after_it_began",
            ),
        ]


class Hold(models.Model):
    """One pause of a project: why, until when, and who agreed."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="holds")
    reason = models.TextField()
    since = models.DateTimeField()
    resume_on = models.DateField()
    ended_at = models.DateTimeField(null=True, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(ended_at=None), name="one_open_hold"),
        ]


class Waiver(models.Model):
    """Leave to pass over gates: reasoned, signed by manager and sponsor, expiring, shown for ever."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="waivers")
    from_stage = models.CharField(max_length=40)
    to_stage = models.CharField(max_length=40)
    gates = models.JSONField()
    reason = models.TextField()
    expires_on = models.DateField()
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    signed_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(manager=None) | Q(sponsor=None) | ~Q(manager=F("sponsor")),
                name="a_waiver_has_two_signers",
            ),
        ]
