"""Looks at personal data and the steps of ARCO requests are added and stay.

Only retention lets old ones go, and says so in its own transaction.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION privacy_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('aldaba.retention', true) = 'on' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER look_append_only BEFORE UPDATE OR DELETE ON privacy_look
    FOR EACH ROW EXECUTE FUNCTION privacy_append_only();
CREATE TRIGGER arco_step_append_only BEFORE UPDATE OR DELETE ON privacy_arcostep
    FOR EACH ROW EXECUTE FUNCTION privacy_append_only();
"""
BACKWARD = """
DROP TRIGGER arco_step_append_only ON privacy_arcostep;
DROP TRIGGER look_append_only ON privacy_look;
DROP FUNCTION privacy_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
