"""A small bank, and an encoder trained on it once for all tests."""

import textwrap
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session, sessionmaker

from common.database import create_engine, migrate, session_factory
from common.settings import Settings
from faq import bank, store
from faq.bank import BankEntry, BankFile
from faq.encoder import Encoder
from faq.encoder import load as load_encoder
from faq.index import Index
from faq.ranking import Ranking
from faq.search import Searcher
from faq.store import IndexEntry
from faq.training import train

ANSWER = textwrap.dedent(
    """\
    Bạn bình tĩnh, chuyện này **gỡ được** và bạn không có lỗi gì cả.
    - Dừng trả lời người đó ngay bây giờ, đừng gửi thêm điều gì.
    - Chụp lại tin nhắn và tên tài khoản để làm bằng chứng.
    - Báo cáo rồi chặn tài khoản đó trên ứng dụng.

    Sau đó bạn kể với một người lớn bạn tin, hoặc gọi {contact:111} để có người nghe bạn."""
)

TEXTS = {
    "accounts-hacked": (
        "Tài khoản của mình bị hack thì làm sao?",
        "bi hack nick fb",
        "nick em bị người ta chiếm mất rồi",
        "tự nhiên không đăng nhập được tài khoản nữa",
        "acc bay màu cứu e",
        "mat tai khoan facebook lay lai the nao",
    ),
    "accounts-password": (
        "Đặt mật khẩu thế nào cho khó đoán?",
        "mat khau nhu nao la manh",
        "pass dễ quá sợ bị đoán",
        "nên đặt mật khẩu dài bao nhiêu",
        "dung chung mot mat khau co sao khong",
        "cách tạo mật khẩu dễ nhớ mà khó đoán",
    ),
    "jobs-cambodia": (
        "Có người rủ mình sang Campuchia làm việc, có nên đi không?",
        "viec nhe luong cao ben cam",
        "chị kia rủ qua Cam làm bao ăn ở",
        "sang campuchia lam co bi lua khong",
        "tuyển đi làm game bên kia biên giới lương ngàn đô",
        "ban ru di lam xa luong cao qua",
    ),
    "jobs-deposit": (
        "Xin việc mà họ bắt đóng tiền cọc trước thì có phải lừa không?",
        "bat dong tien coc moi cho di lam",
        "họ kêu chuyển phí đồng phục trước khi nhận việc",
        "lam them ma phai nop tien truoc",
        "tuyển dụng đòi giữ chứng minh và tiền",
        "dat coc nhan viec online co lua dao ko",
    ),
    "sextortion-pay": (
        "Người ta dọa tung ảnh đòi tiền, mình có nên trả không?",
        "no doi tien khong thi dang anh nong",
        "bị tống tiền bằng clip thì có chuyển tiền không",
        "nyc doạ đăng hình đòi 2 triệu",
        "co nen tra tien cho ke doa tung anh",
        "lỡ gọi video bị quay lại giờ nó đòi tiền",
    ),
    "sextortion-friend": (
        "Bạn mình bị dọa tung ảnh, mình giúp bạn ấy thế nào?",
        "ban than e bi doa dang anh phai lam gi",
        "giúp bạn bị tống tình",
        "đứa bạn khóc vì bị dọa gửi hình cho bố mẹ nó",
        "lam sao an ui ban bi lo anh",
        "bạn kể bị ép gửi ảnh mà không dám nói ai",
    ),
}
TITLES = {"accounts": "Tài khoản", "jobs": "Việc làm", "sextortion": "Bị dọa tung ảnh"}


def entry(name: str = "accounts-hacked", **changes: object) -> BankEntry:
    """Returns an entry of the small bank, with changes."""
    question, *variants = TEXTS.get(name, (f"Câu hỏi {name}?", f"hỏi {name}"))
    values: dict[str, object] = {
        "id": name,
        "question": question,
        "variants": variants,
        "answer": ANSWER,
        "risk": "medium",
        "source": "kiến thức chung",
    }
    return BankEntry.model_validate(values | changes)


def small_bank() -> list[BankFile]:
    """Returns the small bank: three topics with two entries each."""
    return [
        BankFile(
            topic=topic,
            title=title,
            entries=[entry(name) for name in TEXTS if name.startswith(topic)],
        )
        for topic, title in TITLES.items()
    ]


def with_entries(topic: str, *entries: BankEntry) -> BankFile:
    """Returns a file of a topic with these entries."""
    return BankFile(topic=topic, title=TITLES.get(topic, topic), entries=list(entries))


@pytest.fixture(name="files")
def _files() -> list[BankFile]:
    return small_bank()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database_url=f"sqlite:///{tmp_path}/lachan.db", var_dir=tmp_path / "var")


@pytest.fixture
def sessions(settings: Settings) -> sessionmaker[Session]:
    """A database with the newest schema and an empty bank."""
    engine = create_engine(settings.database_url)
    migrate(engine)
    return session_factory(engine)


@pytest.fixture
def seeded(sessions: sessionmaker[Session], files: list[BankFile]) -> sessionmaker[Session]:
    """A database with the small bank."""
    with sessions.begin() as session:
        store.seed(session, files)
    return sessions


@pytest.fixture(scope="session")
def entries() -> list[IndexEntry]:
    """The small bank as it is searched."""
    rows = [(file.topic, each) for file in small_bank() for each in file.entries]
    return [
        IndexEntry(number, each.id, topic, (each.question, *each.variants), each.answer, each.risk)
        for number, (topic, each) in enumerate(rows, start=1)
    ]


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, entries: list[IndexEntry]) -> Settings:
    """Settings whose folder holds an encoder and a ranking trained on the small bank."""
    folder = tmp_path_factory.mktemp("trained")
    settings = Settings(database_url=f"sqlite:///{folder}/lachan.db", var_dir=folder)
    train(entries, settings, progress=lambda _line: None)
    return settings


@pytest.fixture(scope="session")
def encoder(trained: Settings) -> Encoder:
    return load_encoder(trained)


@pytest.fixture(scope="session")
def ranking(trained: Settings) -> Ranking:
    """The ranking, with thresholds that suit so small a bank."""
    ranking = Ranking.load(trained.var_dir / "ranking.json")
    assert ranking is not None
    return replace(ranking, answer_from=0.6, choices_from=0.3)


@pytest.fixture(scope="session")
def make_searcher(encoder: Encoder, ranking: Ranking) -> Callable[[list[IndexEntry]], Searcher]:
    """Returns a maker of searchers over the entries it is given."""

    def make(entries: list[IndexEntry]) -> Searcher:
        return Searcher(Index(entries, encoder.encode) if entries else None, encoder, ranking)

    return make


@pytest.fixture
def folder(tmp_path: Path, files: list[BankFile]) -> Path:
    """A folder with the files of the small bank."""
    bank.write(files, tmp_path / "bank")
    return tmp_path / "bank"
