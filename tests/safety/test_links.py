import pytest

from safety.links import doubtful_links


@pytest.mark.parametrize(
    "text",
    [
        "vào https://zalo-qua-tang.example/nhan liền",
        "facebook.xacminh.example",
        "http://faceb00k.com.example/login",
        "bấm bit.ly/abc nha",
        "http://192.0.2.7/pay",
        "nganhang-vietc0mbank.example",
        "xn--zlo-0na.example",
    ],
)
def test_a_link_that_imitates_or_hides_is_doubtful(text: str) -> None:
    ((start, end),) = doubtful_links(text)
    assert text[start:end] in text.split()


@pytest.mark.parametrize(
    "text",
    [
        "https://www.facebook.com/groups/lop9a",
        "coi zalo.me/g/abc",
        "vneid.gov.vn",
        "thcs-nguyendu.edu.vn",
        "blog.vidu.example/bai-1",
        "rồi.mai tính nha",
        "phiên bản 1.2.3.4",
        "mail nguyen@facebook-x.example",
        "không có link",
    ],
)
def test_other_links_and_other_dots_are_not(text: str) -> None:
    assert list(doubtful_links(text)) == []
