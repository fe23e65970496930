from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("projects", "0015_updates_without_change")]
    operations = [
        migrations.AddIndex(
            "flag",
            models.Index(
                fields=["id"],
                condition=Q(severity="critical", cleared_at=None, answered_at=None, escalated_at=None),
                name="flags_nobody_answers",
            ),
        ),
    ]
