"""What a stranger may try in every word he writes, and what would show that it worked."""

import re
from typing import Final

from app.notify.strangers import DOT

HOSTILE: Final = (
    "\u202eevil\u200b.example\r\nBcc: v@example.com\r\n\r\n<script>alert(1)</script>{{ 7 * 7 }} https://evil.example/a "
    "<img src=x onerror=alert(1)><a href='https://evil.example/login'>Sign in</a> www.evil.example erik@evil.example "
    "10.0.0.1 \x1b[2J ]]> --> \" ' & {% raw %}"
)
"""The worst comes first, for much is cut off."""

AUTOLINK: Final = re.compile(
    rf"(?i)[a-z][a-z0-9+.-]*://|\b(?:mailto|tel|sms|sip|callto|skype|magnet):\S|\bwww{DOT}"
    rf"|[^\s.…(\[{{<\"'“‘]{DOT}[^\W\d_](?:[\w-]|[^\x00-\x7f])|\b\d{{1,3}}(?:{DOT}\d{{1,3}}){{3}}\b|\\\\\S"
)
"""What mail programs make links of, written broader than theirs: scheme, www, host with a top-level domain, IPv4."""
