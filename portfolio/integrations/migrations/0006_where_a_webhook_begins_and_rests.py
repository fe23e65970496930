from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [
        ("integrations", "0005_the_next_to_send"),
    ]

    operations = [
        migrations.AddField(
            model_name="webhook",
            name="told_after",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="webhook",
            name="rests_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.RemoveIndex(
            model_name="webhookdelivery",
            name="webhook_deliveries_due",
        ),
        migrations.AlterField(
            model_name="webhookdelivery",
            name="not_before",
            field=models.DateTimeField(
                default=timezone.now, help_text="When it is tried, once it is first."
            ),
        ),
    ]
