"""What guards the tables whose rows are added and stay.

``aldaba_append_only(written, erased)`` is called by a row's trigger. ``written`` names the columns that are
still written on later, ``erased`` those that may also change where the transaction says ``SET LOCAL
aldaba.erasing = 'on'`` (``geo.append_only``); both are words apart by a space. All else stays as it was, a
column that is yet to be added too. A trigger of DELETE lets go by its own WHEN, or not at all.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION aldaba_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := string_to_array(coalesce(TG_ARGV[0], ''), ' ');
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF current_setting('aldaba.erasing', true) = 'on' THEN
            may_change := may_change || string_to_array(coalesce(TG_ARGV[1], ''), ' ');
        END IF;
        IF to_jsonb(NEW) - may_change = to_jsonb(OLD) - may_change THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
"""
BACKWARD = "DROP FUNCTION aldaba_append_only();"


class Migration(migrations.Migration):
    dependencies = [("geo", "0002_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
