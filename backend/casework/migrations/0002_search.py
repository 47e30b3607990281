"""Words in Spanish, with accents or without, found in what was asked, where and by whom; and the
orders of the inbox: what is due first in the whole city, and what waits for validation.

The indexes are on ``field``'s tables but answer ``casework``'s questions, so they live here. With
fast update they cost about 20 microseconds a petition as it arrives.
"""

from django.db import migrations

FORWARD = """
CREATE TEXT SEARCH CONFIGURATION aldaba_words (COPY = spanish);
ALTER TEXT SEARCH CONFIGURATION aldaba_words
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
CREATE TEXT SEARCH CONFIGURATION aldaba_names (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION aldaba_names
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
CREATE INDEX petition_words ON field_petition USING gin
    (to_tsvector('aldaba_words'::regconfig, description || ' ' || address || ' ' || reference));
CREATE INDEX petitioner_names ON field_petitioner USING gin
    (to_tsvector('aldaba_names'::regconfig, name));
CREATE INDEX petition_due ON field_petition (due_on, id)
    WHERE status IN ('por_verificar', 'no_leida', 'en_seguimiento', 'programada', 'inconformidad');
CREATE INDEX petition_attended ON field_petition (department_id, captured_at DESC, id)
    WHERE status = 'atendida';
"""
BACKWARD = """
DROP INDEX petition_attended;
DROP INDEX petition_due;
DROP INDEX petitioner_names;
DROP INDEX petition_words;
DROP TEXT SEARCH CONFIGURATION aldaba_names;
DROP TEXT SEARCH CONFIGURATION aldaba_words;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("casework", "0001_initial"),
        ("field", "0001_initial"),
        ("geo", "0001_extensions"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
