import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Case, F, OuterRef, Subquery, When
from django.db.models.functions import Now


def fill(apps, schema_editor):
    """Flags so far were about projects; how long the open ones have had their severity, nobody knows.

    They have it from now on, so that nobody's superiors hear at once of what nobody was told of.
    """
    Flag = apps.get_model("projects", "Flag")
    Project = apps.get_model("projects", "Project")
    portfolio = Project.objects.filter(pk=OuterRef("project_id")).values("portfolio_id")
    Flag.objects.filter(portfolio=None).update(
        portfolio_id=Subquery(portfolio),
        severity_since=Case(When(cleared_at=None, then=Now()), default=F("opened_at")),
    )


class Migration(migrations.Migration):
    # PostgreSQL changes no table that has rows waiting for their checks.
    atomic = False
    dependencies = [("projects", "0013_watch")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            "flag",
            "portfolio",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="flags",
                to="projects.portfolio",
            ),
        ),
        migrations.AlterField("flag", "severity_since", models.DateTimeField()),
    ]
