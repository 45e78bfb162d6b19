from email import message_from_bytes

import pytest

from CamundaLibrary.http.multipart import PIECE, Body, Part, encode_form


def read_form(body: Body) -> list[tuple[dict[str, str], bytes]]:
    message = message_from_bytes(f"Content-Type: {body.content_type}\r\n\r\n".encode() + b"".join(body))
    return [(dict(part.items()), part.get_payload(decode=True)) for part in message.get_payload()]


def test_a_form_has_fields_and_files() -> None:
    body = encode_form([Part("data", b"abc", "a.txt", "text/plain; encoding=UTF-8"), Part("valueType", b"File")])
    assert read_form(body) == [
        (
            {
                "Content-Disposition": 'form-data; name="data"; filename="a.txt"',
                "Content-Type": "text/plain; encoding=UTF-8",
            },
            b"abc",
        ),
        ({"Content-Disposition": 'form-data; name="valueType"'}, b"File"),
    ]


@pytest.mark.parametrize(
    ("filename", "sent"),
    [
        ("Übersicht März.pdf", 'filename="Übersicht März.pdf"'),
        ("日本.png", 'filename="日本.png"'),
        ('a"b.txt', "filename*=UTF-8''a%22b.txt"),
        ("a\\b.txt", "filename*=UTF-8''a%5Cb.txt"),
        ("a\r\nContent-Type: x", "filename*=UTF-8''a%0D%0AContent-Type%3A%20x"),
    ],
)
def test_a_filename_never_ends_its_header(filename: str, sent: str) -> None:
    content = b"".join(encode_form([Part("data", b"", filename)]))
    assert content.decode().split("\r\n")[1] == f'Content-Disposition: form-data; name="data"; {sent}'


def test_a_long_body_is_sent_in_pieces_and_may_be_sent_again() -> None:
    body = Body([b"x" * (2 * PIECE + 1), b"y"], "text/plain")
    assert [len(piece) for piece in body] == [PIECE, PIECE, 1, 1]
    assert b"".join(body) == b"".join(body)
    assert len(body) == 2 * PIECE + 2


def test_an_empty_file_is_a_part_without_content() -> None:
    assert read_form(encode_form([Part("data", b"", "empty.txt")]))[0][1] == b""
