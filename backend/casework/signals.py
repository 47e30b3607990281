"""What the floors above casework may listen to. Each travels inside the transaction that makes the change.

``boletas_moved``: steps were appended to histories by a person. ``changes`` is the list of ``StatusChange``
just written, each with its ``petition`` as it stands now (``category`` and ``department`` at hand). The
steps with which histories begin are not told: ``field.signals.petitions_received`` is.

``voices_joined``: petitions that were on their own are worked with another now, at the office's word.
``voices_parted``: petitions that were with others are on their own again. ``changes`` are their
steps, as above.
"""

from django.dispatch import Signal

boletas_moved = Signal()
voices_joined = Signal()
voices_parted = Signal()
