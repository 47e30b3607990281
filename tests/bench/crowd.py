"""The petitions of the synthetic city: as many as asked, a tenth of them open, with who asked and how.

Skew: a few colonias, categories, spots, first names and words get most; what is open is mostly recent.
"""

from __future__ import annotations

import random
from typing import Any

import psycopg

from tests.bench.town import COLUMNS, SIDE, SOUTH, WEST, build_town

SPOTS = 60_000
OPEN = "status IN ('por_verificar','no_leida','en_seguimiento','programada','inconformidad')"

_PETITIONS = """
    INSERT INTO field_petition (id, folio, captured_at, received_at, channel, category_id, description,
        answers, location, location_method, address, reference, place_id, certainty, candidates, cell,
        status, status_at, department_id, due_on, on_behalf_of)
    SELECT gen_random_uuid(), to_char(n, 'FM00000000000'), at, at,
        (ARRAY['recorrido','recorrido','recorrido','073','073','modulo','telefono','app','redes','oficio'])
            [1 + floor(random() * 10)::int],
        category.id, {words}, '{{}}',
        ST_Point(spot.x + (random() - 0.5) * 0.0006, spot.y + (random() - 0.5) * 0.0006, 4326),
        'gps', {street} || ' ' || (n % 997), '', spot.place_id, 'certain', '{{}}', spot.cell,
        CASE WHEN opened THEN (ARRAY['no_leida','en_seguimiento','programada','inconformidad'])
                [1 + floor(random() * 4)::int]
             ELSE (ARRAY['concluida','concluida','concluida','concluida','atendida','improcedente','externa'])
                [1 + floor(random() * 7)::int] END,
        least(now(), at + interval '1 day' * (1 + 25 * random() * random())), category.department_id,
        (at + interval '14 days')::date, ''
    FROM (SELECT n, now() - interval '3 years' * (1 - n / {total}.0) - interval '2 minutes' AS at,
                 1 + floor({spots} * power(random(), 1.7))::int AS spot,
                 1 + floor({categories} * power(random(), 2))::int AS category,
                 random() < 0.4 * power(n / {total}.0, 3) AS opened
          FROM generate_series(1, {total}) AS n) AS drawn
    JOIN bench_spot AS spot ON spot.id = drawn.spot
    JOIN (SELECT id, department_id, row_number() OVER (ORDER BY id) AS nth FROM field_category) AS category
        ON category.nth = drawn.category
    ORDER BY drawn.n
"""
#: Each department has words of its own (a leak is told to one of them), and all share the rest.
_ASKED = (
    ["La luminaria no enciende desde el lunes", "Hay un cable caído y la calle está oscura"],
    ["Fuga de agua potable en la banqueta", "No llega agua desde hace días"],
    ["Bache muy hondo frente a la escuela", "El pavimento está hundido"],
    ["No pasó el camión de la basura", "Hay basura y escombro en el baldío"],
    ["Árbol a punto de caer sobre la casa", "El parque está abandonado y sin podar"],
    ["Drenaje tapado y aguas negras", "La alcantarilla no tiene tapa"],
    ["Perros sueltos en la colonia", "Piden fumigación por el dengue"],
    ["Semáforo descompuesto en el crucero", "Faltan topes frente al kínder"],
)
_REST = ("", "; ya se reportó antes", "; es urgente", " y hay niños que pasan por ahí", "; piden respuesta")
_STREETS = (
    "Juárez",
    "Hidalgo",
    "Morelos",
    "Benito Juárez",
    "Privada Las Flores",
    "Gabriel Leyva",
    "Río Fuerte",
)
_FIRST = (
    "María José Guadalupe Juan María_Guadalupe Luis Jesús Rosa Francisco Ana Carlos Martha Miguel "
    "Alejandra Jorge Verónica Manuel Lucía Ramón Elvira Zenaida Eustaquio Wenceslao Petronila Hermenegildo"
)
_LAST = (
    "Hernández García Martínez López González Pérez Rodríguez Sánchez Ramírez Osuna Lizárraga Tirado "
    "Velarde Zatarain Peraza Ibarra Quintero Núñez " + " ".join(f"Apellido{number}" for number in range(300))
)
_PETITIONERS = """
    INSERT INTO field_petitioner
        (petition_id, name, phone, phone_digits, email, consent, notice, objects_to_contact)
    SELECT id, first.names[1 + floor({first} * power(random(), 2))::int] || ' '
            || last.names[1 + floor({last} * power(random(), 3))::int] || ' '
            || last.names[1 + floor({last} * power(random(), 3))::int],
        phone, phone, email, true, '2026-1', false
    FROM (SELECT id, CASE right(folio, 1) WHEN '5' THEN 'persona' || folio::int || '@correo.test' ELSE '' END
                     AS email, '669' || lpad((row_number() OVER (ORDER BY folio))::text, 7, '0') AS phone
          FROM field_petition WHERE right(folio, 1) NOT IN ('3', '8')) AS petition,
        (SELECT %s::text[] AS names) AS first, (SELECT %s::text[] AS names) AS last
"""


