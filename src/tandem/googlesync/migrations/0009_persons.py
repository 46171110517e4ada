"""A sync with a scope sees any number of persons without a contact again."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("googlesync", "0008_deed")]

    operations = [
        migrations.AddField(
            model_name="run", name="persons", field=ArrayField(models.TextField(), default=list, db_default=[])
        ),
        migrations.RunSQL(
            "UPDATE googlesync_run SET persons = ARRAY[person] WHERE person <> ''", migrations.RunSQL.noop
        ),
        migrations.RemoveField(model_name="run", name="person"),
    ]
