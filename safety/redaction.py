"""Masks what could tell who somebody is, before a text leaves the process that received it.

Phone, account and identity numbers, codes, e-mail addresses, handles, names, postal addresses and
schools become a word in brackets. Of a link the host stays, since look-alikes are known by it.
Amounts of money stay. A name in small letters that is also a word cannot be told from that word,
so not every name is found.
"""

import re

NUMBER = "[số]"
NAME = "[tên]"
ADDRESS = "[địa chỉ]"
SCHOOL = "[trường]"
EMAIL = "[email]"

_UPPER = "A-ZÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚĂĐĨŨƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼỀẾỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸÝ"
_CAPITAL = rf"[{_UPPER}][^\W\d_]*"
_CAPITALS = rf"{_CAPITAL}(?:[ ]{_CAPITAL}){{0,4}}"
_SURNAMES = (
    "Nguyễn|Trần|Lê|Phạm|Hoàng|Huỳnh|Phan|Vũ|Võ|Đặng|Bùi|Đỗ|Hồ|Ngô|Dương|Lý|Đinh|Trịnh|Đoàn|Lâm|"
    "Mai|Tô|Trương|Cao|Lương|Châu|Tạ|Thái|Quách|Nguyen|Tran|Pham|Huynh|Hoang|Dang|Bui|Ngo|Duong"
)
_TOP_LEVEL = (
    "com|net|org|vn|info|xyz|top|club|shop|site|online|vip|app|me|io|cc|link|icu|live|biz|tv|gg|ly|"
    "win|pro|asia|store|website|space|fun|click|example|mobi|gov|edu|page|dev|co"
)
_MONEY = r"\s?(?:k|đ|d|đồng|dong|vnđ|vnd|tr|triệu|trieu|củ|tỷ|tỉ|usd|\$|kc|xu|rb|robux|like|view)\b"

_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), EMAIL),
    (
        re.compile(
            rf"(?:https?://)?(?<![\w.@-])((?:[\w-]+\.)+(?:{_TOP_LEVEL}))(?![\w.-]*\w)"
            r"(?:[:/?#][^\s]*)?",
            re.IGNORECASE,
        ),
        r"\1",
    ),
    (re.compile(r"(?<!\w)@[\w.]{2,}"), NAME),
    (re.compile(rf"(?<![\w.,])\+?\d(?:[ .-]?\d){{7,}}(?!\d)(?!{_MONEY})(?<!000)"), NUMBER),
    (re.compile(rf"(?<![\w.,])\d{{6,}}(?!\d)(?!{_MONEY})(?<!000)"), NUMBER),
    (
        re.compile(
            r"((?:\bmã|\bma|\botp|\bcode|\bpin|\bpass|mật khẩu|mat khau|\bmk)"
            r"(?:[ :]+[^\W\d_]+){0,3}[ :]+)\d{4,}\b",
            re.IGNORECASE,
        ),
        rf"\1{NUMBER}",
    ),
    (
        re.compile(
            r"((?i:\btrường|\btruong|\bthcs|\bthpt|tiểu học|tieu hoc|cấp [123]|cap [123])"
            rf"(?:[ ](?i:thcs|thpt|tiểu học|cấp [123]|dân lập|chuyên))*)[ ]{_CAPITALS}"
        ),
        rf"\1 {SCHOOL}",
    ),
    (
        re.compile(
            r"(?i:\b(?:số nhà|so nha|nhà số|nha so)) ?\d[\w/]*"
            rf"(?:[ ,]+(?i:đường|phố|ngõ|ngách|hẻm|duong|pho|ngo|hem)?[ ]?(?:{_CAPITALS}|\d+))*"
        ),
        ADDRESS,
    ),
    (re.compile(rf"\b\d+[a-zA-Z]?(?:/\d+)* (?i:đường|phố|duong) {_CAPITALS}"), ADDRESS),
    (re.compile(rf"\b\d+/\d+(?:/\d+)* {_CAPITALS}"), ADDRESS),
    (
        re.compile(
            r"((?i:\b(?:đường|ngõ|ngách|hẻm|thôn|xóm|ấp|phường|xã|thị trấn|duong|hem|thon|xom|"
            rf"phuong)))[ ](?:{_CAPITALS}|\d+[\w/]*)"
        ),
        rf"\1 {ADDRESS}",
    ),
    (re.compile(rf"\b(?:{_SURNAMES})(?:[ ]{_CAPITAL}){{1,4}}"), NAME),
    (re.compile(r"(?i:\b(?:nguyễn|nguyen|trần|tran|phạm|pham|huỳnh|huynh|hoàng|hoang|lê|le|vũ|võ) "
                r"(?:văn|van|thị|thi) [^\W\d_]+(?: [^\W\d_]+)?)\b"), NAME),
    (
        re.compile(
            r"((?i:\btên|\bten)(?:[ ](?i:thật|that|em|mình|minh|tớ|tôi|anh|chị|cháu|con|là|la))*)"
            rf"[ :]+{_CAPITALS}"
        ),
        rf"\1 {NAME}",
    ),
)  # fmt: skip


def mask(text: str) -> str:
    """Returns `text` with numbers, names and addresses masked.

    Args:
        text: What a person typed or pasted, of any length.
    """
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text
