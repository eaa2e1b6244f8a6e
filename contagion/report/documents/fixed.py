"""Files that are the same each time they are made."""

from __future__ import annotations

import datetime
import io
import zipfile

OLDEST = (1980, 1, 1, 0, 0, 0)
"""The first day that a zip file can write."""


def dated_zip(held: bytes, made: datetime.datetime) -> bytes:
    """A zip file whose every part bears one date and no trace of the machine that packed it."""
    day = max(made.timetuple()[:6], OLDEST)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(held)) as before, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = zipfile.ZipInfo(name, day)
            part.compress_type, part.create_system, part.external_attr = zipfile.ZIP_DEFLATED, 3, 0o600 << 16
            after.writestr(part, before.read(name))
    return packed.getvalue()
