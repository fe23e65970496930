"""Messages that were never tried wait for the one before them, and no longer for a time of their own."""

from typing import Any

from django.db import migrations
from django.db.models import F


def ease(apps: Any, editor: Any) -> None:
    deliveries = apps.get_model("integrations", "WebhookDelivery").objects.using(editor.connection.alias)
    waiting = deliveries.filter(state="waiting", attempts_made=0, not_before__gt=F("created_at"))
    waiting.update(not_before=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0006_where_a_webhook_begins_and_rests"),
    ]

    operations = [
        migrations.RunPython(ease, migrations.RunPython.noop),
    ]
