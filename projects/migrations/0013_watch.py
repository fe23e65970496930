import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('projects', '0012_economics_days_and_forecasts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OutsideRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=150)),
                ('email', models.EmailField(max_length=254)),
                ('question', models.TextField(blank=True, help_text='What the person who asks wrote to them.')),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('expires_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True)),
                ('expected_on', models.DateField(blank=True, help_text='By when they say it is done.', null=True)),
                ('called_off_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-asked_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Presence',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='presence', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('acted_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('query', models.CharField(max_length=1000)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='StayLimits',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField()),
                ('body', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ['portfolio', '-version'],
            },
        ),
        migrations.CreateModel(
            name='Visit',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='visit', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('seen_at', models.DateTimeField()),
                ('before_at', models.DateTimeField(help_text='What has changed since then is new to them.', null=True)),
            ],
        ),
        migrations.AddField(
            model_name='flag',
            name='answered_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='flag',
            name='escalated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='flag',
            name='portfolio',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='projects.portfolio'),
        ),
        migrations.AddField(
            model_name='flag',
            name='severity_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='flag',
            name='snooze_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='flag',
            name='snoozed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='flag',
            name='snoozed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='flag',
            name='snoozed_until',
            field=models.DateField(blank=True, help_text='The last day on which it sleeps.', null=True),
        ),
        migrations.AddField(
            model_name='flag',
            name='snoozes',
            field=models.PositiveSmallIntegerField(default=0, help_text='How often in a row.'),
        ),
        migrations.AddField(
            model_name='portfolio',
            name='holiday_region',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.AddField(
            model_name='project',
            name='audited_on',
            field=models.DateField(blank=True, null=True, verbose_name='pipeline audited'),
        ),
        migrations.AddField(
            model_name='project',
            name='flags_due_at',
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
        migrations.AddField(
            model_name='project',
            name='leakage_reviewed_on',
            field=models.DateField(blank=True, null=True, verbose_name='leakage reviewed'),
        ),
        migrations.AddField(
            model_name='project',
            name='metric_pairs',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='project',
            name='p05_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='project',
            name='pivot_stage',
            field=models.CharField(blank=True, editable=False, help_text='The standard code.', max_length=12),
        ),
        migrations.AddField(
            model_name='project',
            name='pivoted_on',
            field=models.DateField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name='project',
            name='signals',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='project',
            name='stated_on',
            field=models.DateField(blank=True, help_text='When the sponsor expects it live.', null=True, verbose_name='date that the sponsor states'),
        ),
        migrations.AddField(
            model_name='project',
            name='stated_value',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='A year, in the currency of the portfolio.', max_digits=16, null=True, verbose_name='value that the sponsor states'),
        ),
        migrations.AlterField(
            model_name='flag',
            name='project',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='flags', to='projects.project'),
        ),
        migrations.AddIndex(
            model_name='flag',
            index=models.Index(fields=['portfolio', 'rule', '-opened_at'], name='flags_of_a_portfolio'),
        ),
        migrations.AddIndex(
            model_name='project',
            index=models.Index(fields=['flags_due_at'], name='projects_whose_flags_are_due'),
        ),
        migrations.AddConstraint(
            model_name='flag',
            constraint=models.UniqueConstraint(condition=models.Q(('cleared_at', None), ('project', None)), fields=('rule', 'portfolio', 'subject'), name='an_open_flag_of_a_stage_is_unique'),
        ),
        migrations.AddField(
            model_name='follow',
            name='project',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='followers', to='projects.project'),
        ),
        migrations.AddField(
            model_name='follow',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='outsiderequest',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='outsiderequest',
            name='blocker',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outside_requests', to='projects.blocker'),
        ),
        migrations.AddField(
            model_name='savedview',
            name='user',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='follow',
            name='view',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='follows', to='projects.savedview'),
        ),
        migrations.AddField(
            model_name='staylimits',
            name='portfolio',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='stay_limits', to='projects.portfolio'),
        ),
        migrations.AddConstraint(
            model_name='savedview',
            constraint=models.UniqueConstraint(fields=('user', 'name'), name='a_view_has_its_own_name'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('user', 'project'), name='a_project_is_followed_once'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.UniqueConstraint(fields=('user', 'view'), name='a_view_is_followed_once'),
        ),
        migrations.AddConstraint(
            model_name='follow',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('project', None), ('view__isnull', False)), models.Q(('project__isnull', False), ('view', None)), _connector='OR'), name='one_thing_is_followed'),
        ),
        migrations.AddConstraint(
            model_name='staylimits',
            constraint=models.UniqueConstraint(fields=('portfolio', 'version'), name='limits_have_one_row_a_version'),
        ),
        migrations.AddConstraint(
            model_name='staylimits',
            constraint=models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='versions_of_limits_begin_at_one'),
        ),
    ]
