"""Normaliser of Vietnamese teen text, shared by the classifier, the search and the safety rules.

One text, typed by different children on different keyboards, should come out the same: marks
composed, tone marks in one place, stretched letters and telex slips mended, teencode spelled out,
punctuation and emoji gone. Abbreviations with two meanings are left as they are.
"""

import re
import unicodedata
from pathlib import Path

from nlu.syllable import is_bare_syllable, is_syllable, split_tone, strip_diacritics

__all__ = ["normalise", "strip_diacritics"]

_MAX_WORD = 40
_MENDS = 4

_WORD = re.compile(r"[^\W_]+")
_SPELLED = re.compile(r"(?<![^\W_])[^\W\d_](?:[\s.\-_*/|,]{1,3}[^\W\d_]){2,13}(?![^\W_])")
_BROKEN = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,7}(?:[.\-_*][^\W\d_]{1,7}){1,7}(?![^\W\d_])")
_RUN = re.compile(r"([^\W\d_])\1{2,}")
_FINAL_DOUBLE = re.compile(r"([^\W\d_])\1$")
_GLIDE_TONES = {
    f"{first}{marked}": f"{toned}{last}"
    for first, last, pairs in (
        ("o", "a", "oà òa oá óa oả ỏa oã õa oạ ọa"),
        ("o", "e", "oè òe oé óe oẻ ỏe oẽ õe oẹ ọe"),
        ("u", "y", "uỳ ùy uý úy uỷ ủy uỹ ũy uỵ ụy"),
    )
    for new, old in zip(pairs.split()[::2], pairs.split()[1::2], strict=True)
    for marked, toned in ((new[1], old[0]),)
}
_NEW_STYLE = re.compile(f"(?<!q)({'|'.join(_GLIDE_TONES)})$")
_Y_AFTER = re.compile(r"^([hklmst])([yỳýỷỹỵ])$")
_Y_TO_I = str.maketrans("yỳýỷỹỵ", "iìíỉĩị")
_UO_SLIP = re.compile(r"u([ơờớởỡợ])(?=[^\W\d_])")

_TELEX_VOWELS = {
    "aa": "â",
    "ee": "ê",
    "oo": "ô",
    "aw": "ă",
    "ow": "ơ",
    "uow": "ươ",
    "uw": "ư",
    "dd": "đ",
}
_TELEX = re.compile("|".join(sorted(_TELEX_VOWELS, key=len, reverse=True)))
_TELEX_TONES = {
    "s": "\N{COMBINING ACUTE ACCENT}",
    "f": "\N{COMBINING GRAVE ACCENT}",
    "r": "\N{COMBINING HOOK ABOVE}",
    "x": "\N{COMBINING TILDE}",
    "j": "\N{COMBINING DOT BELOW}",
}
_NOT_TELEX = frozenset(
    """
    bee been boo book boom boong cook cow deep door feed food good how keep look low mee moon need
    new noob now off queen room screen see seed seen shoot show soon teen too tree view week wow
    xoong zoom
    """.split()
)
_LEET = str.maketrans("013457", "oiesat")
_RESPELLED = (("f", "ph"), ("w", "qu"), ("j", "gi"), ("z", "v"))
_FOREIGN = frozenset(
    "fake fan far for free full fun war was way we web who why wifi win zoo".split()
)


