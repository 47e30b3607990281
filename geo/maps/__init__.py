"""The map toolkit. It knows nothing of petitions: it draws any queryset.

How to put a map on a page
--------------------------
A map is a *shell* (Folium, rendered into the page's own template so that filters, map and table are
one document) and *layers*, whose data our modules fetch as JSON from addresses of the owner's app.

In the view::

    from geo.maps.extent import initial_bounds
    from geo.maps.ground import outlines_address
    from geo.maps.shell import Layer, map_shell

    shell = map_shell(
        request,
        label=_("Mapa del recorrido"),
        bounds=initial_bounds(),                 # or those of what the page is about
        ground=outlines_address(),               # the outlines of all places, cached for long
        layers=[
            Layer("places", data=reverse("…:places"), detail=reverse("…:place-detail")),
            Layer("points", data=reverse("…:doors")),
        ],
    )

In the template::

    {% block styles %}{{ block.super }}{{ map.head }}{% endblock %}
    {% block content %} … <div class="map-frame">{{ map.body }}</div> … {% endblock %}
    {% block scripts %}{{ block.super }}{{ map.scripts }}{% endblock %}

Every request for data carries the page's own query string, so filters in the address reach it; the
layers are fetched again when a form ``[data-map-filters]`` changes the address (``aldaba:filters``)
or the page says that something new came (``aldaba:refresh``, which leaves open details open).

What each kind of layer fetches (all text in it is data: it is only ever set as ``textContent``)
-----------------------------------------------------------------------------------------------
``places``: colours the ground's outlines (places without a boundary are drawn as a dot)::

    {"classes": [{"colour": "#…", "label": "1 a 5"}…],
     "places": {"<place id>": [class index, "what the hover says, beside the name"]}}

``cells``: asked with ``&zoom=&bbox=w,s,e,n`` as the map moves; see ``geo.maps.cells.cells_body``.

``points``: asked with ``&zoom=&bbox=`` too, unless ``options={"whole": True}``: then once, all::

    {"classes": [{"colour": "#…", "label": "Vencida", "shape": "diamond"}…],   # circle, diamond, square, ring
     "points": [[lon, lat, class index, "id"]…], "total": 12, "capped": false}

``options={"when": {"name": "by", "value": "grid"}}`` shows a layer only while the address asks so.

``detail`` + id + ``/`` answers what a click shows (so ``reverse(…, args=[0])[:-2]``)::

    {"title": "…", "lines": ["…"], "note": "…",
     "items": [{"label": "26-A7F-…", "href": "/boletas/…/", "text": "…"}]}

The rest of the toolkit: ``classes`` (five classes, their colours and words), ``cells`` (H3 counts),
``points``, ``geojson`` and ``tiles`` (straight from SQL), ``extent`` (where a map opens, what part a
request asks for), ``answers`` (how data is answered), ``table`` (the same figures beside the map). A
page with filters includes ``maps/filters.html`` and ``maps/stage.html``; ``reports/density.html`` is
the example to follow.
"""
