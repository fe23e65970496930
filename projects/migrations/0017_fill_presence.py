"""Owners of an installation that grows are as present as their history says, not absent since their first day."""

from django.db import migrations
from django.db.models import Max

MANY = 2_000


def fill(apps, schema_editor):
    """The newest thing that each person did themselves."""
    Event, Presence = apps.get_model("projects", "Event"), apps.get_model("projects", "Presence")
    own = Event.objects.filter(actor__isnull=False, by_machine=False).exclude(door__in=["import", "sample"])
    seen = own.order_by().values("actor").annotate(acted_at=Max("at")).values_list("actor", "acted_at")
    rows = [Presence(user_id=person, acted_at=at) for person, at in seen.iterator(chunk_size=MANY)]
    Presence.objects.bulk_create(rows, ignore_conflicts=True, batch_size=MANY)


class Migration(migrations.Migration):
    dependencies = [("projects", "0016_flags_nobody_answers")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
