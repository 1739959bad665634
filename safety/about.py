"""Tells whose danger a message tells of: that of who writes, or of somebody else.

A small model reads it off the words and off who does what to whom: a friend who is threatened and a
friend who threatens stand in the same words otherwise. scripts/train_safety_models.py trains it, on
about_examples.jsonl.
"""

import re
from functools import cache
from pathlib import Path

from nlu.text import normalise
from safety.features import features
from safety.model import LinearModel
from safety.phrases import compile_phrase

PATH = Path(__file__).parent / "about_model.json"

SELF, FRIEND = "self", "friend"

SURE = 0.6
"""Probability from which the danger counts as somebody else's. To speak to a child in danger as to
a helper is worse than the other way round."""

_ME = "(em|mình|tôi|tớ|tao|con|tui|cháu|t|tau|mk)"
_FRIENDS = (
    "((bạn|đứa bạn|nhỏ bạn|thằng bạn|con bạn|cô bạn|cậu bạn|em gái|em trai|em họ|chị gái|nhỏ) "
    "(thân |cùng lớp |chung lớp |cùng bàn |cùng trường |trong lớp |ruột |của ){0,2}"
    f"{_ME}|"
    "bạn thân|bạn cùng lớp|bạn chung lớp|đứa bạn|nhỏ bạn|bestie|my friend|my sister)"
)
_KIN = "(mẹ|má|bố|ba|cha|ông|bà|anh|chị|em|chú|cô|dì|cậu|bác|bạn|bn|nhỏ|đứa|thằng|con|thk)"
_TIES = "(trai |gái |họ |thân |hai |út |ruột |bạn |nội |ngoại |cùng lớp |cùng bàn |của ){0,2}"
_DOES = "(muốn|định|tính|sắp|đang|bị|đòi|nói|bảo|kể|nhắn|vừa|mới|mất tích|bỏ|khóc|kêu|nhờ|cứ|đã)"
_THEY = "(nó|bạn ấy|bạn đó|cậu ấy|ổng|bả|bé|chị ấy|anh ấy|người đó)"
_DO = (
    "(đánh|dọa|bắt|ép|sờ|đụng|chạm|ôm|giữ|nhốt|đòi|gửi|hẹn|rủ|xin|đuổi|tát|đăng|tung|bảo|chở|quay)"
)
_ROLES = {
    "friend": compile_phrase(_FRIENDS),
    "kin does": compile_phrase(f"{_KIN} {_TIES}{_ME} {_DOES}"),
    "they do": compile_phrase(f"{_THEY} {_DOES}"),
    "I do": compile_phrase(f"{_ME} (muốn|định|tính|sắp|đang|bị|sợ|phải|vừa|mới|đã|hết)"),
    "done to me": compile_phrase(f"{_DO} {_ME}"),
}
_I_WANT = compile_phrase(
    f"{_ME} (chỉ |không |cũng |thật sự ){{0,2}}(muốn|định|tính) "
    "(chết|tự tử|tự sát|biến mất|kết thúc|ra đi|sống nữa|bỏ nhà|bỏ đi)"
)
_ADDRESSED = compile_phrase("(chào|hi|hello|alo|ơi|ê|nhờ|hỏi|giúp|cảm ơn) bạn")


def about(text: str) -> str:
    """Returns whose danger `text` tells of: `SELF` or `FRIEND`.

    Args:
        text: What a person typed, a crisis.
    """
    if _follows_friend(_I_WANT, _words(text)):
        return SELF
    odds = _model().probabilities(about_features(text))
    return FRIEND if odds[FRIEND] >= SURE else SELF


def about_features(text: str) -> frozenset[str]:
    """Returns what the model sees of `text`: its words, and the roles that stand in it."""
    words = _words(text)
    roles = {f"r:{name}" for name, pattern in _ROLES.items() if pattern.search(words)}
    if _follows_friend(_ROLES["I do"], words):
        roles.add("r:friend, then I do")
    return frozenset(roles | {each for each in features(words) if not each.startswith("c:")})


def _follows_friend(pattern: re.Pattern[str], words: str) -> bool:
    """Returns whether `pattern` stands behind the last friend that `words` name."""
    friends = list(_ROLES["friend"].finditer(words))
    return bool(friends and pattern.search(words, friends[-1].end()))


def _words(text: str) -> str:
    return _ADDRESSED.sub(" ", f" {normalise(text)} ")


@cache
def _model() -> LinearModel:
    return LinearModel.load(PATH)
