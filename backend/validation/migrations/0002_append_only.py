"""Calls stay; the law alone takes what the citizen said out of them."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER call_append_only BEFORE UPDATE OR DELETE ON validation_call
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only('', 'words');
"""
BACKWARD = "DROP TRIGGER call_append_only ON validation_call;"


class Migration(migrations.Migration):
    dependencies = [("validation", "0001_initial"), ("geo", "0003_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
