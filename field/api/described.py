"""What the sync and the pack take and answer, for the OpenAPI document alone (docs/sync.md)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from field.api.devices import DeviceSerializer, DeviceUserSerializer


class DeviceStateSerializer(serializers.Serializer[Any]):
    """What a tablet says of itself; nothing of it is needed."""

    app_version = serializers.CharField(required=False)
    waiting = serializers.IntegerField(required=False, help_text="registros que aún no envía")
    battery = serializers.IntegerField(required=False, min_value=0, max_value=100)
    clock = serializers.DateTimeField(required=False)


class RecordSerializer(serializers.Serializer[Any]):
    """A record of any kind; the rest of its members are its kind's."""

    kind = serializers.CharField(help_text="petition, encounter…")
    id = serializers.CharField(help_text="un UUID que pone la tableta")


class SyncSerializer(serializers.Serializer[Any]):
    records = RecordSerializer(many=True, help_text="de 1 a 200")
    device_state = DeviceStateSerializer(required=False)


class ReceiptErrorSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ReceiptSerializer(serializers.Serializer[Any]):
    """What became of one record: all but ``rejected`` are kept."""

    id = serializers.CharField(allow_null=True)
    outcome = serializers.CharField(help_text="stored, repeated, held o rejected")
    folio = serializers.CharField(required=False)
    place = serializers.CharField(required=False, allow_null=True)
    certainty = serializers.CharField(required=False)
    missing_attachments = serializers.ListField(child=serializers.CharField())
    errors = ReceiptErrorSerializer(many=True)  # type: ignore[assignment]


class ReceiptsSerializer(serializers.Serializer[Any]):
    """One receipt for each record, in order."""

    receipts = ReceiptSerializer(many=True)
    server_time = serializers.DateTimeField()


class PackCategorySerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()
    department = serializers.CharField()
    working_days = serializers.IntegerField()
    questions = serializers.ListField(child=serializers.DictField())
    icon = serializers.CharField()
    sensitive = serializers.BooleanField()


class PackDepartmentSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()


class PackCatalogueSerializer(serializers.Serializer[Any]):
    categories = PackCategorySerializer(many=True)
    departments = PackDepartmentSerializer(many=True)


class PackNoticeSerializer(serializers.Serializer[Any]):
    version = serializers.CharField()
    text = serializers.CharField()


class PackLimitsSerializer(serializers.Serializer[Any]):
    records = serializers.IntegerField()
    sync_bytes = serializers.IntegerField()
    attachment_bytes = serializers.IntegerField()
    attachment_pixels = serializers.IntegerField()
    attachment_types = serializers.ListField(child=serializers.CharField())


class PackBasemapSerializer(serializers.Serializer[Any]):
    """The street map at ``/campo/mapa/{version}.pmtiles``; its parts at ``….json``."""

    version = serializers.CharField()
    bytes = serializers.IntegerField()
    attribution = serializers.CharField()


class PackDeviceSerializer(DeviceSerializer):
    folio_prefix = serializers.CharField()
    user = DeviceUserSerializer()


class PackSerializer(serializers.Serializer[Any]):
    """All that a tablet needs off line."""

    catalogue = PackCatalogueSerializer()
    visits = serializers.ListField(child=serializers.DictField())
    places = serializers.DictField(help_text="FeatureCollection de GeoJSON (RFC 7946)")
    nearby = serializers.ListField(child=serializers.DictField())
    staff = DeviceUserSerializer(many=True)
    notice = PackNoticeSerializer(allow_null=True)
    limits = PackLimitsSerializer()
    municipality = serializers.DictField(allow_null=True)
    basemap = PackBasemapSerializer(allow_null=True)
    device = PackDeviceSerializer()
    server_time = serializers.DateTimeField()
