"""Everything up to 0004 in one step, for a database that is new; others go the way that they began."""

import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("notifications", "0001_messages"),
        ("notifications", "0002_enclosures"),
        ("notifications", "0003_deliveries"),
        ("notifications", "0004_fill_deliveries"),
    ]

    dependencies = [
        ("accounts", "0001_people"),
        ("projects", "0014_fill_flags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Enclosure",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("cause", models.CharField(help_text="As of the deliveries.", max_length=60, unique=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="ChatHook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chat_hooks",
                        to="projects.portfolio",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                (
                    "style",
                    models.CharField(
                        choices=[("slack", "Slack"), ("teams", "Teams"), ("mattermost", "Mattermost")],
                        max_length=10,
                    ),
                ),
                ("url", models.CharField(max_length=1000)),
                ("topics", models.JSONField(default=list)),
                ("only_critical", models.BooleanField(default=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("failures", models.PositiveSmallIntegerField(default=0)),
                ("disabled_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Preference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("topic", models.CharField(max_length=16)),
                ("in_inbox", models.BooleanField(default=True)),
                (
                    "mail",
                    models.CharField(
                        choices=[
                            ("now", "At once"),
                            ("daily", "In the daily digest"),
                            ("weekly", "In the weekly digest"),
                            ("off", "No mail"),
                        ],
                        max_length=6,
                    ),
                ),
            ],
            options={
                "ordering": ["user", "topic"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "topic"), name="one_choice_a_topic"),
                    models.CheckConstraint(
                        condition=models.Q(("mail__in", ["now", "daily", "weekly", "off"])),
                        name="chosen_way_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Rhythm",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="rhythm",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("digest_at", models.TimeField(default=datetime.time(7, 30))),
                ("digest_weekday", models.PositiveSmallIntegerField(default=0)),
                ("quiet_from", models.TimeField(blank=True, null=True)),
                ("quiet_to", models.TimeField(blank=True, null=True)),
                ("quiet_weekends", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("digest_weekday__lte", 6)), name="a_week_has_seven_days"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("quiet_from", None), ("quiet_to", None)),
                            models.Q(("quiet_from__isnull", False), ("quiet_to__isnull", False)),
                            _connector="OR",
                        ),
                        name="quiet_hours_begin_and_end",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EnclosedFile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "enclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="files",
                        to="notifications.enclosure",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("content_type", models.CharField(max_length=100)),
                ("content", models.BinaryField()),
            ],
            options={
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("mail", "Mail"), ("chat", "Chat")], default="mail", max_length=4
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("address", models.EmailField(blank=True, max_length=254)),
                (
                    "hook",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="notifications.chathook",
                    ),
                ),
                ("cause", models.CharField(help_text="What it tells of: it goes out once.", max_length=80)),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                ("html", models.TextField(blank=True)),
                (
                    "enclosure",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="deliveries",
                        to="notifications.enclosure",
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sent", "Sent"),
                            ("parked", "Did not go"),
                            ("withheld", "Withheld"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                (
                    "not_before",
                    models.DateTimeField(
                        default=django.utils.timezone.now, help_text="When it is tried next."
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("token", models.CharField(blank=True, help_text="Of the claim in force.", max_length=32)),
                ("lease_until", models.DateTimeField(null=True)),
                ("tried_at", models.DateTimeField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["state", "not_before"], name="deliveries_by_state"),
                    models.Index(fields=["-created_at"], name="deliveries_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("recipient__isnull", False)),
                        fields=("recipient", "cause"),
                        name="nothing_goes_to_a_person_twice",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("address", ""), _negated=True),
                        fields=("address", "cause"),
                        name="nothing_goes_to_an_address_twice",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("hook__isnull", False)),
                        fields=("hook", "cause"),
                        name="nothing_goes_to_a_chat_twice",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("address", ""),
                                ("channel", "mail"),
                                ("hook", None),
                                ("recipient__isnull", False),
                            ),
                            models.Q(
                                ("channel", "mail"),
                                ("hook", None),
                                ("recipient", None),
                                models.Q(("address", ""), _negated=True),
                            ),
                            models.Q(
                                ("address", ""),
                                ("channel", "chat"),
                                ("hook__isnull", False),
                                ("recipient", None),
                            ),
                            _connector="OR",
                        ),
                        name="a_delivery_has_one_addressee",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "sent", "parked", "withheld"])),
                        name="delivery_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "sent"), _negated=True),
                            ("sent_at__isnull", False),
                            _connector="OR",
                        ),
                        name="what_was_sent_has_its_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "topic",
                    models.CharField(help_text="What people choose by (rules/topics.py).", max_length=16),
                ),
                (
                    "cause",
                    models.CharField(
                        help_text="What it tells of: nobody is told of it twice.", max_length=60
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.project",
                    ),
                ),
                (
                    "flag",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="projects.flag",
                    ),
                ),
                ("is_critical", models.BooleanField(default=False)),
                ("subject", models.CharField(max_length=300)),
                ("text", models.TextField()),
                (
                    "path",
                    models.CharField(
                        blank=True, help_text="The page to look at, without the host.", max_length=200
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("read_at", models.DateTimeField(null=True)),
                ("in_inbox", models.BooleanField(default=True)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("now", "At once"),
                            ("daily", "In the daily digest"),
                            ("weekly", "In the weekly digest"),
                            ("off", "No mail"),
                        ],
                        max_length=6,
                    ),
                ),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="messages",
                        to="notifications.delivery",
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "indexes": [
                    models.Index(fields=["recipient", "-created_at"], name="inbox_of_a_person"),
                    models.Index(
                        condition=models.Q(("in_inbox", True), ("read_at", None)),
                        fields=["recipient", "-created_at"],
                        name="unread_messages",
                    ),
                    models.Index(
                        condition=models.Q(("delivery", None), ("way__in", ["daily", "weekly"])),
                        fields=["way", "recipient"],
                        name="messages_for_a_digest",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "cause"), name="nobody_is_told_twice"),
                    models.CheckConstraint(
                        condition=models.Q(("way__in", ["now", "daily", "weekly", "off"])),
                        name="way_is_known",
                    ),
                ],
            },
        ),
    ]