def _read_teencode() -> dict[str, str]:
    lines = (Path(__file__).parent / "teencode.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


_TEENCODE = _read_teencode()
_TEENCODE_PHRASES = tuple((k, v) for k, v in _TEENCODE.items() if " " in k)


def normalise(text: str) -> str:
    """Returns `text` in the one spelling that classifier, search and safety rules work on.

    Lower case, composed marks (NFKC), single spaces, letters and digits only. Broken surrogate
    pairs, control, direction and zero-width characters are dropped. Applying it twice gives the
    same as once.

    Args:
        text: What a person typed, of any length.
    """
    clean = _clean(text)
    clean = _SPELLED.sub(_join_spelled, clean)
    clean = _BROKEN.sub(_join_broken, clean)
    words = " ".join(_normalise_word(word) for word in _WORD.findall(clean))
    for typed, meant in _TEENCODE_PHRASES:
        if typed in words:
            words = re.sub(rf"\b{typed}\b", meant, words)
    return words


def _clean(text: str) -> str:
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    whole = unicodedata.normalize("NFKC", whole).lower()
    # Lower-casing can decompose ("İ"), so compose again; a mark that is still alone is noise.
    whole = unicodedata.normalize("NFC", whole)
    if whole.isascii() and whole.isprintable():
        return whole
    return "".join(_kept(c) for c in whole)


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Cf", "Mn", "Me", "Cn", "Co"}:
        return ""
    return " " if category == "Cc" else character


def _join_spelled(match: re.Match[str]) -> str:
    """Joins letters typed apart ("c h ế t") where together they are one or two syllables."""
    spelled = match.group()
    letters = [c for c in spelled if c.isalpha()]
    if all(letter in _TEENCODE for letter in letters):
        return spelled
    joined = "".join(letters)
    for cut in range(len(joined), 1, -1):
        head, tail = joined[:cut], joined[cut:]
        if _is_word(head) and (not tail or (len(tail) > 1 and _is_word(tail))):
            return f"{head} {tail}".strip()
    return spelled


def _join_broken(match: re.Match[str]) -> str:
    """Joins a syllable that a sign was put into ("ch.ết")."""
    parts = re.split(r"[.\-_*]", match.group())
    joined = "".join(parts)
    return joined if is_syllable(joined) and not all(map(_is_word, parts)) else match.group()


def _is_word(word: str) -> bool:
    return is_syllable(word) or is_bare_syllable(word) or word == "sex"


def _normalise_word(word: str) -> str:
    if len(set(word)) == 1:  # laughter ("kkk", "hhh") and screams are no abbreviations
        return _TEENCODE.get(word, word[:3])
    if len(word) > _MAX_WORD:
        word = _RUN.sub(r"\1", word)[:_MAX_WORD]
    for _ in range(_MENDS):
        if word in _TEENCODE:
            return _TEENCODE[word]
        before = word
        if not (word.isdigit() or is_syllable(word)):
            word = _mend(word)
        word = _one_spelling(word)
        if word == before:
            break
    return word


def _mend(word: str) -> str:
    """Mends what the keyboard or the child's spelling did to a word."""
    word = _RUN.sub(r"\1", word)
    word = _mend_telex(word)
    word = _mend_end(word)
    word = _mend_leet(word)
    return _respell(word)


def _one_spelling(word: str) -> str:
    """Writes "đuợc" as "được", "hoà" as "hòa" and "kỹ" as "kĩ"."""
    word = _UO_SLIP.sub(lambda m: f"ư{m.group(1)}", word)
    word = _NEW_STYLE.sub(lambda m: _GLIDE_TONES[m.group(1)], word)
    return _Y_AFTER.sub(lambda m: m.group(1) + m.group(2).translate(_Y_TO_I), word)


def _mend_telex(word: str) -> str:
    """Reads telex keystrokes that the keyboard left as letters ("khoong", "ddược", "vieetj")."""
    if word in _NOT_TELEX:
        return word
    if not word.isascii():
        return f"đ{word[2:]}" if word.startswith("dd") else word
    if not _TELEX.search(word) and word[-1] not in "jf":
        return word
    body, tone = word, ""
    if len(word) > 2 and word[-1] in _TELEX_TONES:
        body, tone = word[:-1], _TELEX_TONES[word[-1]]
    decoded = _TELEX.sub(lambda m: _TELEX_VOWELS[m.group()], body)
    if tone:
        decoded = _with_tone(decoded, tone)
    return decoded if is_syllable(decoded) else word


def _with_tone(word: str, tone: str) -> str:
    """Puts `tone` on the vowel that carries it in Vietnamese spelling."""
    start = 2 if word.startswith(("qu", "gi")) and len(word) > 2 else 0
    vowels = [i for i in range(start, len(word)) if strip_diacritics(word[i]) in "aeiouy"]
    if not vowels:
        return word
    marked = [i for i in vowels if word[i] in "âăêôơư"]
    closed = vowels[-1] < len(word) - 1
    if marked:
        place = marked[-1]
    elif len(vowels) == 1 or closed:
        place = vowels[-1]
    else:
        place = vowels[-2]
    toned = word[: place + 1] + tone + word[place + 1 :]
    return unicodedata.normalize("NFC", toned)


def _mend_end(word: str) -> str:
    """Drops a letter repeated at the end of a syllable ("đii", "quáa", "khôngg")."""
    short = _FINAL_DOUBLE.sub(r"\1", word)
    if short == word and len(word) > 1 and word[-1] in "aeiouy":
        before, tones = split_tone(word[-2])
        if tones and strip_diacritics(before) == word[-1]:
            short = word[:-1]
    return short if _is_word(short) else word


def _mend_leet(word: str) -> str:
    """Reads digits that stand for letters inside a word ("ch3t", "s3x")."""
    if len(word) < 3 or word.isalpha() or not word[0].isalpha():
        return word
    letters = word.translate(_LEET)
    return letters if _is_word(letters) else word


def _respell(word: str) -> str:
    """Reads f for ph, w for qu, j for gi and z for v at the head of a syllable."""
    if word in _FOREIGN or _is_word(word):
        return word
    for typed, meant in _RESPELLED:
        if word.startswith(typed) and _is_word(meant + word[1:]):
            return meant + word[1:]
    return word
