"""Persons are found by what somebody said no to, as their contacts do not hold it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("googlesync", "0009_persons")]

    operations = [
        migrations.AddField(model_name="link", name="left_keys", field=ArrayField(models.TextField(), null=True)),
        migrations.AddIndex(
            model_name="link",
            index=GinIndex(
                fields=["left_keys"], condition=models.Q(left_keys__isnull=False), name="link_left_keys"
            ),
        ),
    ]
