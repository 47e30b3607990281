"""Telephones by their end, and folios by their number alone: what people remember of them."""

from django.db import migrations, models
from django.db.models.functions import Right, Substr


class Migration(migrations.Migration):
    dependencies = [("field", "0001_initial")]
    operations = [
        migrations.RemoveIndex(model_name="petitioner", name="petitioner_phone"),
        migrations.AddIndex(
            model_name="petitioner",
            index=models.Index(Right("phone_digits", 7), name="petitioner_phone_end"),
        ),
        migrations.AddIndex(
            model_name="petition",
            index=models.Index(
                Substr("folio", 6, 5), models.F("captured_at").desc(), name="petition_folio_number"
            ),
        ),
        # How often each value comes is known of an index on an expression only once it was looked at.
        migrations.RunSQL("ANALYZE field_petitioner; ANALYZE field_petition", migrations.RunSQL.noop),
    ]
