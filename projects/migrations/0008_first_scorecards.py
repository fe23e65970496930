from django.db import migrations
from django.utils import timezone

from projects.rules import scorecards


def publish(apps, schema_editor):
    """Every portfolio gets the shipped scorecard as its first, and asks for the scores of its projects."""
    using = schema_editor.connection.alias
    Portfolio = apps.get_model("projects", "Portfolio")
    Version = apps.get_model("projects", "ScorecardVersion")
    card = scorecards.shipped()
    for portfolio in Portfolio.objects.using(using).filter(scorecard=None):
        portfolio.scorecard = Version.objects.using(using).create(
            portfolio=portfolio, number=1, name=card.label, definition=scorecards.dump(card)
        )
        portfolio.scores_asked_at = timezone.now()
        portfolio.save(update_fields=["scorecard", "scores_asked_at"])


class Migration(migrations.Migration):
    dependencies = [("projects", "0007_judgement")]
    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
