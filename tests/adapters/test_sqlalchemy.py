"""Columns of our types, on SQLite and on a real PostgreSQL."""

import pickle

import pytest
from attrs import evolve
from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    Table,
    create_engine,
    insert,
    select,
    text,
)
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable

import rtmodels.adapters.sqlalchemy
from rtmodels import (
    EncodeError,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeServerEvent,
    ResponseDoneEvent,
    ResponseOutputAudioDeltaEvent,
    Unknown,
    ValidationError,
    make_converter,
)
from rtmodels.adapters import DictAdapter, JsonAdapter
from rtmodels.adapters.sqlalchemy import WireType

from ..examples import read_examples
from ..recordings import MESSAGES, delta

pytestmark = pytest.mark.needs("sqlalchemy")

EVENTS = JsonAdapter(RealtimeServerEvent)
RESPONSE = DictAdapter(RealtimeResponse).decode(
    {
        "id": "resp_1",
        "status": "completed",
        "max_output_tokens": "inf",
        "usage": {"total_tokens": 7, "news": None},
        "output": [{"type": "future", "id": "item_1"}],
        "mood": [1, None, 2**70],
    }
)


class Base(DeclarativeBase):
    """The tables of these tests."""

    type_annotation_map = {RealtimeResponse: WireType(RealtimeResponse)}  # noqa: RUF012


class Call(Base):
    """A row with a column of each kind."""

    __tablename__ = "calls"

    id: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[RealtimeResponse | None]
    event: Mapped[RealtimeServerEvent | None] = mapped_column(
        WireType(RealtimeServerEvent)
    )
    items: Mapped[tuple[RealtimeConversationItem, ...] | None] = mapped_column(
        WireType(tuple[RealtimeConversationItem, ...])
    )


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def engine(request):
    """Create the tables and yield the engine."""
    url = "sqlite://"
    if request.param == "postgresql":
        postgres = request.getfixturevalue("postgres_url")
        url = postgres.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine):
    """Yield a session whose rows are rolled back after the test."""
    with Session(engine) as session:
        yield session
        session.rollback()


def store(session: Session, **columns: object) -> Call:
    """Store a row, and forget it, so that it is read anew."""
    call = Call(**columns)
    session.add(call)
    session.flush()
    session.expire(call)
    return call


def same(left: object, right: object) -> bool:
    """Check whether two responses are equal, ``extra`` included."""
    adapter = DictAdapter(RealtimeResponse)
    return left == right and adapter.encode(left) == adapter.encode(right)


def test_the_example_works():
    """It stands in the docstring of the module."""
    (example,) = read_examples(rtmodels.adapters.sqlalchemy)
    namespace = {"__name__": "example"}

    exec(example, namespace)  # noqa: S102 - our own docstring

    assert "total_tokens" in repr(
        namespace["costly"].compile(compile_kwargs={"literal_binds": True}).string
    )


def test_a_response_comes_back_whole(session):
    """Unknown keys and items, nulls and long integers are kept."""
    call = store(session, response=RESPONSE)

    assert type(call.response) is RealtimeResponse
    assert same(call.response, RESPONSE)


def test_the_sample_session_comes_back(session):
    """Every event of a session can be stored, audio too."""
    adapter = DictAdapter(RealtimeServerEvent)
    events = [adapter.decode(message) for message in MESSAGES]
    session.add_all(Call(id=n, event=event) for n, event in enumerate(events))
    session.flush()
    session.expire_all()

    stored = session.scalars(select(Call.event).order_by(Call.id)).all()

    assert stored == events
    assert [adapter.encode(event) for event in stored] == MESSAGES


def test_audio_is_bytes_again(session):
    """It is base64 text in the database."""
    event = DictAdapter(RealtimeServerEvent).decode(delta(4800))
    call = store(session, event=event)

    assert isinstance(call.event, ResponseOutputAudioDeltaEvent)
    assert call.event.delta == bytes(4800)
    path = session.scalar(select(Call.event["delta"].as_string()))
    assert path == delta(4800)["delta"]


def test_tuples_and_unknown_objects_come_back(session):
    """An item newer than the library is no obstacle."""
    items = (Unknown(type="future", payload={"type": "future", "x": [None]}),)
    call = store(session, items=items)

    assert call.items == items


def test_none_is_null(session):
    """Not the null of JSON, which SQL would not find."""
    call = store(session, response=None)

    assert session.scalars(select(Call.id).where(Call.response.is_(None))).all()
    assert call.response is None


def test_paths_are_plain_json(session):
    """A path compares as SQLAlchemy's own JSON does."""
    store(session, response=RESPONSE)
    store(session, response=evolve(RESPONSE, id="resp_2", usage=None))
    tokens = Call.response["usage"]["total_tokens"].as_integer()
    by_tuple = Call.response["output", 0, "type"].as_string()

    assert session.scalars(select(Call.response["id"]).where(tokens > 5)).all() == [
        "resp_1"
    ]
    assert session.scalars(select(by_tuple)).all() == ["future", "future"]
    assert session.scalars(select(Call.response["usage"]).where(tokens == 7)).all() == [
        {"total_tokens": 7, "news": None}
    ]


