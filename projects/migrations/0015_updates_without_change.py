from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0014_fill_flags")]
    operations = [
        migrations.AddField(
            "statusupdate",
            "is_no_change",
            models.BooleanField(default=False, db_default=False),
        ),
    ]
