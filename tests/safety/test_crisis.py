import time
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlu.text import strip_diacritics
from safety import crisis
from safety.crisis import KINDS, Crisis, detect, match_phrase
from safety.model import NONE


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """The probabilities that the model will give to any text; a test fills them in."""
    odds: dict[str, float] = {}

    class Stub:
        def knows(self, found: frozenset[str]) -> float:
            return 0.0 if "b:suicidal" in found else 1.0

        def probabilities(self, _found: frozenset[str]) -> dict[str, float]:
            return dict(odds)

    monkeypatch.setattr(crisis, "_model", Stub)
    return odds


def test_every_kind_has_phrases_and_lines_that_are_harmless() -> None:
    assert set(crisis._SECTIONS) == {*KINDS, "frames"}
    for kind in KINDS:
        assert crisis._SECTIONS[kind].phrases
        assert crisis._SECTIONS[kind].harmless


def test_no_phrase_matches_nothing() -> None:
    """An alternative left empty by mistake would find a crisis in every text."""
    for section in crisis._SECTIONS.values():
        for pattern in (*section.phrases, *section.harmless):
            assert not pattern.search("  "), pattern.pattern
            assert not pattern.search(" xyz xyz xyz xyz "), pattern.pattern


# ------------------------------------------------------------------------------- the phrases


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("em không muốn sống nữa", "self_harm"),
        ("mình định tự tử", "self_harm"),
        ("em hay rạch tay mỗi khi buồn", "self_harm"),
        ("i want to die", "self_harm"),
        ("gonna kill myself", "self_harm"),
        ("bố dượng hay sờ soạng em", "abuse"),
        ("thầy giáo bắt em cởi áo", "abuse"),
        ("em bị lừa bán sang bên này", "trafficked"),
        ("họ bắt tụi em phải lừa người khác", "trafficked"),
        ("công an gọi video bảo em liên quan rửa tiền, bắt chuyển tiền", "fake_police"),
        ("nó dọa đăng ảnh của em lên mạng", "sextortion"),
        ("em đang bị tống tiền", "sextortion"),
        ("bố em say lại đánh em chảy máu", "violence"),
        ("nó cầm dao dọa giết em", "violence"),
        ("tối nay em đi gặp anh quen qua mạng", "meeting"),
        ("em bỏ nhà đi rồi", "runaway"),
        ("mẹ đuổi em ra khỏi nhà, em không có chỗ nào để ngủ", "runaway"),
    ],
)
def test_a_crisis_is_found_and_named(text: str, kind: str) -> None:
    assert match_phrase(text) == Crisis(kind, "self")
    assert detect(text) == Crisis(kind, "self")


@pytest.mark.parametrize(
    "text",
    [
        "EM KHÔNG MUỐN SỐNG NỮA!!!",
        "em khong muon song nua",
        "e ko mún sốnggg nữa",
        "em k h ô n g muốn s ố n g nữa",
        "em không muốn s.ố.n.g nữa 😭😭",
        "em\u200b không muốn\nsống nữa",
        "em khoong muoons soongs nuwax",
        "<p>em không muốn sống nữa</p>",
        unicodedata.normalize("NFD", "em không muốn sống nữa"),
        "hôm nay trời đẹp " * 200 + "em không muốn sống nữa",
    ],
)
def test_a_crisis_is_found_however_it_is_typed(text: str) -> None:
    assert match_phrase(text) == Crisis("self_harm", "self")


@pytest.mark.parametrize(
    "text",
    [
        "cười muốn chết luôn á",
        "đói muốn chết",
        "nóng chết đi được",
        "em muốn chết vì deadline",
        "em không có ý định tự tử đâu",
        "tự tử là gì",
        "feed tự sát hoài thua rồi",
        "bố em đánh cầu lông giỏi lắm",
        "mẹ cầm dao cắt rau",
        "em ước mơ làm công an",
        "em bị đuổi khỏi nhóm",
        "mai em họp nhóm online",
        "em sẽ đăng ảnh đi chơi lên story",
        "bị lừa mua đắt",
        "chào bạn",
        "",
    ],
)
def test_a_figure_of_speech_is_no_crisis(text: str) -> None:
    assert match_phrase(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "em làm bài thuyết trình về chủ đề tự tử ở tuổi teen",
        "em xem phim có bạn bị tống tiền",
        "cách phòng tránh bị hiếp dâm",
        "tại sao nhiều người tự tử",
        "hồi trước em muốn chết mà giờ ổn rồi",
    ],
)
def test_talk_about_the_matter_is_no_crisis(text: str) -> None:
    assert match_phrase(text) is None


