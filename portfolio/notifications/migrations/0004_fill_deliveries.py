from django.db import migrations, models

from portfolio.notifications.rules.topics import OF_KIND


def fill(apps, schema_editor):
    """Each message that was to be a mail gets its delivery, as far as that has come."""
    Message = apps.get_model("notifications", "Message")
    Delivery = apps.get_model("notifications", "Delivery")
    for message in Message.objects.filter(delivery=None).order_by("pk").iterator():
        message.topic = OF_KIND.get(message.kind, "")
        if message.mail_state != "withheld":
            message.way = "now"
            message.delivery, _ = Delivery.objects.get_or_create(
                recipient_id=message.recipient_id,
                cause=message.cause,
                defaults={
                    "project_id": message.project_id,
                    "subject": message.subject,
                    "text": message.text,
                    "enclosure_id": message.enclosure_id,
                    "created_at": message.created_at,
                    "state": message.mail_state,
                    "not_before": message.not_before,
                    "attempts": message.attempts,
                    "tried_at": message.tried_at,
                    "sent_at": message.sent_at,
                    "last_error": message.last_error,
                },
            )
        message.save(update_fields=["topic", "way", "delivery"])


class Migration(migrations.Migration):
    # PostgreSQL changes no table that has rows waiting for their checks.
    atomic = False
    dependencies = [("notifications", "0003_deliveries")]
    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='message',
            name='mail_state_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='message',
            name='a_sent_mail_has_its_time',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='unread_messages',
        ),
        migrations.RemoveIndex(
            model_name='message',
            name='mails_by_state',
        ),
        migrations.RemoveField(
            model_name='message',
            name='attempts',
        ),
        migrations.RemoveField(
            model_name='message',
            name='enclosure',
        ),
        migrations.RemoveField(
            model_name='message',
            name='last_error',
        ),
        migrations.RemoveField(
            model_name='message',
            name='lease_until',
        ),
        migrations.RemoveField(
            model_name='message',
            name='mail_state',
        ),
        migrations.RemoveField(
            model_name='message',
            name='not_before',
        ),
        migrations.RemoveField(
            model_name='message',
            name='sent_at',
        ),
        migrations.RemoveField(
            model_name='message',
            name='token',
        ),
        migrations.RemoveField(
            model_name='message',
            name='tried_at',
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('in_inbox', True), ('read_at', None)), fields=['recipient', '-created_at'], name='unread_messages'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(condition=models.Q(('delivery', None), ('way__in', ['daily', 'weekly'])), fields=['way', 'recipient'], name='messages_for_a_digest'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(('way__in', ['now', 'daily', 'weekly', 'off'])), name='way_is_known'),
        ),
    ]
