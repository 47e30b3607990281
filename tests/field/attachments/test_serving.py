"""Files given back: papers downloaded, photos shown, missing ones named."""

from __future__ import annotations

import io

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from field.api.attachments import attachment_response
from field.services.attachments import missing_attachments, open_attachment, store_attachment
from field.services.thumbnails import make_thumbnail
from geo.problems import NotFound
from tests.field.papers import pdf
from tests.field.pictures import camera_exif, kept_files, picture, served, sha

pytestmark = pytest.mark.django_db


def test_a_paper_is_only_downloaded(media):
    paper = pdf()
    store_attachment(source=ContentFile(paper))
    response = attachment_response(sha256=sha(paper))
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    with pytest.raises(NotFound):
        open_attachment(sha256=sha(paper), size="thumb")


def test_a_photo_is_shown_in_the_page_whole_or_small(media):
    photo = picture(size=(2000, 1000), exif=camera_exif(6))
    store_attachment(source=io.BytesIO(photo))
    before = b"".join(attachment_response(sha256=sha(photo), size="thumb").streaming_content)
    assert before == served(photo)  # not drawn yet
    assert make_thumbnail(sha256=sha(photo))
    assert make_thumbnail(sha256=sha(photo))
    response = attachment_response(sha256=sha(photo), size="thumb")
    assert response["Content-Disposition"].startswith("inline;")
    small = Image.open(io.BytesIO(b"".join(response.streaming_content)))
    assert small.size == (240, 480)
    assert not small.getexif()
    assert len(kept_files(media)) == 2


def test_a_file_that_is_not_here_is_called_missing(media):
    photo = picture()
    for size in ("full", "thumb"):
        with pytest.raises(NotFound):
            open_attachment(sha256=sha(photo), size=size)
    store_attachment(source=io.BytesIO(photo))
    for path in kept_files(media):
        path.unlink()
    with pytest.raises(NotFound):
        open_attachment(sha256=sha(photo))


def test_which_files_are_missing_takes_one_query(django_assert_num_queries):
    photo = picture()
    store_attachment(source=io.BytesIO(photo))
    with django_assert_num_queries(1):
        assert missing_attachments([sha(photo), sha(b"a"), sha(b"a"), sha(b"b")]) == {sha(b"a"), sha(b"b")}
    with django_assert_num_queries(0):
        assert missing_attachments([]) == set()
