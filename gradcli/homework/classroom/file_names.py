"""What a student's file is called: the name as it is, but for what a file system cannot take, which is written %XX."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256
from urllib.parse import unquote

REFUSED = '/\\:*?"<>|%'  # by one file system or another; and the sign that escapes
INVISIBLE = ("Cc", "Cf", "Cs", "Zl", "Zp")  # categories of characters that control something
RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.I | re.S
)
MAX_BYTES = 200  # bytes, so that a suffix and the name of a temporary file still fit into 255
CUT = "%~"  # begins the hash that ends a name cut short; no escape looks so


def file_name(student: str) -> str:
    """Return a name for the file or folder of a student. Different students have different names."""
    name = "".join(_escaped(c) if c in REFUSED or unicodedata.category(c) in INVISIBLE else c for c in student)
    if name[:1] in (".", " ", "~") or RESERVED.fullmatch(name):
        name = _escaped(name[0]) + name[1:]
    if name[-1:] in (".", " "):
        name = name[:-1] + _escaped(name[-1])
    if len(name.encode("utf-8")) <= MAX_BYTES:
        return name or "%20"
    digest = sha256(student.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    kept = name.encode("utf-8")[: MAX_BYTES - len(CUT) - len(digest)].decode("utf-8", "ignore")
    return f"{re.sub('%[0-9A-F]?$', '', kept)}{CUT}{digest}"


def student_name(name: str) -> str:
    """Return the student whose file is called so; a name that was cut short stays so."""
    return unquote(name)


def _escaped(c: str) -> str:
    return "".join(f"%{byte:02X}" for byte in c.encode("utf-8", "surrogatepass"))
