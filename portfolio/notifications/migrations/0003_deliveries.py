import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_invitations'),
        ('notifications', '0002_enclosures'),
        ('projects', '0013_watch'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ChatHook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80)),
                ('style', models.CharField(choices=[('slack', 'Slack'), ('teams', 'Teams'), ('mattermost', 'Mattermost')], max_length=10)),
                ('url', models.CharField(max_length=1000)),
                ('topics', models.JSONField(default=list)),
                ('only_critical', models.BooleanField(default=False)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('failures', models.PositiveSmallIntegerField(default=0)),
                ('disabled_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('mail', 'Mail'), ('chat', 'Chat')], default='mail', max_length=4)),
                ('address', models.EmailField(blank=True, max_length=254)),
                ('cause', models.CharField(help_text='What it tells of: it goes out once.', max_length=80)),
                ('subject', models.CharField(max_length=300)),
                ('text', models.TextField()),
                ('html', models.TextField(blank=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('sent', 'Sent'), ('parked', 'Did not go'), ('withheld', 'Withheld')], default='waiting', max_length=8)),
                ('not_before', models.DateTimeField(default=django.utils.timezone.now, help_text='When it is tried next.')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('token', models.CharField(blank=True, help_text='Of the claim in force.', max_length=32)),
                ('lease_until', models.DateTimeField(null=True)),
                ('tried_at', models.DateTimeField(null=True)),
                ('sent_at', models.DateTimeField(null=True)),
                ('last_error', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-created_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(max_length=16)),
                ('in_inbox', models.BooleanField(default=True)),
                ('mail', models.CharField(choices=[('now', 'At once'), ('daily', 'In the daily digest'), ('weekly', 'In the weekly digest'), ('off', 'No mail')], max_length=6)),
            ],
            options={
                'ordering': ['user', 'topic'],
            },
        ),
        migrations.CreateModel(
            name='Rhythm',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='rhythm', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('digest_at', models.TimeField(default=datetime.time(7, 30))),
                ('digest_weekday', models.PositiveSmallIntegerField(default=0)),
                ('quiet_from', models.TimeField(blank=True, null=True)),
                ('quiet_to', models.TimeField(blank=True, null=True)),
                ('quiet_weekends', models.BooleanField(default=True)),
            ],
        ),
        migrations.AddField(
            model_name='message',
            name='flag',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='projects.flag'),
        ),
        migrations.AddField(
            model_name='message',
            name='in_inbox',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='message',
            name='is_critical',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='message',
            name='topic',
            field=models.CharField(default='', help_text='What people choose by (rules/topics.py).', max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='message',
            name='way',
            field=models.CharField(choices=[('now', 'At once'), ('daily', 'In the daily digest'), ('weekly', 'In the weekly digest'), ('off', 'No mail')], default='off', max_length=6),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='enclosure',
            name='cause',
            field=models.CharField(help_text='As of the deliveries.', max_length=60, unique=True),
        ),
        migrations.AddField(
            model_name='chathook',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='chathook',
            name='portfolio',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chat_hooks', to='projects.portfolio'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='enclosure',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliveries', to='notifications.enclosure'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='hook',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='notifications.chathook'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='project',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='projects.project'),
        ),
        migrations.AddField(
            model_name='delivery',
            name='recipient',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='message',
            name='delivery',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='messages', to='notifications.delivery'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['recipient', '-created_at'], name='inbox_of_a_person'),
        ),
        migrations.AddField(
            model_name='preference',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='rhythm',
            constraint=models.CheckConstraint(condition=models.Q(('digest_weekday__lte', 6)), name='a_week_has_seven_days'),
        ),
        migrations.AddConstraint(
            model_name='rhythm',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quiet_from', None), ('quiet_to', None)), models.Q(('quiet_from__isnull', False), ('quiet_to__isnull', False)), _connector='OR'), name='quiet_hours_begin_and_end'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['state', 'not_before'], name='deliveries_by_state'),
        ),
        migrations.AddIndex(
            model_name='delivery',
            index=models.Index(fields=['-created_at'], name='deliveries_by_time'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('recipient__isnull', False)), fields=('recipient', 'cause'), name='nothing_goes_to_a_person_twice'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('address', ''), _negated=True), fields=('address', 'cause'), name='nothing_goes_to_an_address_twice'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.UniqueConstraint(condition=models.Q(('hook__isnull', False)), fields=('hook', 'cause'), name='nothing_goes_to_a_chat_twice'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('address', ''), ('channel', 'mail'), ('hook', None), ('recipient__isnull', False)), models.Q(('channel', 'mail'), ('hook', None), ('recipient', None), models.Q(('address', ''), _negated=True)), models.Q(('address', ''), ('channel', 'chat'), ('hook__isnull', False), ('recipient', None)), _connector='OR'), name='a_delivery_has_one_addressee'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'sent', 'parked', 'withheld'])), name='delivery_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='delivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'sent'), _negated=True), ('sent_at__isnull', False), _connector='OR'), name='what_was_sent_has_its_time'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.UniqueConstraint(fields=('user', 'topic'), name='one_choice_a_topic'),
        ),
        migrations.AddConstraint(
            model_name='preference',
            constraint=models.CheckConstraint(condition=models.Q(('mail__in', ['now', 'daily', 'weekly', 'off'])), name='chosen_way_is_known'),
        ),
    ]
