"""Keep those who asked for no messages by the ten digits of their telephone, however it was taken down."""

from __future__ import annotations

from django.db import migrations

# As ``addresses.telephone``. Where a person is there in two spellings, the first time counts.
_SPELL = r"""
    WITH spelt AS (
        DELETE FROM notifications_optout
         WHERE address ~ '^(0052|00521|01152|011521|521|52|044|045|01)[1-9][0-9]{9}$'
        RETURNING right(address, 10) AS address, at, by_id
    )
    INSERT INTO notifications_optout (address, at, by_id)
    SELECT DISTINCT ON (address) address, at, by_id FROM spelt ORDER BY address, at
        ON CONFLICT (address) DO UPDATE SET at = LEAST(notifications_optout.at, excluded.at)
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_carriers")]

    operations = [migrations.RunSQL(_SPELL, migrations.RunSQL.noop)]
