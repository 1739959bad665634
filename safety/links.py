"""Knows links that imitate a known site, or hide where they lead."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_HOST = re.compile(
    r"(?<![\w.@-])(?:(https?)://)?((?:[\w-]+\.)+[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3})"
    r"((?::\d+)?(?:[/?#]\S*)?)(?![\w-])",
    re.IGNORECASE,
)
_DIGITS_FOR_LETTERS = str.maketrans("01345", "oleas")
_TOP_LEVEL = frozenset(
    """
    com net org vn info xyz top club shop site online vip app me io cc link icu live biz tv gg ly
    win pro asia store website space fun click example mobi gov edu page dev su at id gy gd
    """.split()
)


def doubtful_links(text: str) -> Iterator[tuple[int, int]]:
    """Yields the place of every link in `text` that imitates a site or hides where it leads.

    Args:
        text: What was pasted; positions are those of its characters.
    """
    for match in _HOST.finditer(text):
        scheme, host, path = match[1], match[2].lower(), match[3]
        number = host.replace(".", "").isdigit()
        if not number and host.rpartition(".")[2] not in _TOP_LEVEL:
            continue
        if number and not (scheme or path):
            continue
        if _is_doubtful(host):
            yield match.span()


def _is_doubtful(host: str) -> bool:
    lists = _lists()
    if any(host == site or host.endswith(f".{site}") for site in lists["official"]):
        return False
    if host in lists["shorteners"] or host.replace(".", "").isdigit() or "xn--" in host:
        return True
    name = host.rpartition(".")[0]
    if name.endswith((".gov", ".edu")) and host.endswith(".vn"):
        return False
    plain = re.sub(r"[\W_]", "", name)
    forms = {plain, plain.translate(_DIGITS_FOR_LETTERS)}
    return any(word in form for word in lists["brands"] | lists["bait"] for form in forms)


@cache
def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    current: set[str] = set()
    text = (Path(__file__).parent / "links.txt").read_text(encoding="utf-8")
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("["):
            current = found.setdefault(line.strip("[]"), set())
        elif not line.startswith("#"):
            current.add(line)
    return {name: frozenset(words) for name, words in found.items()}
