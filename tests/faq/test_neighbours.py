from faq.bank import BankEntry
from faq.encoder import Encoder
from faq.neighbours import loose_doors, near_questions, strays
from tests.faq.conftest import entry, small_bank


def bank_entries() -> list[BankEntry]:
    return [each for file in small_bank() for each in file.entries]


def test_a_tidy_bank_has_neither(encoder: Encoder) -> None:
    assert near_questions(bank_entries(), encoder.encode) == []
    assert strays(bank_entries(), encoder.encode) == []


def test_a_question_asked_twice_is_listed_once(encoder: Encoder) -> None:
    twin = entry("accounts-twin", question="Tài khoản mình bị hack rồi thì phải làm sao?")
    (pair,) = near_questions([*bank_entries(), twin], encoder.encode)
    assert (pair.first.id, pair.second.id) == ("accounts-hacked", "accounts-twin")
    assert str(pair).startswith("near: accounts-hacked / accounts-twin (spelling ")


def test_spelling_alone_lists_a_pair_without_diacritics(encoder: Encoder) -> None:
    twin = entry("accounts-twin", question="Dat mat khau the nao cho kho doan?")
    (pair,) = near_questions([*bank_entries(), twin], encoder.encode)
    assert pair.spelling > 0.99


def test_a_variant_of_another_entry_strays(encoder: Encoder) -> None:
    wrong = entry(
        "jobs-wrong",
        question="Làm thêm ở quán gần nhà thì hỏi trước điều gì?",
        variants=["di lam them o quan can hoi gi", "bị hack nick fb rồi"],
    )
    stray = strays([*bank_entries(), wrong], encoder.encode)[0]
    assert (stray.entry.id, stray.text) == ("jobs-wrong", "bị hack nick fb rồi")
    assert (stray.other.id, stray.other_text) == ("accounts-hacked", "bi hack nick fb")
    assert stray.likeness > stray.own_likeness
    assert "nearer to accounts-hacked" in str(stray)


def test_a_text_does_not_count_as_its_own_neighbour(encoder: Encoder) -> None:
    lonely = entry("accounts-lonely", question="Thời tiết hôm nay thế nào?", variants=[])
    assert strays([*bank_entries(), lonely], encoder.encode) == []


def test_a_door_to_a_question_that_nobody_answers_is_loose(encoder: Encoder) -> None:
    invited = {
        "accounts-hacked": ["đặt mật khẩu thế nào cho khó đoán"],
        "jobs-deposit": ["Trời mưa thì chơi trò gì?"],
        "sextortion-pay": ["người ta dọa tung ảnh đòi tiền, có nên trả không"],
    }
    loose = loose_doors(bank_entries(), lambda each: invited.get(each.id, []), encoder.encode)
    assert {(door.entry.id, door.question) for door in loose} == {
        ("jobs-deposit", "Trời mưa thì chơi trò gì?"),
        ("sextortion-pay", "người ta dọa tung ảnh đòi tiền, có nên trả không"),  # its own question
    }
    assert loose == sorted(loose, key=lambda door: door.likeness)
    assert str(loose[0]).startswith("door: jobs-deposit: 'Trời mưa")
    assert loose_doors(bank_entries(), lambda _each: [], encoder.encode) == []
