"""Light markup, as the bank and domain.yml write it, turned into Telegram HTML or terminal text.

Light markup is `**bold**` and lines that begin with `- `; everything else is plain text.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

MESSAGE_UNITS = 4096
"""Longest text that Telegram takes in one message, in UTF-16 code units after parsing."""

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_LIST_LINE = re.compile(r"^- ", re.MULTILINE)
_BREAKS = ("\n\n", "\n", ". ", " ")


@dataclass(frozen=True, slots=True)
class _Span:
    text: str
    bold: bool


def to_html(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """Returns `text` as Telegram HTML, in as many messages as it needs.

    Messages end at a paragraph, a line, a sentence or a word where one is near; bold text that is
    cut goes on bold. A message is never only white space.

    Args:
        text: Light markup.
        limit: Longest message in UTF-16 code units, not counting tags; at least 2.
    """
    return ["".join(map(_span_html, part)) for part in _split(_parse(text), limit)]


def to_plain_parts(text: str, limit: int = MESSAGE_UNITS) -> list[str]:
    """Returns `text` with its marks removed, in the same messages as `to_html`."""
    return ["".join(span.text for span in part) for part in _split(_parse(text), limit)]


def to_plain(text: str) -> str:
    """Returns `text` with its marks removed."""
    return "".join(span.text for span in _parse(text))


def to_ansi(text: str) -> str:
    """Returns `text` with bold as terminal codes."""
    return "".join(f"\x1b[1m{s.text}\x1b[0m" if s.bold else s.text for s in _parse(text))


def utf16_units(text: str) -> int:
    """Returns the length of `text` in UTF-16 code units, the way Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


def _parse(text: str) -> list[_Span]:
    spans = []
    for index, piece in enumerate(_BOLD.split(_LIST_LINE.sub("• ", text.strip()))):
        if piece:
            spans.append(_Span(piece, bold=index % 2 == 1))
    return spans


def _span_html(span: _Span) -> str:
    escaped = html.escape(span.text, quote=False)
    return f"<b>{escaped}</b>" if span.bold else escaped


def _split(spans: list[_Span], limit: int) -> Iterator[list[_Span]]:
    text = "".join(span.text for span in spans)
    end = 0
    while rest := text[end:].lstrip():
        start = len(text) - len(rest)
        end = _end_of_message(text, start, limit)
        yield _cut(spans, start, end)


def _end_of_message(text: str, start: int, limit: int) -> int:
    """Returns where a message that begins at `start` ends: at a good break in its second half."""
    end, units = start, 0
    while end < len(text) and (units := units + utf16_units(text[end])) <= limit:
        end += 1
    if end == len(text):
        return end
    for mark in _BREAKS:
        at = text.rfind(mark, start + (end - start) // 2, end)
        if at != -1:
            return at + len(mark.rstrip())
    return end


def _cut(spans: list[_Span], start: int, end: int) -> list[_Span]:
    """Returns the spans between two positions of their joined text, without space at the ends."""
    cut, position = [], 0
    for span in spans:
        piece = span.text[max(0, start - position) : max(0, end - position)]
        position += len(span.text)
        if piece:
            cut.append(_Span(piece, span.bold))
    cut[-1] = _Span(cut[-1].text.rstrip(), cut[-1].bold)
    return [span for span in cut if span.text]
