"""That blocked data were opened is written once and stays."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER blocked_opening_append_only BEFORE UPDATE OR DELETE ON privacy_blockedopening
    FOR EACH ROW EXECUTE FUNCTION privacy_append_only();
"""
BACKWARD = "DROP TRIGGER blocked_opening_append_only ON privacy_blockedopening;"


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_blocked")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