def fill_city(db: psycopg.Connection[Any], petitions: int) -> int:
    """Build the town and its petitions; four fifths say who asked. Returns how many are open."""
    from backend.casework.services.referrals import WRITE_SEARCH_ENTRIES

    build_town()
    _make_spots(db)
    categories = _count(db, "SELECT count(*) FROM field_category")
    words = _pick([", ".join(_quoted(text) for text in pair) for pair in _ASKED], "category.id % 8")
    rest = f"(ARRAY[{', '.join(map(_quoted, _REST))}])[1 + floor(random() * {len(_REST)})::int]"
    street = f"(ARRAY[{', '.join(map(_quoted, _STREETS))}])[1 + floor(random() * {len(_STREETS)})::int]"
    query = _PETITIONS.format(
        total=petitions, spots=SPOTS, categories=categories, words=f"{words} || {rest}", street=street
    )
    db.execute(query)
    first, last = ([name.replace("_", " ") for name in names.split()] for names in (_FIRST, _LAST))
    people = _PETITIONERS.format(first=len(first), last=len(last))
    db.execute(people, (first, last))
    db.execute(WRITE_SEARCH_ENTRIES + "ORDER BY petition.captured_at")
    db.execute("VACUUM ANALYZE")
    return _count(db, f"SELECT count(*) FROM field_petition WHERE {OPEN}")


def _quoted(text: str) -> str:
    return f"'{text}'"


def _pick(pairs: list[str], chosen: str) -> str:
    whens = " ".join(
        f"WHEN {number} THEN (ARRAY[{pair}])[1 + floor(random() * 2)::int]"
        for number, pair in enumerate(pairs)
    )
    return f"(CASE {chosen} {whens} END)"


def _count(db: psycopg.Connection[Any], query: str) -> int:
    row = db.execute(query).fetchone()
    assert row
    return int(row[0])


def _make_spots(db: psycopg.Connection[Any]) -> None:
    """Where people ask: spots inside the colonias, the first hundreds of colonias having most."""
    import h3.api.basic_int as h3

    chance = random.Random(7)
    places = [row[0] for row in db.execute("SELECT id FROM geo_place ORDER BY code")]
    order = chance.sample(range(len(places)), len(places))
    db.execute("CREATE UNLOGGED TABLE bench_spot (id int, place_id bigint, x float8, y float8, cell bigint)")
    with db.cursor().copy("COPY bench_spot FROM STDIN") as copy:
        for number in range(1, SPOTS + 1):
            place = order[int(len(places) * chance.random() ** 1.6)]
            x = WEST + (place % COLUMNS + 0.1 + 0.8 * chance.random()) * SIDE
            y = SOUTH + (place // COLUMNS + 0.1 + 0.8 * chance.random()) * SIDE
            copy.write_row((number, places[place], x, y, h3.latlng_to_cell(y, x, 10)))
