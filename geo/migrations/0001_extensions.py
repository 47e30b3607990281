"""The PostgreSQL extensions that the program stands on, and texts as they are searched letter by letter.

``unaccent`` may be told to read another dictionary, so PostgreSQL takes it for no rule that always gives the same
and lets no index stand on it. Here its dictionary is named, and nobody changes that: see ``geo.plain``.
"""

from django.contrib.postgres.operations import CreateExtension, TrigramExtension, UnaccentExtension
from django.db import migrations

PLAIN = """
CREATE FUNCTION aldaba_plain(told text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    plain text := public.unaccent('public.unaccent'::regdictionary, lower(told));
    digits text;
BEGIN
    IF plain ~ '[0-9]' THEN
        digits := regexp_replace(plain, '[^0-9]+', '', 'g');
        IF length(digits) >= 7 THEN
            RETURN plain || ' ' || digits;
        END IF;
    END IF;
    RETURN plain;
END $$;
"""


class Migration(migrations.Migration):
    initial = True
    operations = [
        CreateExtension("postgis"),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(PLAIN, "DROP FUNCTION aldaba_plain"),
    ]
