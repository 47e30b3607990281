"""Looks, the steps of ARCO requests and openings of blocked data are added and stay.

Only retention lets old looks go, and says so in its own transaction.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER look_append_only BEFORE UPDATE ON privacy_look
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only();
CREATE TRIGGER look_is_kept BEFORE DELETE ON privacy_look
    FOR EACH ROW WHEN (current_setting('aldaba.retention', true) IS DISTINCT FROM 'on')
    EXECUTE FUNCTION aldaba_append_only();
CREATE TRIGGER arco_step_append_only BEFORE UPDATE OR DELETE ON privacy_arcostep
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only();
CREATE TRIGGER blocked_opening_append_only BEFORE UPDATE OR DELETE ON privacy_blockedopening
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only();
"""
BACKWARD = """
DROP TRIGGER blocked_opening_append_only ON privacy_blockedopening;
DROP TRIGGER arco_step_append_only ON privacy_arcostep;
DROP TRIGGER look_is_kept ON privacy_look;
DROP TRIGGER look_append_only ON privacy_look;
"""


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_initial"), ("geo", "0003_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
