"""Small files of each type, as programs write their beginnings."""

from django.core.files.base import ContentFile

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
JPG = b"\xff\xd8\xff\xe0\0\x10JFIF"
GIF = b"GIF89a\x01\0\x01\0"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8 "
ZIP = b"PK\x03\x04\x14\0\0\0"
TEXT = "Rücklauf: 3,5 %\n".encode()
HTML = b"<!doctype html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
EXE = b"MZ\x90\0\x03"
ELF = b"\x7fELF\x02\x01"
SCRIPT = b"#!/bin/sh\nrm -rf /\n"


def a_file(content: bytes = PDF, name: str = "report.pdf") -> ContentFile:
    """An upload."""
    return ContentFile(content, name=name)
