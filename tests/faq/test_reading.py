from faq.reading import plain, sentences


def test_markup_and_placeholders_are_gone() -> None:
    assert plain("**Dừng.** Rồi\n- gọi {contact:111} - nhé") == "Dừng. Rồi\ngọi x - nhé"
    assert plain("theo {law:blhs-147}", "") == "theo "


def test_sentences_end_at_signs_and_lines() -> None:
    text = plain('**Dừng lại.** Kể:\n- với bà\n- "Với ai?" thôi.\n\nHay 3.5 điểm…')
    assert sentences(text) == ["Dừng lại", "Kể", "với bà", '"Với ai?" thôi', "Hay 3.5 điểm"]
