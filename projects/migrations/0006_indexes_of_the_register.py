import datetime

import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0005_fill_stage_shift"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="project",
            name="project_by_update",
        ),
        migrations.RemoveIndex(
            model_name="project",
            name="project_by_stage",
        ),
        migrations.AlterField(
            model_name="project",
            name="portfolio",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects",
                to="projects.portfolio",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                models.OrderBy(models.F("flag_level"), descending=True),
                models.Case(
                    models.When(health="off_track", then=models.Value(0)),
                    models.When(health="at_risk", then=models.Value(1)),
                    models.When(health="unknown", then=models.Value(2)),
                    models.When(health="on_track", then=models.Value(3)),
                    default=models.Value(4),
                    output_field=models.IntegerField(),
                ),
                models.F("portfolio_id"),
                models.F("id"),
                condition=models.Q(
                    ("archived_at__isnull", True),
                    ("deleted_at", None),
                    ("outcome__in", ["open", "in_production"]),
                ),
                name="project_by_flag_level",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                django.db.models.functions.comparison.Coalesce(
                    "last_update_at",
                    models.Value(datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.UTC)),
                ),
                models.F("portfolio_id"),
                models.F("id"),
                condition=models.Q(
                    ("archived_at__isnull", True),
                    ("deleted_at", None),
                    ("outcome__in", ["open", "in_production"]),
                ),
                name="project_by_last_word",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                django.db.models.functions.text.Lower("name"),
                models.F("portfolio_id"),
                models.F("id"),
                condition=models.Q(
                    ("archived_at__isnull", True),
                    ("deleted_at", None),
                    ("outcome__in", ["open", "in_production"]),
                ),
                name="project_by_folded_name",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                models.Case(
                    models.When(standard_stage="idea", then=models.Value(0)),
                    models.When(standard_stage="framing", then=models.Value(1)),
                    models.When(standard_stage="data", then=models.Value(2)),
                    models.When(standard_stage="poc", then=models.Value(3)),
                    models.When(standard_stage="mvp", then=models.Value(4)),
                    models.When(standard_stage="validation", then=models.Value(5)),
                    models.When(standard_stage="pilot", then=models.Value(6)),
                    models.When(standard_stage="production", then=models.Value(7)),
                    default=models.Value(8),
                    output_field=models.IntegerField(),
                ),
                models.F("stage"),
                models.F("portfolio_id"),
                models.F("id"),
                condition=models.Q(
                    ("archived_at__isnull", True),
                    ("deleted_at", None),
                    ("outcome__in", ["open", "in_production"]),
                ),
                name="project_by_place",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                models.F("outcome"),
                models.F("status"),
                models.F("gate_planned_on"),
                models.F("portfolio_id"),
                models.F("id"),
                condition=models.Q(("archived_at__isnull", True), ("deleted_at", None)),
                name="project_by_state",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                models.F("portfolio_id"),
                models.F("id"),
                condition=models.Q(("archived_at__isnull", False), ("deleted_at", None)),
                name="project_put_away",
            ),
        ),
    ]