def test_a_frame_does_not_hide_what_happens_now() -> None:
    assert match_phrase("em làm văn về tự tử mà em đang muốn chết thật") == Crisis(
        "self_harm", "self"
    )


def test_a_harmless_part_does_not_hide_a_danger_beside_it() -> None:
    assert match_phrase("đói muốn chết, mà em muốn tự tử thật") == Crisis("self_harm", "self")


def test_of_several_dangers_the_gravest_is_answered() -> None:
    assert match_phrase("nó dọa đăng ảnh của em, em muốn chết") == Crisis("self_harm", "self")


@pytest.mark.parametrize(
    ("text", "about"), [("bạn em muốn tự tử", "friend"), ("em muốn tự tử", "self")]
)
def test_a_crisis_tells_whose_danger_it_is(text: str, about: str) -> None:
    by_phrase, found = match_phrase(text), detect(text)
    assert by_phrase is not None
    assert found is not None
    assert by_phrase.about == found.about == about


# ------------------------------------------------------------------------- phrases and model


def test_a_phrase_is_enough_unless_the_model_is_nearly_certain(model: dict[str, float]) -> None:
    model |= {NONE: 0.89, "meeting": 0.11}
    assert detect("em muốn tự tử") == Crisis("self_harm", "self", sure=True)
    model |= {NONE: 0.91, "meeting": 0.09}
    assert detect("em muốn tự tử") is None


def test_the_model_overrules_no_phrase_whose_words_it_does_not_know(
    model: dict[str, float],
) -> None:
    model |= {NONE: 1.0}
    assert detect("em muốn tự tử") is None
    assert detect("feeling suicidal") == Crisis("self_harm", "self", sure=True)


def test_the_model_alone_is_enough_where_it_is_sure(model: dict[str, float]) -> None:
    model |= {NONE: 0.84, "meeting": 0.05, "runaway": 0.11}
    assert detect("xin chào") == Crisis("runaway", "self", sure=False)
    model |= {NONE: 0.86, "meeting": 0.04, "runaway": 0.10}
    assert detect("xin chào") is None


def test_the_model_alone_makes_nothing_of_a_single_word(model: dict[str, float]) -> None:
    model |= {NONE: 0.0, "runaway": 1.0}
    assert detect("a") is None
    assert detect("a ơi") is not None


def test_the_model_alone_tells_a_friend_from_oneself(model: dict[str, float]) -> None:
    model |= {NONE: 0.0, "runaway": 1.0}
    assert detect("bạn thân em đang bị gì đó") == Crisis("runaway", "friend")
    assert detect("em đang sợ gì đó") == Crisis("runaway", "self")


@settings(derandomize=True, deadline=None)
@given(st.text() | st.text(st.characters(codec=None, min_codepoint=0xD7F0, max_codepoint=0xE00F)))
@example("\ud800 em muốn chết \udfff")
@example("((((|||~~~===!!!{0,99}[self_harm]")
def test_it_never_raises(text: str) -> None:
    found = detect(text)
    assert found is None or (found.kind in KINDS and found.about in {"self", "friend"})


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "ế",
        "c h ế t ",
        "em sợ lắm ",
        "đang ở bị dọa ảnh ",
        "bố em hay lại đang ",
        "dọa a b c d e f ",
        "bạn em ",
        "a.",
        "\u202e😭",
    ],
)
def test_the_longest_message_takes_under_a_tenth_of_a_second(piece: str) -> None:
    detect("")  # reads the model
    text = (piece * 4096)[:4096]
    started = time.process_time()
    detect(text)
    assert time.process_time() - started < 0.1


def test_marks_make_no_difference_to_the_gate() -> None:
    text = "nó dọa đăng ảnh của em lên mạng"
    assert detect(strip_diacritics(text)) == detect(text)
