"""What the floors above casework may listen to. Each travels inside the transaction that makes the change.

``boletas_moved``: steps were appended to histories by a person. ``changes`` is the list of ``StatusChange``
just written, each with its ``petition`` as it stands now (``category`` and ``department`` at hand). The
steps with which histories begin are not told: ``field.signals.petitions_received`` is.
"""

from django.dispatch import Signal

boletas_moved = Signal()
