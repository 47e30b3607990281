"""A boleta's history and its referrals stay; the law alone takes words, and photos of the work, out of them."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER status_change_append_only BEFORE UPDATE OR DELETE ON casework_statuschange
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only('', 'note evidence_id');
CREATE TRIGGER referral_append_only BEFORE UPDATE OR DELETE ON casework_referral
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only('', 'reason');
"""
BACKWARD = """
DROP TRIGGER referral_append_only ON casework_referral;
DROP TRIGGER status_change_append_only ON casework_statuschange;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0002_search"), ("geo", "0003_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
