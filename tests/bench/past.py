"""What became of the synthetic city: steps, referrals, calls and doors, and what was written at them.

Something is written at half of what a department did, at a third of the calls and doors, and at a tenth of
the referrals; one time in twelve it names who asked, and one in twelve it has their telephone.
"""

from __future__ import annotations

from typing import Any

import psycopg

_SAID = """(ARRAY['Se revisó en el lugar y se programa con la cuadrilla',
        'Falta material; se pidió al almacén', 'Atiende la brigada de la mañana',
        'El vecino pide que se le avise antes de ir',
        'Se habló con ' || coalesce(who.name, 'quien abrió') || ', que vive enfrente', 'Quedó terminado',
        'Llamar al ' || coalesce(substr(who.phone, 1, 3) || ' ' || substr(who.phone, 4), 'módulo'),
        'Se cambió la pieza y se probó', 'No había acceso; se vuelve el jueves', 'Se limpió la zona',
        'Lo recibió la señora de la casa', 'Conforme con el trabajo'])[1 + floor(random() * 12)::int]"""
_WHO = "LEFT JOIN field_petitioner AS who ON who.petition_id ="

#: In the order of time: received and referred, read, attended, validated or disputed.
_STEPS = f"""
    INSERT INTO casework_statuschange (petition_id, move, from_status, to_status, at, department_id, note)
    SELECT id, move, from_status, to_status, step_at, department_id,
           CASE WHEN move IN ('open', 'attend') AND random() < 0.5 THEN {_SAID} ELSE '' END FROM (
        SELECT id, 'receive' AS move, '' AS from_status, 'no_leida' AS to_status, received_at AS step_at,
               department_id
          FROM field_petition
         UNION ALL SELECT id, 'open', 'no_leida', 'en_seguimiento',
               received_at + (status_at - received_at) * 0.3, department_id
          FROM field_petition WHERE status <> 'no_leida'
         UNION ALL SELECT id, 'attend', 'en_seguimiento', 'atendida', status_at, department_id
          FROM field_petition WHERE status IN ('atendida', 'concluida', 'inconformidad')
         UNION ALL SELECT id,
               CASE status WHEN 'concluida' THEN 'validate_positive' ELSE 'validate_negative' END, 'atendida',
               status, least(now(), status_at + interval '8 days'), department_id
          FROM field_petition WHERE status IN ('concluida', 'inconformidad')) AS steps
      {_WHO} steps.id
    ORDER BY step_at
"""
_REFERRALS = f"""
    INSERT INTO casework_referral (petition_id, department_id, at, working_days, due_on, reason)
    SELECT petition.id, department_id, received_at, 10, due_on,
           CASE WHEN random() < 0.1 THEN {_SAID} ELSE '' END
      FROM field_petition AS petition {_WHO} petition.id ORDER BY received_at
"""
_CALLS = f"""
    INSERT INTO validation_call (petition_id, department_id, result, words, at)
    SELECT step.petition_id, department_id,
           CASE move WHEN 'validate_positive' THEN 'positive' ELSE 'negative' END,
           CASE WHEN random() < 0.33 THEN {_SAID} ELSE '' END, at
      FROM casework_statuschange AS step {_WHO} step.petition_id
     WHERE move IN ('validate_positive', 'validate_negative') ORDER BY step.id
"""
_VISITS = """
    WITH programme AS (INSERT INTO campaigns_programme (code, name, active) VALUES ('p', 'Programa', true)
                       RETURNING id),
         tour AS (INSERT INTO campaigns_tour
                         (id, programme_id, name, starts_on, ends_on, stage, notes, created_at)
                  SELECT gen_random_uuid(), id, 'Recorrido', current_date - 1095, current_date, 'confirmado',
                         '', now() FROM programme RETURNING id)
    INSERT INTO campaigns_visit (id, tour_id, place_id, date, stage)
    SELECT gen_random_uuid(), tour.id, place.id, current_date - 1095, 'en_curso' FROM tour, geo_place AS place
"""
#: A door for each petition of a tour, and two more at which nothing came of it.
_DOORS = f"""
    INSERT INTO campaigns_encounter (id, visit_id, outcome, at, received_at, note, withdrawn_why)
    SELECT CASE other WHEN 0 THEN petition.id ELSE gen_random_uuid() END, visit.id,
           CASE other WHEN 0 THEN 'petition' ELSE 'nobody_home' END, captured_at, received_at,
           CASE WHEN random() < 0.33 THEN {_SAID} ELSE '' END, ''
      FROM field_petition AS petition JOIN campaigns_visit AS visit ON visit.place_id = petition.place_id
      {_WHO} petition.id, generate_series(0, 2) AS other
     WHERE channel = 'recorrido' ORDER BY captured_at
"""
_DOORS_PETITIONS = """
    INSERT INTO campaigns_encounter_petitions (encounter_id, petition_id)
    SELECT id, id FROM campaigns_encounter WHERE outcome = 'petition'
"""


def fill_history(db: psycopg.Connection[Any]) -> int:
    """Write what became of a filled city's petitions. Returns how many steps."""
    for statement in (_STEPS, _REFERRALS, _CALLS, _VISITS, _DOORS, _DOORS_PETITIONS):
        db.execute(statement)
    db.execute("VACUUM ANALYZE")
    row = db.execute("SELECT count(*) FROM casework_statuschange").fetchone()
    assert row
    return int(row[0])
