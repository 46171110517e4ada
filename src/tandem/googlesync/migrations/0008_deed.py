"""What a worker is to do with many contacts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("googlesync", "0007_approved")]

    operations = [migrations.AddField(model_name="run", name="deed", field=models.JSONField(null=True))]
