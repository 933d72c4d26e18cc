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
    bindparam,
    case,
    create_engine,
    delete,
    func,
    insert,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.exc import ProgrammingError, StatementError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.schema import CreateTable

import rtmodels.adapters.sqlalchemy
from rtmodels import (
    EncodeError,
    RealtimeConversationItem,
    RealtimeResponse,
    RealtimeResponseUsage,
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


def test_the_examples_work():
    """They stand in the docstring of the module."""
    namespace = {"__name__": "example"}
    for example in read_examples(rtmodels.adapters.sqlalchemy):
        exec(example, namespace)  # noqa: S102 - our own docstring
    engine = create_engine("sqlite://")
    namespace["Base"].metadata.create_all(engine)
    turn, response = namespace["Turn"], RealtimeResponse(id="r")

    with Session(engine) as session:
        session.add(turn(id=1, response=response))
        costly = session.scalars(select(turn.id).where(namespace["costly"])).all()
        made = [
            session.scalar(select(namespace[name]).select_from(turn))
            for name in ("by_default", "by_case")
        ]
    engine.dispose()

    assert not costly
    assert made == [response, response]


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
    items = (Unknown(tag="future", payload={"type": "future", "x": [None]}),)
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


FIRST = RealtimeResponse(id="a", usage=RealtimeResponseUsage(total_tokens=7))
SECOND = evolve(FIRST, id="b")
ITEMS = (Unknown(tag="future", payload={"type": "future"}),)

COMPARED = tuple_(Call.id, Call.response)
EXPANDING = bindparam("expanding", [FIRST], expanding=True)
FOUND = [
    (Call.response == FIRST, [1]),
    (Call.response != FIRST, [2]),
    (Call.response == bindparam("one", FIRST), [1]),
    (literal(FIRST, Call.response.type) == Call.response, [1]),
    (Call.response.is_distinct_from(FIRST), [2, 3]),
    (Call.response.is_not_distinct_from(FIRST), [1]),
    (Call.response.in_([FIRST]), [1]),
    (Call.response.in_([None, FIRST, SECOND]), [1, 2]),
    (Call.response.in_([]), []),
    (Call.response.in_(EXPANDING), [1]),
    (Call.response.in_(select(Call.response)), [1, 2]),
    (Call.response.not_in([FIRST]), [2]),
    (Call.response.between(FIRST, SECOND), [1, 2]),
    (Call.response > FIRST, [2]),
    (Call.response <= FIRST, [1]),
    (Call.items == ITEMS, [1]),
    (Call.items.in_([ITEMS, ()]), [1, 2]),
    (Call.event.in_(ITEMS), [1]),
    (COMPARED == (1, FIRST), [1]),
    (COMPARED.in_([(1, FIRST), (2, FIRST)]), [1]),
    (COMPARED.not_in([(1, FIRST)]), [2, 3]),
    (case((Call.response == FIRST, Call.id), else_=0) == 1, [1]),
    (
        func.coalesce(Call.response, literal(FIRST, Call.response.type)) == FIRST,
        [1, 3],
    ),
    (
        case(
            (Call.id == 1, literal(SECOND, Call.response.type)), else_=Call.response
        ).in_([SECOND]),
        [1, 2],
    ),
]


@pytest.fixture
def three(session):
    """Store two responses and a NULL."""
    session.add_all(
        [
            Call(id=1, response=FIRST, items=ITEMS, event=ITEMS[0]),
            Call(id=2, response=SECOND, items=()),
            Call(id=3),
        ]
    )
    session.flush()
    return session


@pytest.mark.parametrize(
    ("criterion", "found"), FOUND, ids=[str(criterion) for criterion, _ in FOUND]
)
def test_every_operator_takes_instances(three, criterion, found):
    """Alone, in lists, and in tuples; by the ORM and without it."""
    table = Call.__table__
    by_orm = select(Call.id).where(criterion).order_by(Call.id)
    by_core = select(table.c.id).where(criterion).order_by(table.c.id)

    assert three.scalars(by_orm).all() == found
    assert three.connection().scalars(by_core).all() == found


@pytest.mark.parametrize("wrong", [{"id": "a"}, "a", 5, [FIRST], SECOND.usage])
def test_in_takes_nothing_but_instances(three, wrong):
    """As equality does."""
    statement = select(Call.id).where(Call.response.in_([wrong]))

    with pytest.raises(StatementError, match="expected RealtimeResponse") as caught:
        three.scalars(statement)

    assert isinstance(caught.value.orig, EncodeError)


def test_cached_statements_take_other_instances(three):
    """One statement, compiled once, is executed with different values."""
    found = [
        three.scalars(select(Call.id).where(Call.response.in_(values))).all()
        for values in ([FIRST], [SECOND], [SECOND, FIRST], [])
    ]

    assert [sorted(ids) for ids in found] == [[1], [2], [1, 2], []]


@pytest.mark.parametrize("options", [{}, {"synchronize_session": "fetch"}])
def test_updates_and_deletes_compare_with_instances(three, options):
    """Of the ORM; objects that the session holds follow."""
    held = three.get(Call, 1)
    updated = three.execute(
        update(Call).where(Call.response.in_([FIRST])).values(response=SECOND),
        execution_options=options,
    )
    assert updated.rowcount == 1
    assert held.response == SECOND

    deleted = three.execute(
        delete(Call).where(COMPARED.in_([(1, SECOND), (2, SECOND)])),
        execution_options={"synchronize_session": "fetch"},
    )
    assert deleted.rowcount == 2


def test_fetch_keeps_the_session_like_the_database(three):
    """Equality leaves ``extra`` out, and the database does not."""
    held = three.get(Call, 1)
    other = evolve(FIRST, extra={"mood": "good"})
    statement = update(Call).where(Call.response == other).values(items=())

    updated = three.execute(
        statement, execution_options={"synchronize_session": "fetch"}
    )

    assert updated.rowcount == 0
    assert held.items == ITEMS


def test_instances_that_meet_no_column_need_the_type(three):
    """It is the limit that the docstring tells; the next one is that of ``nullif``."""
    for untyped in (
        select(literal(FIRST)),
        select(func.coalesce(Call.response, FIRST)),
        select(case((Call.id == 1, Call.response), else_=FIRST)),
        select(case((Call.id == 1, FIRST), else_=Call.response)),
    ):
        with pytest.raises(ProgrammingError), three.begin_nested():
            three.execute(untyped)

    type_ = Call.response.type
    nullif = func.nullif(Call.response, literal(FIRST, type_), type_=type_)
    assert three.scalars(select(nullif).order_by(Call.id)).all() == [None, SECOND, None]


def test_bulk_statements_bind_instances(session):
    """Whichever way rows are written."""
    session.execute(insert(Call), [{"id": 1, "response": FIRST}, {"id": 2}])
    session.execute(
        insert(Call).values(
            [{"id": 3, "response": FIRST}, {"id": 4, "response": SECOND}]
        )
    )
    session.execute(update(Call), [{"id": 2, "response": SECOND}])
    session.execute(
        update(Call)
        .where(Call.id == 4)
        .values(
            response=case(
                (Call.id == 4, literal(FIRST, Call.response.type)), else_=Call.response
            )
        )
    )
    returned = session.scalars(
        insert(Call).returning(Call.response), [{"id": 5, "response": SECOND}]
    ).all()

    stored = session.scalars(select(Call.response).order_by(Call.id)).all()

    assert stored == [FIRST, SECOND, FIRST, FIRST, SECOND]
    assert returned == [SECOND]


def test_other_operators_leave_json_alone():
    """What is no instance is bound as SQLAlchemy does."""
    column = Call.response
    operands = [
        column.op("@>")({"id": "a"}).right.type,
        column.op("@>")([1]).right.type,
        column.op("?")("id").right.type,
    ]

    assert [type(operand).__name__ for operand in operands] == [
        *("JSON", "JSON", "String")
    ]


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

    with pytest.raises(
        ValidationError, match=r"\$\.status: .*\n\$\.output: "
    ) as caught:
        session.scalars(select(Call.response).where(Call.id == 1000)).all()
    assert caught.value.__notes__ == ["This value is stored in calls.response."]

    response = session.scalar(select(table.c.response).where(table.c.id == 1000))
    assert response.id == "resp_1"
    assert response.extra == {"status": 5, "output": 7}


def read_wrong(type_):
    """Return the notes of the error for a stored value that does not fit."""
    with pytest.raises(ValidationError) as caught:
        type_.process_result_value({"id": 5}, None)
    return getattr(caught.value, "__notes__", [])


def test_columns_that_share_a_type_have_names_of_their_own():
    """The table of each is in the note, and so is its schema."""
    shared, metadata = WireType(RealtimeResponse), MetaData(schema="archive")
    first = Table("first", metadata, Column("a", shared), Column("b", shared))
    second = first.to_metadata(metadata, name="second")
    loose = Column("loose", shared)

    places = [
        read_wrong(column.type) for column in (*first.columns, *second.columns, loose)
    ]

    names = ["archive.first.a", "archive.first.b"]
    names += ["archive.second.a", "archive.second.b", "loose"]
    assert places == [[f"This value is stored in {name}."] for name in names]
    assert read_wrong(WireType(RealtimeResponse)) == []


def test_mixins_and_annotations_have_names_of_their_own():
    """The declarative classes copy columns, and share types."""

    class Own(DeclarativeBase):
        type_annotation_map = {RealtimeResponse: WireType(RealtimeResponse)}  # noqa: RUF012

    class Answered:
        id: Mapped[int] = mapped_column(primary_key=True)
        answer: Mapped[RealtimeResponse] = mapped_column(WireType(RealtimeResponse))
        draft: Mapped[RealtimeResponse]

    class Chat(Answered, Own):
        __tablename__ = "chats"

    class Phone(Answered, Own):
        __tablename__ = "phones"

    for table in (Chat.__table__, Phone.__table__):
        for name in ("answer", "draft"):
            (note,) = read_wrong(table.c[name].type)
            assert note == f"This value is stored in {table.name}.{name}."


def test_the_key_of_a_wrong_row_can_be_found():
    """The docstring has the way."""
    namespace = {"__name__": "example"}
    for example in read_examples(rtmodels.adapters.sqlalchemy):
        exec(example, namespace)  # noqa: S102 - our own docstring
    turn, engine = namespace["Turn"], create_engine("sqlite://")
    namespace["Base"].metadata.create_all(engine)
    wrong = text("""INSERT INTO turns VALUES (7, '{"id": 5}')""")

    with Session(engine) as session:
        session.add(turn(id=1, response=RealtimeResponse(id="r")))
        session.flush()
        session.execute(wrong.execution_options(no_parameters=True))
        misfits = {key: str(exc) for key, exc in namespace["find_misfits"](session)}
    engine.dispose()

    assert misfits == {7: "$.id: expected str, got int"}


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
