"""A link counts what persons did to it. A dormant one whose contact was purged would hide its person for ever."""

from django.db import migrations, models


def end_dormant_without_contact(apps, schema_editor):
    apps.get_model("googlesync", "Link").objects.filter(state="dormant", contact=None).delete()


class Migration(migrations.Migration):
    dependencies = [("googlesync", "0005_outage_told")]

    operations = [
        migrations.AddField(
            model_name="link", name="version", field=models.PositiveIntegerField(db_default=0, default=0)
        ),
        migrations.RunPython(end_dormant_without_contact, migrations.RunPython.noop),
    ]
