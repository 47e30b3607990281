"""The vector files that municipalities really have, read through GDAL into 4326.

``files`` finds the file to open, ``text`` decides how its letters are encoded, ``reader`` reads a layer.
"""
