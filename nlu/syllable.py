"""The shape of a Vietnamese syllable: initial consonants, rimes, tones.

Used to tell a mistyped Vietnamese word from a word of another language. The inventory of initials
and rimes is the one taught for chữ Quốc ngữ; loan rimes ("oong", "eng") are in.
"""

import unicodedata

_STRIPPED = str.maketrans("đĐ", "dD")

INITIALS = tuple("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x".split())

_RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi
    om on ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh uêu ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy
    uya uych uyên uyêt uynh uyp uyt uyu uan uang uanh uac uach uat uao uay uai ue uen uet ueo uăn
    uăng uăc uăt uăp uăm
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y yêm yên yêt yêu yêng ynh
    """.split()
)
_STOPS = ("c", "ch", "p", "t")
_STOP_TONES = ("\N{COMBINING ACUTE ACCENT}", "\N{COMBINING DOT BELOW}")
_TONES = frozenset(
    "\N{COMBINING ACUTE ACCENT}\N{COMBINING GRAVE ACCENT}\N{COMBINING HOOK ABOVE}"
    "\N{COMBINING TILDE}\N{COMBINING DOT BELOW}"
)


def strip_diacritics(text: str) -> str:
    """Returns `text` without tone and vowel marks; "đ" becomes "d"."""
    if text.isascii():
        return text
    decomposed = unicodedata.normalize("NFD", text)
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFC", bare).translate(_STRIPPED)


def split_tone(word: str) -> tuple[str, str]:
    """Returns `word` without its tone mark (vowel marks stay), and the tone marks it had."""
    if word.isascii():
        return word, ""
    decomposed = unicodedata.normalize("NFD", word)
    bare = "".join(c for c in decomposed if c not in _TONES)
    return unicodedata.normalize("NFC", bare), "".join(c for c in decomposed if c in _TONES)


_SYLLABLES = frozenset(initial + rime for initial in ("", *INITIALS) for rime in _RIMES) | {
    "gi",
    "gin",
    "giêng",
    "giêt",
}
_BARE_SYLLABLES = frozenset(strip_diacritics(syllable) for syllable in _SYLLABLES)


def is_syllable(word: str) -> bool:
    """Tells whether lower-case `word`, fully marked, could be a Vietnamese syllable."""
    bare, tones = split_tone(word)
    if bare not in _SYLLABLES or len(tones) > 1:
        return False
    return not bare.endswith(_STOPS) or tones in _STOP_TONES


def is_bare_syllable(word: str) -> bool:
    """Tells whether lower-case `word`, typed without any mark, could be a Vietnamese syllable."""
    return word in _BARE_SYLLABLES
