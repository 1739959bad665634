from pathlib import Path

import pytest

from safety.phrases import compile_phrase, read_sections


def finds(phrase: str, words: str) -> bool:
    return compile_phrase(phrase).search(f" {words} ") is not None


def test_words_stand_in_their_order_and_side_by_side() -> None:
    assert finds("tự tử", "em muốn tự tử quá")
    assert not finds("tự tử", "tử tự")
    assert not finds("tự tử", "tự em tử")


def test_a_word_matches_whole() -> None:
    assert not finds("tự tử", "tự tửa")
    assert not finds("chết", "chếtt")


def test_one_of_several_words() -> None:
    assert finds("(muốn|định) (chết|đi luôn)", "định đi luôn")
    assert not finds("(muốn|định) (chết|đi luôn)", "sẽ chết")


def test_a_word_may_be_missing() -> None:
    assert finds("muốn (được |)chết", "muốn chết")
    assert finds("muốn (được |)chết", "muốn được chết")
    assert not finds("muốn (được |)chết", "muốn không chết")


def test_a_word_may_be_repeated() -> None:
    phrase = "bố (em |hay ){0,2}đánh"
    assert finds(phrase, "bố đánh")
    assert finds(phrase, "bố em hay đánh")
    assert not finds(phrase, "bố em hay em đánh")


@pytest.mark.parametrize(("gap", "found"), [(0, True), (1, True), (6, True), (7, False)])
def test_a_gap_holds_up_to_six_words(gap: int, found: bool) -> None:
    assert finds("dọa ~ ảnh", f"dọa {'x ' * gap}ảnh") is found


def test_a_word_matches_without_its_marks() -> None:
    assert finds("tự tử", "tu tu")
    assert finds("đuổi đánh", "duoi danh")


def test_a_word_with_an_equals_sign_needs_its_marks() -> None:
    assert finds("bị =bán", "bi bán")
    assert not finds("bị =bán", "bi ban")


def test_a_phrase_is_spelled_as_the_normalised_text_is() -> None:
    assert finds("khoẻ kỹ lý do", "khỏe kĩ lí do")


@pytest.mark.parametrize("phrase", ["(muốn chết", "muốn) chết", "{0,2} chết"])
def test_a_line_that_cannot_be_read_is_named(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"The phrase '.*chết' cannot be read"):
        compile_phrase(phrase)


def test_a_list_has_sections_with_harmless_phrases(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("# heading\n\n[one]\ngửi ảnh\n! gửi ảnh lớp\n[two]\n", encoding="utf-8")
    sections = read_sections(path)
    assert list(sections) == ["one", "two"]
    one = sections["one"]
    words = " gửi ảnh lớp rồi gui anh em "
    assert one.blanked(words) == "             rồi gui anh em "
    assert [m.group() for p in one.phrases for m in p.finditer(one.blanked(words))] == [" gui anh"]


def test_a_list_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("[one]\n! (gửi ảnh\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"list\.txt: The phrase"):
        read_sections(path)
