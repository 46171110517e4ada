"""An item that was held back and is approved."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("googlesync", "0006_link_version")]

    operations = [
        migrations.AlterField(
            model_name="deferred",
            name="reason",
            field=models.TextField(
                choices=[
                    ("wait", "WAIT"),
                    ("stale", "STALE"),
                    ("refused", "REFUSED"),
                    ("held", "HELD"),
                    ("approved", "APPROVED"),
                ]
            ),
        ),
    ]