def test_a_column_compares_with_an_instance(session, engine):
    """PostgreSQL compares by value, SQLite by text."""
    store(session, response=RESPONSE)
    other = evolve(RESPONSE, id="resp_2")

    count = len(session.scalars(select(Call).where(Call.response == RESPONSE)).all())
    none = session.scalars(select(Call).where(Call.response == other)).all()

    assert count == 1
    assert not none
    assert engine.dialect.name in {"sqlite", "postgresql"}


def test_a_change_of_extra_alone_is_stored(session):
    """Equality leaves it out, and the database must not."""
    call = store(session, response=RESPONSE)
    changed = evolve(call.response, extra={"mood": True})
    assert call.response == changed

    call.response = changed
    session.flush()
    session.expire(call)

    assert call.response.extra == {"mood": True}


def test_an_equal_value_is_not_stored_again(session):
    """The unit of work sees no change."""
    call = store(session, response=RESPONSE)

    call.response = evolve(call.response)

    assert not session.is_modified(call)


@pytest.mark.parametrize(
    "wrong", [{"id": "resp_1"}, evolve(RESPONSE, id=5), "resp_1", 5]
)
def test_a_wrong_value_fails_the_statement(session, wrong):
    """Our error says what is wrong, and where."""
    session.add(Call(response=wrong))

    with pytest.raises(StatementError, match="expected") as caught:
        session.flush()

    assert isinstance(caught.value.orig, EncodeError)


def test_a_wrong_row_says_where_it_is_wrong(session, engine):
    """Forgiving mode accepts it."""
    session.execute(
        text("INSERT INTO calls (id, response) VALUES (1000, :data)").bindparams(
            data='{"id": "resp_1", "status": 5, "output": 7}'
        )
        if engine.dialect.name == "sqlite"
        else text(
            "INSERT INTO calls (id, response) VALUES "
            """(1000, '{"id": "resp_1", "status": 5, "output": 7}')"""
        ).execution_options(no_parameters=True)
    )
    lenient = Column("response", WireType(RealtimeResponse, mode="forgiving"))
    table = Table("calls", MetaData(), Column("id", Integer), lenient)

    with pytest.raises(ValidationError, match=r"\$\.status: .*\n\$\.output: "):
        session.scalars(select(Call.response).where(Call.id == 1000)).all()

    response = session.scalar(select(table.c.response).where(table.c.id == 1000))
    assert response.id == "resp_1"
    assert response.extra == {"status": 5, "output": 7}


def test_core_tables_work_as_well(engine):
    """Nothing depends on the ORM."""
    metadata = MetaData()
    column = Column("event", WireType(RealtimeServerEvent))
    table = Table("events", metadata, Column("id", Integer, primary_key=True), column)
    Index("by_type", column["type"].as_string())
    event = EVENTS.decode(b'{"type":"response.done","event_id":"e","response":{}}')

    with engine.connect() as connection:
        metadata.create_all(connection)
        connection.execute(insert(table), [{"event": event}, {"event": None}])
        found = connection.scalars(
            select(column).where(column["type"].as_string() == "response.done")
        ).all()
        connection.rollback()

    assert found == [ResponseDoneEvent(event_id="e", response=RealtimeResponse())]


def test_the_column_is_jsonb_on_postgresql(engine):
    """Elsewhere it is the database's JSON."""
    created = str(CreateTable(Call.__table__).compile(engine))

    kind = "JSONB" if engine.dialect.name == "postgresql" else "JSON"
    assert f"response {kind}" in created


def test_statements_are_cached_by_type_and_mode():
    """Equal types share a cached statement; others do not."""

    def key(*args, **options):
        return WireType(*args, **options)._static_cache_key  # noqa: SLF001

    assert key(RealtimeResponse) == key(RealtimeResponse)
    assert hash(key(RealtimeServerEvent)) == hash(key(RealtimeServerEvent))
    others = {
        key(RealtimeResponse),
        key(RealtimeServerEvent),
        key(tuple[RealtimeConversationItem, ...]),
        key(RealtimeResponse, mode="forgiving"),
        key(RealtimeResponse, converter=make_converter),
    }
    assert len(others) == 5


def test_tables_pickle():
    """The type is made anew on the other side."""
    table = Table("t", MetaData(), Column("response", WireType(RealtimeResponse)))

    back = pickle.loads(pickle.dumps(table))

    assert repr(back.c.response.type) == "WireType(RealtimeResponse)"
    data = back.c.response.type.process_bind_param(RealtimeResponse(id="r"), None)
    assert data == {"id": "r"}
