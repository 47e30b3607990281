"""GDAL kept from the network.

A file may name its reference system by an http address, which GDAL before 3.9 fetches without asking. Its
own hook for fetching is given one that always answers with an error.
"""

from __future__ import annotations

from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_size_t, c_void_p, cast
from functools import cache

from django.contrib.gis.gdal.libgdal import lgdal


class _HTTPResult(Structure):
    """The head of GDAL's ``CPLHTTPResult``; the rest of it stays zero."""

    _fields_ = [("status", c_int), ("content_type", c_void_p), ("error", c_void_p)]


#: Room for the whole of that structure in any version; GDAL frees it.
_RESULT_BYTES = 256
# url, options, progress and its argument, write and its argument, the hook's own argument
_Fetch = CFUNCTYPE(c_void_p, c_char_p, *[c_void_p] * 6)


def _refuse(*_arguments: object) -> int:
    pointer: int = lgdal.VSICalloc(1, _RESULT_BYTES)
    result = cast(pointer, POINTER(_HTTPResult)).contents
    result.status = 1
    result.error = lgdal.CPLStrdup(b"Aldaba reads no addresses")
    return pointer


_hook = _Fetch(_refuse)  # kept here, or Python would free what GDAL still calls


@cache
def refuse_fetches() -> None:
    """From now on, for this whole process, every fetch by GDAL fails."""
    lgdal.VSICalloc.argtypes, lgdal.VSICalloc.restype = [c_size_t, c_size_t], c_void_p
    lgdal.CPLStrdup.argtypes, lgdal.CPLStrdup.restype = [c_char_p], c_void_p
    lgdal.CPLHTTPSetFetchCallback.argtypes = [_Fetch, c_void_p]
    lgdal.CPLHTTPSetFetchCallback.restype = None
    lgdal.CPLHTTPSetFetchCallback(_hook, None)
