from datetime import timedelta

from django.db import migrations
from django.db.models import F, Q

NOTHING = timedelta(0)


def fill(apps, schema_editor):
    """Earlier stays of the attempt under the same standard code, less the pauses of all of them."""
    Spell = apps.get_model("projects", "Spell")
    Project = apps.get_model("projects", "Project")
    stays = Spell.objects.filter(
        Q(left_at__isnull=False) | Q(held__gt=NOTHING),
        attempt=F("project__attempt"),
        standard_stage=F("project__standard_stage"),
    ).values_list("project_id", "entered_at", "left_at", "held")
    shifts = {}
    for project_id, entered_at, left_at, held in stays.iterator():
        stayed = (left_at or entered_at) - entered_at - held
        shifts[project_id] = shifts.get(project_id, NOTHING) + stayed
    for project_id, shift in shifts.items():
        Project.objects.filter(pk=project_id).update(stage_shift=shift)


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_stage_shift")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
