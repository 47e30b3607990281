from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("field", "0003_backlog_indexes")]

    operations = [
        migrations.RemoveIndex(model_name="petition", name="petition_received"),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(fields=["received_at"], name="petition_received"),
        ),
    ]
