import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, OuterRef, Subquery


def fill(apps, schema_editor):
    """Flags so far were about projects; their severity is taken as old as they are."""
    Flag = apps.get_model("projects", "Flag")
    Project = apps.get_model("projects", "Project")
    portfolio = Project.objects.filter(pk=OuterRef("project_id")).values("portfolio_id")
    Flag.objects.filter(portfolio=None).update(
        portfolio_id=Subquery(portfolio), severity_since=F("opened_at")
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
