"""The register of letters: numbers without a gap, and what was issued or received as it was.

Of a letter that is no draft any more only what becomes of it is still written: its delivery, its answer, its
cancellation, that it is reserved. No letter is deleted, not even one that was thrown away before it had a
number. A counter gives the next number and no other.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER letter_append_only BEFORE UPDATE ON letters_letter
    FOR EACH ROW WHEN (OLD.state <> 'borrador') EXECUTE FUNCTION aldaba_append_only(
        'state reason reserved answer_due_on answered_on delivery delivered_on delivered_to scan_id words edited_at',
        'party_name party_post party_institution their_number subject body copies pdf_id forgotten_at');
CREATE TRIGGER letter_is_kept BEFORE DELETE ON letters_letter
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only();
CREATE TRIGGER letter_step_append_only BEFORE UPDATE OR DELETE ON letters_letterstep
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only('', 'note');
CREATE TRIGGER letter_counter_goes_on BEFORE UPDATE ON letters_lettercounter
    FOR EACH ROW
    WHEN ((NEW.series_id, NEW.year, NEW.last) IS DISTINCT FROM (OLD.series_id, OLD.year, OLD.last + 1))
    EXECUTE FUNCTION aldaba_append_only();
CREATE TRIGGER letter_counter_is_kept BEFORE DELETE ON letters_lettercounter
    FOR EACH ROW EXECUTE FUNCTION aldaba_append_only();
"""
BACKWARD = """
DROP TRIGGER letter_counter_is_kept ON letters_lettercounter;
DROP TRIGGER letter_counter_goes_on ON letters_lettercounter;
DROP TRIGGER letter_step_append_only ON letters_letterstep;
DROP TRIGGER letter_is_kept ON letters_letter;
DROP TRIGGER letter_append_only ON letters_letter;
"""


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial"), ("geo", "0003_append_only")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
