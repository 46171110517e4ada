from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("googlesync", "0003_whole_engine")]

    operations = [
        migrations.AddField(model_name="run", name="erases", field=models.BooleanField(default=False)),
    ]
