"""What the reports keep ready."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DensitySnapshot(models.Model):
    """All petitions received before ``cut_at``, as columns of small numbers.

    ``columns`` is NumPy's ``npz`` of ``backend.reports.columns.Columns``: about 20 bytes a petition.
    Figures over any filters are then counted in milliseconds by each web process, which holds the
    last snapshot in memory; petitions received since the cut are read live and added.
    """

    cut_at = models.DateTimeField(_("corte"))
    built_at = models.DateTimeField(_("hecho"), auto_now_add=True)
    petitions = models.PositiveBigIntegerField(_("peticiones"))
    columns = models.BinaryField()

    class Meta:
        verbose_name = _("corte de densidad")
        get_latest_by = "id"
