"""Who does what on a project."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Role(models.TextChoices):
    """The twelve roles of a project (SP sponsor to PM portfolio manager)."""

    SP = "SP", "Business sponsor"
    PO = "PO", "Product owner"
    ML = "ML", "Data and ML lead"
    DS = "DS", "Data steward"
    EN = "EN", "Engineering and MLOps lead"
    SE = "SE", "Security"
    PR = "PR", "Privacy"
    LE = "LE", "Legal and compliance"
    RV = "RV", "Independent risk validator"
    OW = "OW", "Operations owner"
    DX = "DX", "Domain expert or user representative"
    PM = "PM", "Portfolio manager"


class TeamRole(models.Model):
    """One person in one role on one project."""

    project = models.ForeignKey("projects.Project", on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="team_roles")
    role = models.CharField(max_length=2, choices=Role.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["project", "role", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["project", "user", "role"], name="a_role_is_held_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="project_role_is_known"),
        ]
