"""Names of variables, and names of files from outside."""

import pytest

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables import check_name, safe_filename


@pytest.mark.parametrize(
    "name", ["x", "self", "a/b", "ä b%\"'\\", "😀" * 127, "n" * 255, "${x}", "%{PATH}", "a=b", "a\nb", "__class__"]
)
def test_any_name_goes(name):
    check_name(name)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "The name of a variable must not be empty."),
        ("n" * 256, f"The variable name '{'n' * 77}...' is longer than 255 characters."),
        ("😀" * 128, f"The variable name '{'😀' * 77}...' is longer than 255 characters."),
        ("total ", "The variable name 'total ' begins or ends with a space."),
        ("\ttotal", "The variable name '\ttotal' begins or ends with a space."),
        ("\u3000x", "The variable name '\u3000x' begins or ends with a space."),
        ("a\0b", "The variable name 'a\\x00b' has characters that cannot be stored."),
        ("a\ud800b", "The variable name 'a\\ud800b' has characters that cannot be stored."),
        (5, "A value of Python type int cannot be stored: the name of a variable must be text."),
    ],
)
def test_name_that_cannot_be_stored_is_refused(name, message):
    with pytest.raises(ValueRefused) as refused:
        check_name(name)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("report.pdf", "report.pdf"),
        ("Bericht Größe 😀.pdf", "Bericht Größe 😀.pdf"),
        ("../../x", "x"),
        ("..\\..\\x.exe", "x.exe"),
        ("C:\\x", "x"),
        ("C:x", "C_x"),
        ("C:\\folder/x.txt", "x.txt"),
        ("\\\\server\\share\\x", "x"),
        ("/etc/passwd", "passwd"),
        ("file.txt:stream", "file.txt_stream"),
        ('a<b>c"d|e?f*g', "a_b_c_d_e_f_g"),
        ("", "file"),
        (".", "file"),
        ("..", "file"),
        ("...", "file"),
        (" . ", "file"),
        ("folder/", "file"),
        ("\0", "file"),
        ("a\0b\nc\x7f\x85.txt", "abc.txt"),
        ("a/..\0", "file"),
        (" name.txt. . ", "name.txt"),
        (".bashrc", ".bashrc"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("aux .tar.gz", "_aux .tar.gz"),
        ("Lpt¹", "_Lpt¹"),
        ("CONIN$", "_CONIN$"),
        ("COM10", "COM10"),
        ("contract.txt", "contract.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\ud800.txt", "_.txt"),
        ("x" * 200, "x" * 200),
        ("x" * 300, "x" * 200),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("😀" * 100 + ".png", "😀" * 49 + ".png"),
        ("x" * 195 + "." * 10 + "pdf", "x" * 195 + ".pdf"),
        ("x." + "y" * 250, "x." + "y" * 198),
        ("." + "y" * 250, "." + "y" * 199),
    ],
)
def test_filename_from_outside_becomes_a_safe_base_name(name, safe):
    assert safe_filename(name) == safe
    assert safe_filename(safe) == safe
