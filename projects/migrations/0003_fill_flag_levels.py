from django.db import migrations


def fill(apps, schema_editor):
    """The level of every project that carries an open flag; the others keep none."""
    Project, Flag = apps.get_model("projects", "Project"), apps.get_model("projects", "Flag")
    using = schema_editor.connection.alias
    is_open = Flag.objects.using(using).filter(cleared_at=None)
    critical = is_open.filter(severity="critical")
    projects = Project.objects.using(using)
    projects.filter(pk__in=critical.values("project_id")).update(flag_level=2)
    projects.filter(pk__in=is_open.values("project_id"), flag_level=0).update(flag_level=1)


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_flag_levels")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop, elidable=True)]
