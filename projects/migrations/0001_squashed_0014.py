"""Everything up to 0014 in one step, for a database that is new; others go the way that they began."""

import datetime
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
import django.utils.timezone
import projects.models.evidence
import projects.models.portfolios
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("projects", "0001_first_rows"),
        ("projects", "0002_flag_levels"),
        ("projects", "0003_fill_flag_levels"),
        ("projects", "0004_stage_shift"),
        ("projects", "0005_fill_stage_shift"),
        ("projects", "0006_indexes_of_the_register"),
        ("projects", "0007_judgement"),
        ("projects", "0008_first_scorecards"),
        ("projects", "0009_search_text_of_blockers"),
        ("projects", "0010_indexes_of_chance_and_gaps"),
        ("projects", "0011_gates_and_signoffs"),
        ("projects", "0012_economics_days_and_forecasts"),
        ("projects", "0013_watch"),
        ("projects", "0014_fill_flags"),
    ]

    dependencies = [
        ("accounts", "0001_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Portfolio",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(max_length=60, unique=True)),
                ("name", models.CharField(max_length=120)),
                ("description", models.TextField(blank=True)),
                ("key_prefix", models.CharField(max_length=6, unique=True)),
                ("last_number", models.PositiveIntegerField(default=0)),
                ("scores_asked_at", models.DateTimeField(blank=True, null=True)),
                ("risk_line", models.PositiveSmallIntegerField(default=50)),
                ("impact_line", models.PositiveSmallIntegerField(default=50)),
                (
                    "risk_load_limit",
                    models.PositiveSmallIntegerField(default=45, help_text="Percent of effort."),
                ),
                ("target_mix", models.JSONField(default=projects.models.portfolios.default_target_mix)),
                ("currency", models.CharField(default="EUR", max_length=3)),
                ("time_zone", models.CharField(default="UTC", max_length=64)),
                ("working_days", models.JSONField(default=projects.models.portfolios.default_working_days)),
                ("holidays", models.JSONField(blank=True, default=list)),
                ("holiday_region", models.CharField(blank=True, max_length=12)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["name", "pk"],
                "permissions": [("see_all", "May see every portfolio and project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("impact_line__lte", 100), ("risk_line__lte", 100), ("risk_load_limit__lte", 100)
                        ),
                        name="portfolio_lines_are_percentages",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="presence",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("acted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="visit",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                (
                    "before_at",
                    models.DateTimeField(help_text="What has changed since then is new to them.", null=True),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KeptRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("caller", models.CharField(max_length=60)),
                ("key", models.CharField(max_length=255)),
                ("body_hash", models.CharField(max_length=64)),
                ("status", models.PositiveSmallIntegerField(null=True)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.JSONField(null=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["created_at"], name="kept_requests_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("caller", "key"), name="an_idempotency_key_is_used_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedView",
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
                        related_name="saved_views",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=60)),
                ("query", models.CharField(max_length=1000)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "name"), name="a_view_has_its_own_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="BusinessUnit",
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
                        related_name="units",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="children",
                        to="projects.businessunit",
                    ),
                ),
                ("name", models.CharField(max_length=200)),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("parent", None)),
                        fields=("portfolio", "name"),
                        name="top_unit_names_are_unique",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("parent__isnull", False)),
                        fields=("parent", "name"),
                        name="sub_unit_names_are_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
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
                        related_name="members",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("contributor", "Contributor"),
                            ("approver", "Approver"),
                            ("manager", "Manager"),
                            ("administrator", "Administrator"),
                        ],
                        max_length=16,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["user__name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("portfolio", "user"), name="one_role_per_member"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["viewer", "contributor", "approver", "manager", "administrator"])
                        ),
                        name="portfolio_role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Capability",
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
                        related_name="capabilities",
                        to="projects.portfolio",
                    ),
                ),
                ("name", models.CharField(max_length=80)),
            ],
            options={
                "ordering": ["name", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("portfolio", "name"), name="a_capability_has_one_name")
                ],
            },
        ),
        migrations.CreateModel(
            name="Rate",
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
                        related_name="rates",
                        to="projects.portfolio",
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("from_on", models.DateField()),
                ("rate", models.DecimalField(decimal_places=8, max_digits=18)),
            ],
            options={
                "ordering": ["portfolio", "currency", "-from_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("portfolio", "currency", "from_on"), name="one_rate_a_day"
                    ),
                    models.CheckConstraint(condition=models.Q(("rate__gt", 0)), name="a_rate_is_positive"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ScorecardVersion",
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
                        related_name="scorecards",
                        to="projects.portfolio",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("definition", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["portfolio", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("portfolio", "number"), name="scorecard_numbers_are_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingRole",
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
                        related_name="standing_roles",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="standing_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SP", "Business sponsor"),
                            ("PO", "Product owner"),
                            ("ML", "Data and ML lead"),
                            ("DS", "Data steward"),
                            ("EN", "Engineering and MLOps lead"),
                            ("SE", "Security"),
                            ("PR", "Privacy"),
                            ("LE", "Legal and compliance"),
                            ("RV", "Independent risk validator"),
                            ("OW", "Operations owner"),
                            ("DX", "Domain expert or user representative"),
                            ("PM", "Portfolio manager"),
                        ],
                        max_length=2,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["portfolio", "role", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("portfolio", "user", "role"), name="a_standing_role_is_held_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["SP", "PO", "ML", "DS", "EN", "SE", "PR", "LE", "RV", "OW", "DX", "PM"],
                            )
                        ),
                        name="standing_role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StayLimits",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="stay_limits",
                        to="projects.portfolio",
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("made_at", models.DateTimeField()),
                ("body", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ["portfolio", "-version"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("portfolio", "version"), name="limits_have_one_row_a_version"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("version__gte", 1)), name="versions_of_limits_begin_at_one"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkflowVersion",
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
                        related_name="workflows",
                        to="projects.portfolio",
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("name", models.CharField(max_length=80)),
                ("definition", models.JSONField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("published_at", models.DateTimeField(auto_now_add=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["portfolio", "-number"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("portfolio", "number"), name="workflow_numbers_are_unique"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "remaining_cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Money still to be spent.",
                        max_digits=16,
                        null=True,
                    ),
                ),
                (
                    "launch_cost",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Of bringing it to its users once it works.",
                        max_digits=16,
                        null=True,
                    ),
                ),
                (
                    "cost_currency",
                    models.CharField(blank=True, help_text="Empty: that of the portfolio.", max_length=3),
                ),
                ("chance_of_use", models.PositiveSmallIntegerField(blank=True, null=True)),
                (
                    "mandatory",
                    models.CharField(
                        blank=True,
                        help_text="The regulation or contract that demands it.",
                        max_length=200,
                        verbose_name="has to be done",
                    ),
                ),
                ("vendor_name", models.CharField(blank=True, max_length=200)),
                (
                    "metric_realised",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                ("p05_on", models.DateField(blank=True, editable=False, null=True)),
                ("p50_on", models.DateField(blank=True, editable=False, null=True)),
                ("p80_on", models.DateField(blank=True, editable=False, null=True)),
                ("p95_on", models.DateField(blank=True, editable=False, null=True)),
                ("p_on_time", models.FloatField(blank=True, editable=False, null=True)),
                ("forecast_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("is_generated", models.BooleanField(default=False, editable=False)),
                ("decides_about_people", models.BooleanField(blank=True, null=True)),
                (
                    "human_review",
                    models.BooleanField(blank=True, null=True, verbose_name="a person reviews each decision"),
                ),
                (
                    "acts_automatically",
                    models.BooleanField(blank=True, null=True, verbose_name="acts without a person"),
                ),
                (
                    "safety_relevant",
                    models.BooleanField(
                        blank=True, null=True, verbose_name="somebody's safety depends on it"
                    ),
                ),
                (
                    "customer_facing",
                    models.BooleanField(blank=True, null=True, verbose_name="customers see it"),
                ),
                (
                    "users_affected",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="people affected"),
                ),
                (
                    "expectation",
                    models.TextField(
                        blank=True,
                        help_text="Range of quality and date, and what will not be done.",
                        verbose_name="expectation statement",
                    ),
                ),
                ("data_sources", models.TextField(blank=True, help_text="One source on each line.")),
                (
                    "model_version",
                    models.CharField(
                        blank=True, help_text="The major version that signatures are about.", max_length=60
                    ),
                ),
                (
                    "first_exposure_on",
                    models.DateField(blank=True, null=True, verbose_name="first live exposure"),
                ),
                (
                    "metric_measured_on",
                    models.DateField(blank=True, null=True, verbose_name="business metric measured"),
                ),
                (
                    "monitoring_seen_on",
                    models.DateField(blank=True, null=True, verbose_name="monitoring last seen"),
                ),
                (
                    "capacity_fte",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="Full-time people.",
                        max_digits=6,
                        null=True,
                        verbose_name="people at work",
                    ),
                ),
                ("checklists", models.JSONField(blank=True, default=dict)),
                ("measurements", models.JSONField(blank=True, default=dict)),
                (
                    "recertify_on",
                    models.DateField(blank=True, help_text="The next recertification is due.", null=True),
                ),
                (
                    "stated_on",
                    models.DateField(
                        blank=True,
                        help_text="When the sponsor expects it live.",
                        null=True,
                        verbose_name="date that the sponsor states",
                    ),
                ),
                (
                    "stated_value",
                    models.DecimalField(
                        blank=True,
                        decimal_places=2,
                        help_text="A year, in the currency of the portfolio.",
                        max_digits=16,
                        null=True,
                        verbose_name="value that the sponsor states",
                    ),
                ),
                ("pivoted_on", models.DateField(blank=True, editable=False, null=True)),
                (
                    "pivot_stage",
                    models.CharField(
                        blank=True, editable=False, help_text="The standard code.", max_length=12
                    ),
                ),
                (
                    "leakage_reviewed_on",
                    models.DateField(blank=True, null=True, verbose_name="leakage reviewed"),
                ),
                ("audited_on", models.DateField(blank=True, null=True, verbose_name="pipeline audited")),
                ("signals", models.JSONField(blank=True, default=dict)),
                ("metric_pairs", models.JSONField(blank=True, default=dict)),
                ("flags_due_at", models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                (
                    "portfolio",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="projects.portfolio",
                    ),
                ),
                ("key", models.CharField(max_length=20, unique=True)),
                ("name", models.CharField(max_length=200)),
                ("problem", models.TextField(blank=True)),
                ("description", models.TextField(blank=True)),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="projects.businessunit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="owned_projects",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
                (
                    "workflow",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="projects.workflowversion",
                    ),
                ),
                ("stage", models.CharField(max_length=40)),
                (
                    "standard_stage",
                    models.CharField(
                        choices=[
                            ("idea", "idea"),
                            ("framing", "framing"),
                            ("data", "data"),
                            ("poc", "poc"),
                            ("mvp", "mvp"),
                            ("validation", "validation"),
                            ("pilot", "pilot"),
                            ("production", "production"),
                        ],
                        max_length=12,
                    ),
                ),
                ("furthest_stage", models.CharField(max_length=40)),
                ("stage_since", models.DateTimeField(default=django.utils.timezone.now)),
                ("stage_shift", models.DurationField(default=datetime.timedelta)),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                (
                    "status",
                    models.CharField(
                        choices=[("active", "Active"), ("on_hold", "On hold")], default="active", max_length=8
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("in_production", "In production"),
                            ("retired", "Retired"),
                            ("stopped", "Stopped"),
                        ],
                        default="open",
                        max_length=14,
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("ever_in_production", models.BooleanField(default=False)),
                ("hold_since", models.DateTimeField(blank=True, null=True)),
                ("resume_on", models.DateField(blank=True, null=True)),
                (
                    "review_due_on",
                    models.DateField(blank=True, help_text="Review of a rollback is due.", null=True),
                ),
                ("gate_planned_on", models.DateField(blank=True, null=True)),
                (
                    "health",
                    models.CharField(
                        choices=[
                            ("on_track", "On track"),
                            ("at_risk", "At risk"),
                            ("off_track", "Off track"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                (
                    "last_update_at",
                    models.DateTimeField(
                        blank=True, help_text="When somebody last said something.", null=True
                    ),
                ),
                (
                    "flag_level",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "No flag"), (1, "Warning"), (2, "Critical")], default=0, editable=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("existing", "Refresh of a live model"),
                            ("new", "First model for an existing process"),
                            ("revolutionary", "New process"),
                        ],
                        max_length=14,
                    ),
                ),
                (
                    "tier",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
                        max_length=6,
                    ),
                ),
                (
                    "ai_act_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("prohibited_check", "Check: possibly prohibited"),
                            ("high", "High risk"),
                            ("limited", "Transparency duties"),
                            ("gpai", "General-purpose model provider"),
                            ("minimal", "Minimal"),
                        ],
                        max_length=16,
                    ),
                ),
                ("personal_data", models.BooleanField(blank=True, null=True)),
                ("llm", models.BooleanField(blank=True, null=True, verbose_name="LLM or RAG")),
                (
                    "vendor",
                    models.BooleanField(blank=True, null=True, verbose_name="vendor or third-party model"),
                ),
                ("metric_name", models.CharField(blank=True, max_length=200)),
                ("metric_unit", models.CharField(blank=True, max_length=40)),
                (
                    "metric_direction",
                    models.CharField(
                        blank=True,
                        choices=[("up", "Higher is better"), ("down", "Lower is better")],
                        max_length=4,
                    ),
                ),
                (
                    "metric_baseline",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                (
                    "metric_target",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=20, null=True),
                ),
                ("metric_target_on", models.DateField(blank=True, null=True)),
                ("metric_owner", models.CharField(blank=True, max_length=150)),
                ("ml_metric", models.CharField(blank=True, max_length=300)),
                ("objective", models.TextField(blank=True, verbose_name="ML objective")),
                (
                    "metric_is_measured",
                    models.BooleanField(blank=True, null=True, verbose_name="baseline is measured"),
                ),
                (
                    "metric_method_agreed",
                    models.BooleanField(blank=True, null=True, verbose_name="method of measuring is agreed"),
                ),
                ("metric_link", models.TextField(blank=True)),
                ("guardrails", models.TextField(blank=True)),
                ("value_low", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("value_likely", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                ("value_high", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                (
                    "strategic",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="strategic fit"),
                ),
                ("reach", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("committed_on", models.DateField(blank=True, null=True)),
                ("risk", models.FloatField(blank=True, editable=False, null=True)),
                ("impact", models.FloatField(blank=True, editable=False, null=True)),
                ("p_production", models.FloatField(blank=True, editable=False, null=True)),
                ("confidence", models.FloatField(blank=True, editable=False, null=True)),
                ("annual_value", models.FloatField(blank=True, editable=False, null=True)),
                ("quadrant", models.CharField(blank=True, editable=False, max_length=12)),
                ("has_critical_gap", models.BooleanField(default=False, editable=False)),
                ("is_borderline", models.BooleanField(default=False, editable=False)),
                ("is_unproven", models.BooleanField(default=False, editable=False)),
                ("high_risk", models.BooleanField(blank=True, editable=False, null=True)),
                ("high_impact", models.BooleanField(blank=True, editable=False, null=True)),
                ("scored_at", models.DateTimeField(blank=True, editable=False, null=True)),
                ("source", models.JSONField(blank=True, default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("archived_at", models.DateTimeField(blank=True, null=True)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["key"],
                "indexes": [
                    models.Index(fields=["portfolio", "name"], name="project_by_name"),
                    models.Index(
                        models.OrderBy(models.F("flag_level"), descending=True),
                        models.Case(
                            models.When(health="off_track", then=models.Value(0)),
                            models.When(health="at_risk", then=models.Value(1)),
                            models.When(health="unknown", then=models.Value(2)),
                            models.When(health="on_track", then=models.Value(3)),
                            default=models.Value(4),
                            output_field=models.IntegerField(),
                        ),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_flag_level",
                    ),
                    models.Index(
                        django.db.models.functions.comparison.Coalesce(
                            "last_update_at",
                            models.Value(datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)),
                        ),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_last_word",
                    ),
                    models.Index(
                        django.db.models.functions.text.Lower("name"),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_folded_name",
                    ),
                    models.Index(
                        models.Case(
                            models.When(standard_stage="idea", then=models.Value(0)),
                            models.When(standard_stage="framing", then=models.Value(1)),
                            models.When(standard_stage="data", then=models.Value(2)),
                            models.When(standard_stage="poc", then=models.Value(3)),
                            models.When(standard_stage="mvp", then=models.Value(4)),
                            models.When(standard_stage="validation", then=models.Value(5)),
                            models.When(standard_stage="pilot", then=models.Value(6)),
                            models.When(standard_stage="production", then=models.Value(7)),
                            default=models.Value(8),
                            output_field=models.IntegerField(),
                        ),
                        models.F("stage"),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_place",
                    ),
                    models.Index(
                        models.F("outcome"),
                        models.F("status"),
                        models.F("gate_planned_on"),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(("archived_at__isnull", True), ("deleted_at", None)),
                        name="project_by_state",
                    ),
                    models.Index(
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(("archived_at__isnull", False), ("deleted_at", None)),
                        name="project_put_away",
                    ),
                    models.Index(
                        models.OrderBy(
                            django.db.models.functions.comparison.Coalesce(
                                "risk", models.Value(-1.0), output_field=models.FloatField()
                            ),
                            descending=True,
                        ),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_risk",
                    ),
                    models.Index(
                        models.OrderBy(
                            django.db.models.functions.comparison.Coalesce(
                                "impact", models.Value(-1.0), output_field=models.FloatField()
                            ),
                            descending=True,
                        ),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_impact",
                    ),
                    models.Index(
                        models.F("quadrant"),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_quadrant",
                    ),
                    models.Index(
                        models.OrderBy(
                            django.db.models.functions.comparison.Coalesce(
                                "p_production", models.Value(-1.0), output_field=models.FloatField()
                            ),
                            descending=True,
                        ),
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                        ),
                        name="project_by_chance",
                    ),
                    models.Index(
                        models.F("portfolio_id"),
                        models.F("id"),
                        condition=models.Q(
                            ("archived_at__isnull", True),
                            ("deleted_at", None),
                            ("outcome__in", ["open", "in_production"]),
                            ("has_critical_gap", True),
                        ),
                        name="project_with_gap",
                    ),
                    models.Index(fields=["flags_due_at"], name="projects_whose_flags_are_due"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "standard_stage__in",
                                [
                                    "idea",
                                    "framing",
                                    "data",
                                    "poc",
                                    "mvp",
                                    "validation",
                                    "pilot",
                                    "production",
                                ],
                            )
                        ),
                        name="standard_stage_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status__in", ["active", "on_hold"])), name="status_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["open", "in_production", "retired", "stopped"])),
                        name="outcome_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("health__in", ["on_track", "at_risk", "off_track", "unknown"])),
                        name="health_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("hold_since", None), ("resume_on", None), ("status", "active")),
                            models.Q(
                                ("hold_since__isnull", False),
                                ("resume_on__isnull", False),
                                ("status", "on_hold"),
                            ),
                            _connector="OR",
                        ),
                        name="a_hold_has_a_resume_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at", None), ("outcome__in", ["open", "in_production"])),
                            models.Q(("ended_at__isnull", False), ("outcome__in", ["retired", "stopped"])),
                            _connector="OR",
                        ),
                        name="an_ended_project_has_its_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("flag_level__in", [0, 1, 2])), name="flag_level_is_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("strategic", None), ("strategic__lte", 4), _connector="OR"),
                        name="strategic_fit_is_at_most_four",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reach", None), ("reach__lte", 4), _connector="OR"),
                        name="reach_is_at_most_four",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("value_low", None), ("value_low__gte", 0), _connector="OR"),
                            models.Q(("value_likely", None), ("value_likely__gte", 0), _connector="OR"),
                            models.Q(("value_high", None), ("value_high__gte", 0), _connector="OR"),
                        ),
                        name="a_value_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("value_low", None),
                                ("value_likely", None),
                                ("value_low__lte", models.F("value_likely")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("value_likely", None),
                                ("value_high", None),
                                ("value_likely__lte", models.F("value_high")),
                                _connector="OR",
                            ),
                            models.Q(
                                ("value_low", None),
                                ("value_high", None),
                                ("value_low__lte", models.F("value_high")),
                                _connector="OR",
                            ),
                        ),
                        name="values_rise_from_low_to_high",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("remaining_cost", None), ("remaining_cost__gte", 0), _connector="OR"),
                            models.Q(("launch_cost", None), ("launch_cost__gte", 0), _connector="OR"),
                        ),
                        name="a_cost_is_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("chance_of_use", None), ("chance_of_use__lte", 100), _connector="OR"
                        ),
                        name="chance_of_use_is_a_percentage",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delegation",
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
                        related_name="delegations",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SP", "Business sponsor"),
                            ("PO", "Product owner"),
                            ("ML", "Data and ML lead"),
                            ("DS", "Data steward"),
                            ("EN", "Engineering and MLOps lead"),
                            ("SE", "Security"),
                            ("PR", "Privacy"),
                            ("LE", "Legal and compliance"),
                            ("RV", "Independent risk validator"),
                            ("OW", "Operations owner"),
                            ("DX", "Domain expert or user representative"),
                            ("PM", "Portfolio manager"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegations_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="delegations_held",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("from_on", models.DateField()),
                ("to_on", models.DateField()),
                (
                    "unit",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="projects.businessunit",
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=300)),
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
                ("ended_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-to_on", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at", None)),
                        fields=["deputy", "to_on"],
                        name="delegations_held",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_on__gte", models.F("from_on"))),
                        name="a_delegation_ends_later",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("deputy")), _negated=True),
                        name="nobody_is_their_own_deputy",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["SP", "PO", "ML", "DS", "EN", "SE", "PR", "LE", "RV", "OW", "DX", "PM"],
                            )
                        ),
                        name="delegated_role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Supply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "capability",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supplies",
                        to="projects.capability",
                    ),
                ),
                ("from_month", models.DateField(help_text="The first of a month.")),
                ("fte", models.DecimalField(decimal_places=2, max_digits=7)),
            ],
            options={
                "ordering": ["capability", "from_month"],
                "constraints": [
                    models.UniqueConstraint(fields=("capability", "from_month"), name="one_supply_a_month"),
                    models.CheckConstraint(
                        condition=models.Q(("fte__gte", 0)), name="a_supply_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("from_month__day", 1)), name="a_supply_begins_with_its_month"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkflowDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "portfolio",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="workflow_draft",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "based_on",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="projects.workflowversion",
                    ),
                ),
                ("text", models.TextField(help_text="YAML, as its author wrote it.")),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "edited_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("edited_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                ("review_note", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="Blocker",
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
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="blockers",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="blockers",
                        to="projects.project",
                    ),
                ),
                ("title", models.CharField(max_length=200)),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("stewardship", "Stewardship"),
                            ("stakeholder_alignment", "Stakeholder alignment"),
                            ("expectations_hype", "Expectations and hype"),
                            ("planning", "Planning"),
                            ("budget", "Budget"),
                            ("legal_compliance", "Legal and compliance"),
                            ("security_review", "Security review"),
                            ("data_access", "Data access"),
                            ("change_adoption", "Change and adoption"),
                            ("skills", "Skills"),
                            ("vendor_procurement", "Vendor and procurement"),
                            ("org_dependency", "Other teams"),
                            ("other", "Other"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("low", "Low"),
                            ("medium", "Medium"),
                            ("high", "High"),
                            ("critical", "Critical"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="owned_blockers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decision_from", models.CharField(blank=True, max_length=150)),
                ("decision_email", models.EmailField(blank=True, max_length=254)),
                ("gate", models.CharField(blank=True, help_text="The gate that it holds up.", max_length=10)),
                ("workaround", models.TextField(blank=True)),
                (
                    "waiting_for",
                    models.CharField(
                        blank=True, help_text="Somebody outside; no clock stops.", max_length=200
                    ),
                ),
                ("expected_on", models.DateField(blank=True, null=True)),
                (
                    "raised_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("raised_on", models.DateField()),
                ("raised_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("respond_by", models.DateField()),
                ("responded_on", models.DateField(blank=True, null=True)),
                ("due_on", models.DateField()),
                ("step_1_on", models.DateField(blank=True, null=True)),
                ("step_2_on", models.DateField(blank=True, null=True)),
                ("step_3_on", models.DateField(blank=True, null=True)),
                ("level", models.PositiveSmallIntegerField(default=0)),
                (
                    "acted",
                    models.PositiveSmallIntegerField(default=0, help_text="The last step that was acted on."),
                ),
                ("next_step_on", models.DateField(blank=True, null=True)),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("solved", "Solved"),
                            ("accepted", "Accepted"),
                            ("avoided", "Avoided"),
                            ("obsolete", "Obsolete"),
                        ],
                        max_length=10,
                    ),
                ),
                ("resolved_on", models.DateField(blank=True, null=True)),
                (
                    "resolved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("resolution_note", models.TextField(blank=True)),
                ("accepted_by", models.JSONField(blank=True, default=dict)),
                (
                    "named_at",
                    models.DateTimeField(
                        blank=True, help_text="When a gate took an accepted one along.", null=True
                    ),
                ),
                ("reopened", models.PositiveSmallIntegerField(default=0)),
                (
                    "is_shared",
                    models.BooleanField(
                        default=False, help_text="A portfolio blocker: it stops several projects."
                    ),
                ),
                (
                    "shared_owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("search_text", models.TextField(blank=True, editable=False)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "affected",
                    models.ManyToManyField(blank=True, related_name="blocked_by", to="projects.project"),
                ),
            ],
            options={
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(fields=["project", "resolved_on"], name="blockers_of_a_project"),
                    models.Index(
                        condition=models.Q(("resolved_on", None)),
                        fields=["next_step_on"],
                        name="blockers_that_rise_next",
                    ),
                    models.Index(
                        condition=models.Q(("resolved_on", None)),
                        fields=["portfolio", "due_on"],
                        name="open_blockers_by_deadline",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["low", "medium", "high", "critical"])),
                        name="severity_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "category__in",
                                [
                                    "stewardship",
                                    "stakeholder_alignment",
                                    "expectations_hype",
                                    "planning",
                                    "budget",
                                    "legal_compliance",
                                    "security_review",
                                    "data_access",
                                    "change_adoption",
                                    "skills",
                                    "vendor_procurement",
                                    "org_dependency",
                                    "other",
                                ],
                            )
                        ),
                        name="category_is_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("level__lte", 3)), name="levels_end_at_three"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolution", ""), ("resolved_on", None)),
                            models.Q(
                                models.Q(("resolution", ""), _negated=True),
                                ("resolved_on__gte", models.F("raised_on")),
                            ),
                            _connector="OR",
                        ),
                        name="a_blocker_is_resolved_after_it_was_raised",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="evidence",
                        to="projects.project",
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                ("title", models.CharField(max_length=200)),
                (
                    "gate",
                    models.CharField(
                        blank=True, help_text="The gate that it was brought for.", max_length=12
                    ),
                ),
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
                ("removed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "removed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["kind", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("removed_at", None)),
                        fields=["project", "kind"],
                        name="evidence_of_a_project",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Forecast",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="forecasts",
                        to="projects.project",
                    ),
                ),
                ("on", models.DateField()),
                (
                    "occasion",
                    models.CharField(
                        choices=[("gate", "At a gate"), ("month_end", "At the end of a month")], max_length=9
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("stage", models.CharField(help_text="The standard code.", max_length=12)),
                ("p_production", models.FloatField()),
                ("p_within_year", models.FloatField()),
                ("committed_on", models.DateField(blank=True, null=True)),
                ("p_on_time", models.FloatField(blank=True, null=True)),
                ("p50_on", models.DateField(blank=True, null=True)),
                ("p80_on", models.DateField(blank=True, null=True)),
                ("p95_on", models.DateField(blank=True, null=True)),
                ("seed", models.BigIntegerField()),
                ("runs", models.PositiveIntegerField()),
                ("model_version", models.CharField(max_length=60)),
                ("is_generated", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["project", "-on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "on", "occasion"), name="one_forecast_an_occasion"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("p_production__gte", 0), ("p_production__lte", 1)),
                        name="a_chance_is_between_none_and_sure",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="holds",
                        to="projects.project",
                    ),
                ),
                ("reason", models.TextField()),
                ("since", models.DateTimeField()),
                ("resume_on", models.DateField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["-since", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("project",), name="one_open_hold"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="moves",
                        to="projects.project",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("advance", "Advance"),
                            ("back", "Move back"),
                            ("hold", "Put on hold"),
                            ("resume", "Resume"),
                            ("stop", "Stop"),
                            ("restart", "Restart"),
                            ("rollback", "Roll back"),
                            ("retire", "Retire"),
                            ("report", "Reported"),
                            ("migrate", "Workflow changed"),
                            ("recertify", "Certified again"),
                        ],
                        max_length=9,
                    ),
                ),
                ("from_stage", models.CharField(blank=True, max_length=40)),
                ("to_stage", models.CharField(max_length=40)),
                ("reason_code", models.CharField(blank=True, max_length=40)),
                ("note", models.TextField(blank=True)),
                ("until", models.DateField(blank=True, null=True)),
                (
                    "approver",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("obstacles", models.JSONField(default=list)),
                ("gate_examined", models.BooleanField(default=True)),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("go", "Go"),
                            ("go_with_conditions", "Go with conditions"),
                            ("hold", "Hold"),
                            ("recycle", "Recycle"),
                            ("kill", "Kill"),
                        ],
                        max_length=18,
                    ),
                ),
                ("gates", models.JSONField(default=list)),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("source", models.CharField(blank=True, max_length=100)),
                ("external_id", models.CharField(blank=True, max_length=200)),
                ("body_hash", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["project", "-at"], name="moves_of_a_project")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("external_id", ""), _negated=True),
                        fields=("project", "source", "external_id"),
                        name="an_external_move_comes_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Packet",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="packets",
                        to="projects.project",
                    ),
                ),
                ("gate", models.CharField(max_length=12)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.TextField()),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "gate", "sha256"), name="a_packet_is_kept_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Flag",
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
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="flags",
                        to="projects.project",
                    ),
                ),
                ("rule", models.CharField(max_length=24)),
                ("subject", models.CharField(blank=True, max_length=60)),
                (
                    "severity",
                    models.CharField(choices=[("warn", "Warning"), ("critical", "Critical")], max_length=8),
                ),
                ("rule_version", models.PositiveSmallIntegerField()),
                ("label", models.CharField(max_length=80)),
                ("facts", models.JSONField(default=dict)),
                ("opened_at", models.DateTimeField()),
                ("severity_since", models.DateTimeField()),
                ("cleared_at", models.DateTimeField(blank=True, null=True)),
                ("flaps", models.PositiveSmallIntegerField(default=0)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("escalated_at", models.DateTimeField(blank=True, null=True)),
                (
                    "snoozed_until",
                    models.DateField(blank=True, help_text="The last day on which it sleeps.", null=True),
                ),
                (
                    "snoozed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("snoozed_at", models.DateTimeField(blank=True, null=True)),
                ("snooze_reason", models.CharField(blank=True, max_length=300)),
                ("snoozes", models.PositiveSmallIntegerField(default=0, help_text="How often in a row.")),
            ],
            options={
                "ordering": ["project", "rule", "pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("cleared_at", None)),
                        fields=["project"],
                        name="open_flags_of_a_project",
                    ),
                    models.Index(
                        condition=models.Q(("cleared_at", None)),
                        fields=["rule", "project"],
                        name="open_flags_of_a_rule",
                    ),
                    models.Index(fields=["portfolio", "rule", "-opened_at"], name="flags_of_a_portfolio"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at", None)),
                        fields=("rule", "project", "subject"),
                        name="an_open_flag_is_unique",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("cleared_at", None), ("project", None)),
                        fields=("rule", "portfolio", "subject"),
                        name="an_open_flag_of_a_stage_is_unique",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Event",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=40)),
                (
                    "portfolio",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="projects.portfolio",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="projects.project",
                    ),
                ),
                (
                    "actor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("door", models.CharField(max_length=10)),
                ("by_machine", models.BooleanField(default=False)),
                ("request_id", models.CharField(blank=True, max_length=36)),
                ("payload", models.JSONField(default=dict)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("position", models.BigIntegerField(null=True, unique=True)),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [
                    models.Index(fields=["project", "-at", "-id"], name="events_of_a_project"),
                    models.Index(fields=["portfolio", "position"], name="feed_of_a_portfolio"),
                    models.Index(
                        condition=models.Q(("position", None)), fields=["id"], name="events_without_a_place"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("needs", "Needs"), ("either_or", "Either this or")], max_length=9
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="links",
                        to="projects.project",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="linked_from",
                        to="projects.project",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["project", "kind", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "kind", "other"), name="a_link_is_drawn_once"),
                    models.CheckConstraint(
                        condition=models.Q(("project", models.F("other")), _negated=True),
                        name="a_link_has_two_ends",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["needs", "either_or"])), name="link_kind_is_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Follow",
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
                        related_name="follows",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="followers",
                        to="projects.project",
                    ),
                ),
                (
                    "view",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="follows",
                        to="projects.savedview",
                    ),
                ),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("user", "project"), name="a_project_is_followed_once"),
                    models.UniqueConstraint(fields=("user", "view"), name="a_view_is_followed_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project", None), ("view__isnull", False)),
                            models.Q(("project__isnull", False), ("view", None)),
                            _connector="OR",
                        ),
                        name="one_thing_is_followed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Score",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="scores",
                        to="projects.project",
                    ),
                ),
                ("on", models.DateField()),
                ("at", models.DateTimeField()),
                ("model_version", models.CharField(max_length=60)),
                (
                    "scorecard",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.scorecardversion",
                    ),
                ),
                ("risk", models.FloatField()),
                ("impact", models.FloatField()),
                ("p_production", models.FloatField()),
                ("confidence", models.FloatField()),
                (
                    "quadrant",
                    models.CharField(
                        choices=[
                            ("quick_win", "Quick win"),
                            ("big_bet", "Big bet"),
                            ("fill_in", "Fill-in"),
                            ("reconsider", "Reconsider"),
                            ("intake", "Intake"),
                            ("unassessed", "Unassessed"),
                        ],
                        max_length=12,
                    ),
                ),
                ("has_critical_gap", models.BooleanField()),
                ("pitfalls", models.JSONField()),
                ("record", models.JSONField()),
            ],
            options={
                "ordering": ["project", "-on"],
                "constraints": [models.UniqueConstraint(fields=("project", "on"), name="one_score_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Spell",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="spells",
                        to="projects.project",
                    ),
                ),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                ("stage", models.CharField(max_length=40)),
                ("standard_stage", models.CharField(max_length=12)),
                ("entered_at", models.DateTimeField()),
                ("precision", models.CharField(default="day", max_length=5)),
                ("left_at", models.DateTimeField(blank=True, null=True)),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("advance", "Advance"),
                            ("back", "Move back"),
                            ("hold", "Put on hold"),
                            ("resume", "Resume"),
                            ("stop", "Stop"),
                            ("restart", "Restart"),
                            ("rollback", "Roll back"),
                            ("retire", "Retire"),
                            ("report", "Reported"),
                            ("migrate", "Workflow changed"),
                            ("recertify", "Certified again"),
                        ],
                        max_length=9,
                    ),
                ),
                ("held", models.DurationField(default=datetime.timedelta)),
            ],
            options={
                "ordering": ["project", "entered_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("left_at", None)), fields=("project",), name="one_open_spell"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at", None), ("left_at__gte", models.F("entered_at")), _connector="OR"
                        ),
                        name="a_spell_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StatusUpdate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="updates",
                        to="projects.project",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "health",
                    models.CharField(
                        choices=[
                            ("on_track", "On track"),
                            ("at_risk", "At risk"),
                            ("off_track", "Off track"),
                        ],
                        max_length=10,
                    ),
                ),
                ("text", models.TextField()),
                ("next_step", models.TextField(blank=True)),
                ("at_risk", models.TextField(blank=True)),
                ("next_proof_on", models.DateField(blank=True, null=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="projects.statusupdate",
                    ),
                ),
                ("stage", models.CharField(max_length=40)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["project", "-at"], name="updates_of_a_project")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("health__in", ["on_track", "at_risk", "off_track"])),
                        name="an_update_states_a_health",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("corrects__isnull", False)),
                        fields=("corrects",),
                        name="an_update_is_corrected_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TeamRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team",
                        to="projects.project",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="team_roles",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SP", "Business sponsor"),
                            ("PO", "Product owner"),
                            ("ML", "Data and ML lead"),
                            ("DS", "Data steward"),
                            ("EN", "Engineering and MLOps lead"),
                            ("SE", "Security"),
                            ("PR", "Privacy"),
                            ("LE", "Legal and compliance"),
                            ("RV", "Independent risk validator"),
                            ("OW", "Operations owner"),
                            ("DX", "Domain expert or user representative"),
                            ("PM", "Portfolio manager"),
                        ],
                        max_length=2,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "ordering": ["project", "role", "pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "user", "role"), name="a_role_is_held_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["SP", "PO", "ML", "DS", "EN", "SE", "PR", "LE", "RV", "OW", "DX", "PM"],
                            )
                        ),
                        name="project_role_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Todo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="todos",
                        to="projects.project",
                    ),
                ),
                ("text", models.CharField(max_length=300)),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="todos",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                ("link", models.URLField(blank=True, help_text="In an issue tracker.", max_length=500)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("free", "Added by hand"),
                            ("mitigation", "Would lower the risk"),
                            ("gate", "Condition of a gate"),
                            ("blocker", "Blocker"),
                        ],
                        default="free",
                        max_length=10,
                    ),
                ),
                ("ref", models.CharField(blank=True, max_length=20)),
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
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "done_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["due_on", "pk"],
                "indexes": [
                    models.Index(fields=["project", "done_at"], name="todos_of_a_project"),
                    models.Index(
                        condition=models.Q(("done_at", None)),
                        fields=["owner", "due_on"],
                        name="open_todos_of_a_person",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("source__in", ["free", "mitigation", "gate", "blocker"])),
                        name="todo_source_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Waiver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="waivers",
                        to="projects.project",
                    ),
                ),
                ("from_stage", models.CharField(max_length=40)),
                ("to_stage", models.CharField(max_length=40)),
                ("gates", models.JSONField()),
                ("reason", models.TextField()),
                ("expires_on", models.DateField()),
                (
                    "manager",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "sponsor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("signed_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-created_at", "-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("manager", None),
                            ("sponsor", None),
                            models.Q(("manager", models.F("sponsor")), _negated=True),
                            _connector="OR",
                        ),
                        name="a_waiver_has_two_signers",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ProjectDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="projects.project",
                    ),
                ),
                (
                    "portfolio",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="project_days",
                        to="projects.portfolio",
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField(blank=True, null=True)),
                ("is_generated", models.BooleanField(default=False)),
                ("name", models.CharField(max_length=200)),
                (
                    "unit",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="projects.businessunit",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.workflowversion",
                    ),
                ),
                ("stage", models.CharField(max_length=40)),
                ("standard_stage", models.CharField(max_length=12)),
                ("stage_since", models.DateTimeField()),
                ("stage_shift", models.DurationField()),
                ("hold_since", models.DateTimeField(null=True)),
                ("status", models.CharField(max_length=8)),
                ("outcome", models.CharField(max_length=14)),
                ("health", models.CharField(max_length=10)),
                ("flag_level", models.PositiveSmallIntegerField(default=0)),
                ("kind", models.CharField(blank=True, max_length=14)),
                ("tier", models.CharField(blank=True, max_length=6)),
                ("ai_act_class", models.CharField(blank=True, max_length=16)),
                ("metric_name", models.CharField(blank=True, max_length=200)),
                ("committed_on", models.DateField(null=True)),
                ("risk", models.FloatField(null=True)),
                ("impact", models.FloatField(null=True)),
                ("p_production", models.FloatField(null=True)),
                ("confidence", models.FloatField(null=True)),
                ("annual_value", models.FloatField(null=True)),
                ("quadrant", models.CharField(blank=True, max_length=12)),
                ("has_critical_gap", models.BooleanField(default=False)),
                ("is_borderline", models.BooleanField(default=False)),
                ("is_unproven", models.BooleanField(default=False)),
                ("pitfalls", models.JSONField(default=dict)),
                ("unknown_points", models.FloatField(null=True)),
                ("answers", models.JSONField(default=dict)),
                ("open_blockers", models.PositiveIntegerField(default=0)),
                ("capacity_fte", models.DecimalField(decimal_places=2, max_digits=6, null=True)),
                ("remaining_cost", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("mandatory", models.CharField(blank=True, max_length=200)),
                ("vendor_name", models.CharField(blank=True, max_length=200)),
                ("data_sources", models.TextField(blank=True)),
                ("p50_on", models.DateField(null=True)),
                ("p80_on", models.DateField(null=True)),
                ("p95_on", models.DateField(null=True)),
                ("p_on_time", models.FloatField(null=True)),
            ],
            options={
                "ordering": ["project", "since"],
                "indexes": [models.Index(fields=["portfolio", "since", "until"], name="days_of_a_portfolio")],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "since"), name="one_row_a_day"),
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)),
                        fields=("project",),
                        name="one_row_that_still_holds",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("until", None), ("until__gte", models.F("since")), _connector="OR"
                        ),
                        name="a_row_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Assessment",
            fields=[
                (
                    "project",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="assessment",
                        serialize=False,
                        to="projects.project",
                    ),
                ),
                ("answers", models.JSONField(default=dict)),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, help_text="When somebody last answered.", null=True),
                ),
                ("model_version", models.CharField(blank=True, max_length=60)),
                (
                    "scorecard",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="projects.scorecardversion",
                    ),
                ),
                ("record", models.JSONField(default=dict)),
                ("result", models.JSONField(default=dict)),
                ("scored_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="answers",
                        to="projects.project",
                    ),
                ),
                ("question", models.CharField(max_length=12)),
                (
                    "letter",
                    models.CharField(
                        choices=[
                            ("Y", "Yes, shown"),
                            ("C", "Yes, claimed"),
                            ("P", "Partly"),
                            ("T", "Not yet, planned"),
                            ("N", "No"),
                            ("U", "Not known"),
                            ("X", "Not applicable"),
                        ],
                        max_length=1,
                    ),
                ),
                ("evidence", models.TextField(blank=True, help_text="A link, or where to look.")),
                ("evidence_until", models.DateField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("given_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("confirmed_on", models.DateField()),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["project", "question", "-given_at", "-pk"],
                "indexes": [
                    models.Index(fields=["project", "question", "-given_at"], name="answers_of_a_project")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("project", "question"),
                        name="a_question_has_one_answer",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("letter__in", ("Y", "C", "P", "T", "N", "U", "X"))),
                        name="an_answer_is_a_letter",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("letter", "X"), _negated=True),
                            models.Q(("reason", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="not_applicable_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Comment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comments",
                        to="projects.project",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("deleted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mentions",
                    models.ManyToManyField(related_name="mentioned_in", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-at", "-pk"],
                "indexes": [models.Index(fields=["project", "-at"], name="comments_of_a_project")],
            },
        ),
        migrations.CreateModel(
            name="Demand",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="demands",
                        to="projects.project",
                    ),
                ),
                (
                    "capability",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="demands",
                        to="projects.capability",
                    ),
                ),
                ("fte", models.DecimalField(decimal_places=2, max_digits=6)),
                ("from_on", models.DateField(blank=True, null=True)),
                ("until_on", models.DateField(blank=True, null=True)),
            ],
            options={
                "ordering": ["project", "capability__name"],
                "constraints": [
                    models.UniqueConstraint(fields=("project", "capability"), name="a_demand_is_stated_once"),
                    models.CheckConstraint(
                        condition=models.Q(("fte__gte", 0)), name="a_demand_is_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("from_on", None),
                            ("until_on", None),
                            ("until_on__gte", models.F("from_on")),
                            _connector="OR",
                        ),
                        name="a_demand_ends_after_it_began",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BlockerNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "blocker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="projects.blocker",
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="EvidenceUse",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="uses",
                        to="projects.evidence",
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[("answer", "Answer"), ("criterion", "Criterion"), ("signoff", "Sign-off")],
                        max_length=9,
                    ),
                ),
                ("ref", models.CharField(max_length=60)),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "ordering": ["place", "ref", "pk"],
                "indexes": [models.Index(fields=["place", "ref"], name="evidence_by_place")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evidence", "place", "ref"), name="evidence_is_attached_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["answer", "criterion", "signoff"])),
                        name="evidence_place_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EvidenceVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="projects.evidence",
                    ),
                ),
                ("number", models.PositiveIntegerField(default=1)),
                (
                    "form",
                    models.CharField(
                        choices=[("file", "File"), ("link", "Link"), ("statement", "Statement")], max_length=9
                    ),
                ),
                ("sha256", models.CharField(max_length=64)),
                (
                    "file",
                    models.FileField(
                        blank=True, max_length=200, storage=projects.models.evidence.storage, upload_to=""
                    ),
                ),
                ("file_name", models.CharField(blank=True, max_length=200)),
                ("content_type", models.CharField(blank=True, max_length=100)),
                ("size", models.PositiveBigIntegerField(default=0, help_text="Bytes.")),
                ("url", models.URLField(blank=True, max_length=2000)),
                (
                    "text",
                    models.TextField(
                        blank=True, help_text="The statement, or what to know about the file or link."
                    ),
                ),
                (
                    "holds",
                    models.BooleanField(
                        blank=True, help_text="Of a statement: whether it is true.", null=True
                    ),
                ),
                (
                    "provenance",
                    models.CharField(
                        choices=[
                            ("primary", "First hand"),
                            ("secondary", "Second hand"),
                            ("ai_made", "Made by AI"),
                        ],
                        default="primary",
                        max_length=9,
                    ),
                ),
                (
                    "dated_on",
                    models.DateField(help_text="The day that it tells of; freshness counts from here."),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("by_machine", models.BooleanField(default=False)),
                ("replaced_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["evidence", "-number"],
                "indexes": [models.Index(fields=["sha256"], name="evidence_by_content")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("evidence", "number"), name="evidence_versions_are_counted"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("replaced_at", None)),
                        fields=("evidence",),
                        name="evidence_has_one_present_version",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("form__in", ["file", "link", "statement"])),
                        name="evidence_form_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("form", "statement"), _negated=True),
                            ("holds__isnull", False),
                            _connector="OR",
                        ),
                        name="a_statement_says_yes_or_no",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OutsideRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "blocker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="outside_requests",
                        to="projects.blocker",
                    ),
                ),
                ("name", models.CharField(blank=True, max_length=150)),
                ("email", models.EmailField(max_length=254)),
                (
                    "question",
                    models.TextField(blank=True, help_text="What the person who asks wrote to them."),
                ),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                (
                    "expected_on",
                    models.DateField(blank=True, help_text="By when they say it is done.", null=True),
                ),
                ("called_off_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Retrospective",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="retrospectives",
                        to="projects.project",
                    ),
                ),
                (
                    "move",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="retrospectives",
                        to="projects.move",
                    ),
                ),
                (
                    "pitfall",
                    models.CharField(blank=True, help_text="P1 to P5: which one decided.", max_length=12),
                ),
                ("happened", models.TextField(verbose_name="what happened")),
                ("lesson", models.TextField(verbose_name="what we would do again, or never")),
                ("team_effect", models.TextField(blank=True, verbose_name="what it did to the team")),
                ("sunk_cost", models.DecimalField(blank=True, decimal_places=2, max_digits=16, null=True)),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("is_generated", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ["-at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="signoffs",
                        to="projects.project",
                    ),
                ),
                ("gate", models.CharField(max_length=12)),
                ("attempt", models.PositiveSmallIntegerField(default=1)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("SP", "Business sponsor"),
                            ("PO", "Product owner"),
                            ("ML", "Data and ML lead"),
                            ("DS", "Data steward"),
                            ("EN", "Engineering and MLOps lead"),
                            ("SE", "Security"),
                            ("PR", "Privacy"),
                            ("LE", "Legal and compliance"),
                            ("RV", "Independent risk validator"),
                            ("OW", "Operations owner"),
                            ("DX", "Domain expert or user representative"),
                            ("PM", "Portfolio manager"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "is_binding",
                    models.BooleanField(default=True, help_text="False: feedback that was invited."),
                ),
                (
                    "packet",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signoffs",
                        to="projects.packet",
                    ),
                ),
                (
                    "requested_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("requested_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "note",
                    models.TextField(blank=True, help_text="What the requester wrote to whoever signs."),
                ),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("approved", "Approved"),
                            ("approved_with_conditions", "Approved with conditions"),
                            ("rejected", "Rejected"),
                            ("feedback_given", "Feedback given"),
                            ("recused", "Stood aside"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "signer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="signatures",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "acts_for",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("reason", models.TextField(blank=True)),
                ("would_change", models.TextField(blank=True, help_text="What would change a rejection.")),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("withdrawn_reason", models.TextField(blank=True)),
                ("superseded_at", models.DateTimeField(blank=True, null=True)),
                ("used_at", models.DateTimeField(blank=True, help_text="Its gate was passed.", null=True)),
                (
                    "lives_until",
                    models.DateField(blank=True, help_text="Until the next recertification.", null=True),
                ),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("told_hash", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(fields=["project", "gate"], name="signoffs_of_a_gate"),
                    models.Index(
                        condition=models.Q(("decision", ""), ("superseded_at", None), ("withdrawn_at", None)),
                        fields=["role", "requested_at"],
                        name="signoffs_that_wait",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", ""), ("superseded_at", None), ("withdrawn_at", None)),
                        fields=("project", "gate", "role"),
                        name="a_role_is_asked_once_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                ["SP", "PO", "ML", "DS", "EN", "SE", "PR", "LE", "RV", "OW", "DX", "PM"],
                            )
                        ),
                        name="signoff_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "decision__in",
                                [
                                    "",
                                    "approved",
                                    "approved_with_conditions",
                                    "rejected",
                                    "feedback_given",
                                    "recused",
                                ],
                            )
                        ),
                        name="decision_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decision", ""), ("signer", None)),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("signer__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_decision_has_its_signer",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Condition",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "signoff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="conditions",
                        to="projects.signoff",
                    ),
                ),
                ("text", models.CharField(max_length=500)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("before_gate", "Before this gate"),
                            ("before_next_gate", "Before the next gate"),
                            ("by_date", "By a date"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="conditions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("due_on", models.DateField(blank=True, null=True)),
                ("closed_on", models.DateField(blank=True, null=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("closing_note", models.TextField(blank=True)),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_on", None)),
                        fields=["owner", "due_on"],
                        name="open_conditions_of_a_person",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ("before_gate", "before_next_gate", "by_date"))),
                        name="condition_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "by_date"), _negated=True),
                            ("due_on__isnull", False),
                            _connector="OR",
                        ),
                        name="a_dated_condition_has_its_day",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="portfolio",
            name="scorecard",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="current_in",
                to="projects.scorecardversion",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="waiver",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves",
                to="projects.waiver",
            ),
        ),
        migrations.AddField(
            model_name="portfolio",
            name="workflow",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="current_in",
                to="projects.workflowversion",
            ),
        ),
    ]
