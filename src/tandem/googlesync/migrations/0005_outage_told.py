from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("googlesync", "0004_erases")]

    operations = [
        migrations.AddField(model_name="account", name="outage_told_at", field=models.DateTimeField(null=True)),
    ]
