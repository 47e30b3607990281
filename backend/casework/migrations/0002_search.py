"""Words in Spanish, with accents or without, found in what was asked, where and by whom; and the orders of the
inbox: what is due first in the whole city and in each department, and what waits for validation.

The indexes are on ``field``'s tables but answer ``casework``'s questions, so they live here.

What a boleta is found by lies in a table of its own, so that one index answers words and names, beside marks
of the week, the department, the category and the place: a word as common as «luminaria» or «María» is looked
up within them. A step of the workflow does not write the words again: only a change of what they are made of
does, and then the database itself keeps them true, also where personal data is erased. It costs about 50
microseconds a petition as it arrives.
"""

from django.db import migrations

FORWARD = """
CREATE TEXT SEARCH CONFIGURATION aldaba_words (COPY = spanish);
ALTER TEXT SEARCH CONFIGURATION aldaba_words
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, spanish_stem;
CREATE TEXT SEARCH CONFIGURATION aldaba_names (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION aldaba_names
    ALTER MAPPING FOR hword, hword_part, word WITH unaccent, simple;
CREATE INDEX petition_due ON field_petition (due_on, id)
    WHERE status IN ('por_verificar', 'no_leida', 'en_seguimiento', 'programada', 'inconformidad');
CREATE INDEX petition_department_due ON field_petition (department_id, due_on, id)
    WHERE echo_of_id IS NULL
      AND status IN ('por_verificar', 'no_leida', 'en_seguimiento', 'programada', 'inconformidad');
CREATE INDEX petition_attended ON field_petition (department_id, captured_at DESC, id)
    INCLUDE (category_id, place_id, channel, echo_of_id) WHERE status = 'atendida';
CREATE FUNCTION aldaba_search_words(petition field_petition, name text) RETURNS tsvector
LANGUAGE sql STABLE AS $$
    SELECT to_tsvector('aldaba_words'::regconfig,
                       petition.description || ' ' || petition.address || ' ' || petition.reference)
        || setweight(to_tsvector('aldaba_words'::regconfig, petition.on_behalf_of)
                     || to_tsvector('aldaba_names'::regconfig,
                                    petition.on_behalf_of || ' ' || coalesce(name, '')), 'A')
        || array_to_tsvector(ARRAY[
               '#w' || floor(extract(epoch FROM petition.captured_at) / 604800)::int,
               '#d' || coalesce(petition.department_id, 0),
               '#c' || petition.category_id,
               '#p' || coalesce(petition.place_id, 0)])
$$;
CREATE FUNCTION aldaba_search_of_petition() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE casework_searchentry
       SET words = aldaba_search_words(NEW, (SELECT name FROM field_petitioner WHERE petition_id = NEW.id))
     WHERE petition_id = NEW.id;
    RETURN NULL;
END $$;
CREATE FUNCTION aldaba_search_of_petitioner() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE casework_searchentry AS entry
       SET words = aldaba_search_words(petition, CASE WHEN TG_OP = 'DELETE' THEN '' ELSE NEW.name END)
      FROM field_petition AS petition
     WHERE petition.id = OLD.petition_id AND entry.petition_id = OLD.petition_id;
    RETURN NULL;
END $$;
CREATE TRIGGER petition_searched
    AFTER UPDATE OF description, on_behalf_of, address, reference, captured_at, department_id, category_id, place_id
    ON field_petition FOR EACH ROW
    WHEN ((OLD.description, OLD.on_behalf_of, OLD.address, OLD.reference, OLD.captured_at,
           OLD.department_id, OLD.category_id, OLD.place_id)
          IS DISTINCT FROM
          (NEW.description, NEW.on_behalf_of, NEW.address, NEW.reference, NEW.captured_at,
           NEW.department_id, NEW.category_id, NEW.place_id))
    EXECUTE FUNCTION aldaba_search_of_petition();
CREATE TRIGGER petitioner_searched
    AFTER DELETE OR UPDATE OF name ON field_petitioner FOR EACH ROW
    EXECUTE FUNCTION aldaba_search_of_petitioner();
"""
BACKWARD = """
DROP TRIGGER petitioner_searched ON field_petitioner;
DROP TRIGGER petition_searched ON field_petition;
DROP FUNCTION aldaba_search_of_petitioner;
DROP FUNCTION aldaba_search_of_petition;
DROP FUNCTION aldaba_search_words;
DROP INDEX petition_attended;
DROP INDEX petition_department_due;
DROP INDEX petition_due;
DROP TEXT SEARCH CONFIGURATION aldaba_names;
DROP TEXT SEARCH CONFIGURATION aldaba_words;
"""


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_initial"), ("geo", "0001_extensions")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
