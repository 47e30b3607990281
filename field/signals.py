"""What the floors above may listen to. Each travels inside the transaction that files a batch.

``petitions_arriving``: before a batch is inserted. ``petitions`` is the list of unsaved petitions;
the listener that owns where a petition stands sets its status, department and due date on them.
``voices`` has, by petition id, the stored folio of the petition that a citizen wants to add a voice to.

``petitions_received``: after the batch is inserted, for what hangs from it. Same list, same ``voices``.

``pack_requested``: a tablet asks for its pack. ``device`` is who asks, ``pack`` the dict that
listeners add their sections to.

``visits_requested``: a tablet asks for its visits alone. ``device`` is who asks, ``visits`` the list that the
listener adds them to, each as in the pack.

``attachment_stored``: an ``attachment`` is new; inside the transaction that keeps it.

``petition_noted``: the office wrote a ``text`` about a ``petition`` while it saw to what was held;
``by`` is who. Inside the transaction.

``people_seen``: a page or an answer is about to show a ``user`` who asked. ``petitions`` is a list of
petition ids, ``records`` of inbox records' for what is no petition yet, ``letters`` of letters' that are
about no petition (any may be left out), and ``purpose`` a code of at most 16 characters for what it was for
(``boleta``, ``search``, ``export``, ``call``…; ``backend/privacy/wording.py`` names them). Send it before
showing: where it cannot be recorded it raises, and nothing is shown.
"""

from django.dispatch import Signal

petitions_arriving = Signal()
petitions_received = Signal()
pack_requested = Signal()
visits_requested = Signal()
attachment_stored = Signal()
petition_noted = Signal()
people_seen = Signal()
