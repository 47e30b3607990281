"""What is handed in: the catalogue, petitions, devices and the inbox."""

from field.models.attachment import Attachment, PetitionAttachment
from field.models.catalogue import Category, Department, PrivacyNotice
from field.models.device import Device, Enrolment, FolioCounter, FolioSeries
from field.models.inbox import Correction, InboxRecord
from field.models.petition import Petition
from field.models.petitioner import Petitioner
from field.vocabulary import OPEN_STATUSES, Channel, LocationMethod, Status

__all__ = [
    "OPEN_STATUSES",
    "Attachment",
    "Category",
    "Channel",
    "Correction",
    "Department",
    "Device",
    "Enrolment",
    "FolioCounter",
    "FolioSeries",
    "InboxRecord",
    "LocationMethod",
    "Petition",
    "PetitionAttachment",
    "Petitioner",
    "PrivacyNotice",
    "Status",
]
