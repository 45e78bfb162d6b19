"""A page that was published, or a log that was not, looked through for secrets once more."""

import base64
import re
import zlib
from collections.abc import Callable

from CamundaLibrary.logs.scrubbing import LogUnreadableError, Scrubber

# As page.py writes them.
_BLOCK = (
    rb'(<script type="text/plain" class="(?:packed-log|kept-file)" data-type="(?P<type>[^"]*)" data-name="[^"]*"'
    rb"(?P<packed> data-packed)?>)(?P<content>[A-Za-z0-9+/=]*)(?=</script>)"
)
_INDEX = rb'(?<=<script type="application/json" id="kept-index">).*(?=</script>)'
_TEXTS = (b"text/", b"application/json", b"application/xml", b"image/svg+xml")


def clean_page(content: bytes, scrubber: Scrubber) -> bytes:
    """Returns an HTML page, or a part of a log, without the secrets: what it shows, and the files and log in it."""
    if not re.search(_BLOCK, content):
        return _clean_log(content, scrubber)
    content = re.sub(_BLOCK, lambda block: _clean_block(block, scrubber), content)
    content = re.sub(_INDEX, lambda index: scrubber.file(index[0], is_html=True), content)
    try:
        return scrubber.log(content)
    except LogUnreadableError:  # it is packed: what remains is ours, and pictures in base64
        return content


def _clean_block(block: re.Match[bytes], scrubber: Scrubber) -> bytes:
    if not block["type"].startswith(_TEXTS):
        return block[0]
    unpack: Callable[[bytes], bytes] = zlib.decompress if block["packed"] else bytes
    pack: Callable[[bytes], bytes] = zlib.compress if block["packed"] else bytes
    try:
        content = unpack(base64.b64decode(block["content"]))
    except (ValueError, zlib.error):
        return block[0]
    clean = _clean_log(content, scrubber)
    return block[0] if clean == content else block[1] + base64.b64encode(pack(clean))


def _clean_log(content: bytes, scrubber: Scrubber) -> bytes:
    try:
        return scrubber.log(content)
    except LogUnreadableError:
        return scrubber.file(content, is_html=True)
