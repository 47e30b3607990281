"""PDF papers: kept without what they tell of their maker, or refused in words."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest

from field.api.attachments import attachment_response
from field.models import Attachment
from field.services import papers
from field.services.attachments import store_attachment
from geo.problems import Invalid
from tests.field.papers import SECRET, bulky, pdf
from tests.field.pictures import camera_exif, kept_files, picture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept(paper: bytes) -> bytes:
    stored = store_attachment(source=io.BytesIO(paper)).attachment
    return b"".join(attachment_response(sha256=stored.pk).streaming_content)


def refusal(paper: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        store_attachment(source=io.BytesIO(paper))
    assert not Attachment.objects.exists()
    return refused.value.errors[0]["code"]


def test_a_paper_tells_nothing_of_its_maker():
    came = pdf(picture())
    assert came.count(SECRET.encode()) >= 4
    clean = kept(came)
    assert SECRET.encode() not in clean
    with pikepdf.open(io.BytesIO(clean)) as paper:
        assert len(paper.pages) == 1
        assert "/Info" not in paper.trailer


def test_photos_in_a_paper_lose_their_place_and_keep_their_pixels():
    photo, plain = picture(exif=camera_exif()), picture()
    clean = kept(pdf(photo, plain))
    assert b"ACME-PHONE" in pdf(photo, plain)
    assert b"ACME-PHONE" not in clean
    with pikepdf.open(io.BytesIO(clean)) as paper:
        shown = [page.Resources.XObject.Im0.read_raw_bytes() for page in paper.pages]
    assert shown == [plain, plain]


def test_many_large_photos_are_cut_a_few_at_a_time():
    photos = [picture(size=(3000 + n, 3000), quality=100, exif=camera_exif(6)) for n in range(4)]
    photos = [photo[:-2] + bytes(8 * 2**20) + photo[-2:] for photo in photos]
    clean = kept(pdf(*photos))
    assert b"ACME-PHONE" not in clean
    with pikepdf.open(io.BytesIO(clean)) as paper:
        assert len(paper.pages) == 4


def test_what_an_earlier_revision_said_goes_too():
    first = pdf()
    assert b"/Root 1 0 R" in first
    table = first[first.rindex(b"startxref") :].split()[1].decode()
    later = first + f"\nxref\n0 0\ntrailer << /Root 1 0 R /Size 20 /Prev {table} >>\n".encode()
    later += f"startxref\n{len(first) + 1}\n%%EOF\n".encode()
    assert SECRET.encode() not in kept(later)


def test_a_signed_paper_stays_as_it_came(media):
    paper = pikepdf.open(io.BytesIO(pdf()))
    field = pikepdf.Dictionary(Type=pikepdf.Name.Sig, ByteRange=[0, 10, 20, 30], Contents=b"seal")
    signature = pikepdf.Dictionary(FT=pikepdf.Name.Sig, T="s", V=paper.make_indirect(field))
    paper.Root.AcroForm = pikepdf.Dictionary(Fields=[paper.make_indirect(signature)], SigFlags=3)
    out = io.BytesIO()
    paper.save(out)
    assert kept(out.getvalue()) == out.getvalue()
    assert len(kept_files(media)) == 1


def test_a_paper_that_asks_for_a_password_is_refused_and_one_that_forbids_copying_is_not(media):
    locked = pdf(encryption=pikepdf.Encryption(user="abre", owner="abre"))
    assert refusal(locked) == "locked"
    assert kept_files(media) == []
    clean = kept(pdf(encryption=pikepdf.Encryption(user="", owner="duena")))
    assert SECRET.encode() not in clean
    with pikepdf.open(io.BytesIO(clean)) as paper:
        assert not paper.is_encrypted


@pytest.mark.parametrize("rest", [b"", b"nada", bytes(2000), b"1 0 obj<</Type/Catalog>>endobj\n%%EOF"])
def test_what_only_begins_like_a_paper_is_refused(media, rest):
    assert refusal(b"%PDF-1.7\n" + rest) == "broken"
    assert kept_files(media) == []


def test_a_paper_cut_off_at_its_end_is_mended():
    came = pdf(picture())
    clean = kept(came[: came.rindex(b"xref") - 20])
    assert SECRET.encode() not in clean


def test_a_paper_made_to_fill_the_memory_is_refused(media):
    """Objects in a stream that swells from kilobytes to gigabytes."""
    swelling = zlib.compressobj()
    packed = b"".join(swelling.compress(bytes(2**24)) for _ in range(64)) + swelling.flush()
    bomb = (
        b"%PDF-1.7\n1 0 obj<</Type/ObjStm/N 1/First 10/Filter/FlateDecode/Length "
        + str(len(packed)).encode()
        + b">>stream\n"
        + packed
        + b"\nendstream endobj\n2 0 obj<</Type/XRef/W[1 2 1]/Size 4/Root 3 0 R/Length 16>>stream\n"
        + bytes([0, 0, 0, 0, 1, 0, 9, 0, 1, 0, 9, 0, 2, 0, 1, 0])
        + b"\nendstream endobj\n"
    )
    bomb += b"startxref\n" + str(bomb.index(b"2 0 obj")).encode() + b"\n%%EOF\n"
    assert refusal(bomb) == "broken"
    assert kept_files(media) == []


def test_a_paper_that_takes_too_long_is_refused(media, monkeypatch):
    monkeypatch.setattr(papers, "SECONDS", 0.01)
    assert refusal(bulky(5)) == "broken"
    assert kept_files(media) == []
