"""What may be attached is decided by what stands in it, and comes out with nothing but what is meant to be seen."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from PIL import Image

from forum.attachments import picture_child
from forum.attachments.recognising import PicturesWait, Unsuitable, recognise
from tests.attachments import files


@pytest.mark.parametrize(("sent_as", "kept_as"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "png")])
def test_a_picture_stays_a_picture_of_its_kind(app: Flask, sent_as: str, kept_as: str) -> None:
    made = recognise(files.picture(sent_as), "a.txt")
    assert (made.kind, made.width, made.height) == (kept_as, 40, 20)
    red, green, blue = files.opened(made.data).convert("RGB").getpixel((5, 10))  # type: ignore[misc]
    assert red > 200 > 60 > max(green, blue)


def test_a_photograph_lies_upright_though_its_note_about_that_is_gone(app: Flask) -> None:
    made = recognise(files.photograph(orientation=6), "a.jpg")
    assert (made.width, made.height) == (20, 40)
    shown = files.opened(made.data).convert("RGB")
    assert shown.getpixel((10, 5))[0] > 200 > 60 > shown.getpixel((10, 35))[0]  # type: ignore[index]


def test_a_large_picture_is_made_as_large_as_a_screen_needs(app: Flask) -> None:
    made = recognise(files.picture(size=(4_000, 1_000)), "a.png")
    assert (made.width, made.height) == (2_560, 640)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_pictures_of_every_depth_come_out_readable(app: Flask, mode: str) -> None:
    made = recognise(files.picture(mode=mode), "a.png")
    assert files.opened(made.data).mode in ("L", "RGB", "RGBA")


def test_what_is_see_through_stays_so(app: Flask) -> None:
    out = io.BytesIO()
    Image.new("RGBA", (9, 9), (255, 0, 0, 0)).save(out, "PNG")
    assert files.opened(recognise(out.getvalue(), "a.png").data).getpixel((4, 4))[3] == 0  # type: ignore[index]


def test_of_a_moving_picture_the_first_is_kept_and_that_is_said(app: Flask) -> None:
    made = recognise(files.moving(), "a.gif")
    assert files.opened(made.data).convert("RGB").getpixel((9, 9))[0] > 200  # type: ignore[index]
    assert "only the first" in made.remark
    assert not recognise(files.picture("GIF"), "a.gif").remark


def test_a_picture_keeps_no_name_and_a_file_does(app: Flask) -> None:
    assert recognise(files.picture(), "Kim at home.png").name == ""
    assert recognise(files.PDF, "Отчёт за март.pdf").name == "Отчёт за март.pdf"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.txt"),
        ("..\\..\\windows\\win.ini", "win.txt"),
        ("a\r\nSet-Cookie: x=1.txt", "aSet-Cookie: x=1.txt"),
        ("report\u202egnp.exe", "reportgnp.txt"),
        (".htaccess", "htaccess.txt"),
        ("", "file.txt"),
        ('a";filename="b.html', 'a";filename="b.txt'),
        ("名" * 300, "名" * 120 + ".txt"),
        ("prices.CSV", "prices.csv"),
    ],
)
def test_a_name_is_one_plain_line_with_the_ending_of_what_it_is(app: Flask, given: str, kept: str) -> None:
    assert recognise(b"a, b\n1, 2\n", given).name == kept


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_of_usual_encodings_is_kept_in_one(app: Flask, encoding: str) -> None:
    assert recognise("Größe; 12 €\n".encode(encoding), "a.csv").data.decode() == "Größe; 12 €\n"


def test_too_large_a_file_is_refused_with_both_sizes(app: Flask) -> None:
    with pytest.raises(Unsuitable, match=r"12\.0 MB; 10\.0 MB is the most"):
        recognise(bytes(12_000_000), "a.png")


def test_a_picture_that_takes_too_long_is_given_up(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_child, "TIME", 0.01)
    with pytest.raises(Unsuitable, match="cannot be read"):
        recognise(files.picture(), "a.png")


def test_who_comes_while_others_are_at_work_is_asked_to_wait(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_child, "TIME", 0.01)
    for _ in range(picture_child.AT_ONCE):
        picture_child._turns.acquire()
    try:
        with pytest.raises(PicturesWait):
            recognise(files.picture(), "a.png")
    finally:
        for _ in range(picture_child.AT_ONCE):
            picture_child._turns.release()
