import django.contrib.postgres.indexes
from django.db import migrations, models

OPEN = ["por_verificar", "no_leida", "en_seguimiento", "programada", "inconformidad"]


class Migration(migrations.Migration):
    dependencies = [
        ("field", "0002_remove_inboxrecord_receipt_device_revoked_by_and_more"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                condition=models.Q(("status__in", OPEN)),
                fields=["department", "place", "due_on"],
                include=("category", "status", "channel", "captured_at", "cell"),
                name="petition_backlog",
            ),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=django.contrib.postgres.indexes.GistIndex(
                condition=models.Q(("status__in", OPEN)),
                fields=["location"],
                name="petition_open_location",
            ),
        ),
    ]
