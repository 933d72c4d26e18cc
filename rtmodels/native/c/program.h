/* The program: what decoding and encoding need to know about a type, in C.

   `rtmodels/native/_compile.py` describes shapes and classes as tuples; program.c turns
   these into the structures below. Two pairs of files walk them: decode.c and encode.c
   for JSON text, structure.c and unstructure.c for parsed objects. columns.c puts
   instances into Arrow arrays. module.c makes the Python types. All of it relies on the
   GIL: nothing here takes a lock.

   "Giving up" is the answer to everything unusual. A function that gives up returns NULL
   or -1, with or without a Python exception, and leaves no trace of its work. The caller
   at the top clears the exception, and the Python path starts anew with the same input.
   So no function here says what is wrong. */
#ifndef RTMODELS_PROGRAM_H
#define RTMODELS_PROGRAM_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include "text.h"

#if defined(PYPY_VERSION) || defined(Py_GIL_DISABLED)
#error "The extension is for CPython with a GIL. rtmodels works without it."
#endif

#ifndef Py_T_OBJECT_EX
#define Py_T_OBJECT_EX T_OBJECT_EX
#endif

/* Functions that the files share are not exported from the module. */
#if defined(__GNUC__) || defined(__clang__)
#pragma GCC visibility push(hidden)
#endif

/* For tests, it can be so small that other threads run within every frame. */
#ifndef RTMODELS_LONG_RUN
#define RTMODELS_LONG_RUN (1 << 19)
#endif

enum {
    MAX_FIELDS = 64, /* of a class: they are sets of bits in a uint64_t */
    MAX_MEMO = 64,   /* the size of a string that is kept to be used again */
    MEMO_TRIES = 8,
    PADDING = 16, /* bytes behind a Literal, so that 16 can be copied at a time */
    LONG_RUN = RTMODELS_LONG_RUN, /* bytes, which take a few milliseconds at most */
    MUCH_WORK = 1 << 18, /* in units of OBJECT_WORK for an object, and 1 for a scalar */
    OBJECT_WORK = 32,
};

/* The shapes, as rtmodels.converter._shapes has them; _compile.py has the same list. */
typedef enum {
    KIND_OTHER, /* a shape that is left to Python: every value gives up */
    KIND_STR,
    KIND_INT,
    KIND_FLOAT,
    KIND_BOOL,
    KIND_WORDS, /* one of some strings */
    KIND_INTS,  /* one of some integers */
    KIND_BASE64,
    KIND_ANY,
    KIND_DICT, /* any JSON object */
    KIND_OBJECT,
    KIND_TAGGED,
    KIND_NULLABLE,
    KIND_ARRAY,
    KIND_MAP,
    KIND_UNTAGGED,
} Kind;

/* The JSON types that tell the members of an untagged union apart. */
enum { JSON_STRING, JSON_NUMBER, JSON_BOOL, JSON_OBJECT, JSON_ARRAY, JSON_TYPES };

/* What null means in a field. */
typedef enum {
    NULL_REJECTED, /* give up */
    NULL_KEPT,     /* None, and remembered in `extra` */
    NULL_ALLOWED,  /* None */
} NullRule;

typedef struct Node Node;
typedef struct Class Class;
typedef struct Branch Branch;
typedef struct Union Union;

/* Text as it is in JSON, quotes included, with PADDING zeros behind it. */
typedef struct {
    uint8_t *bytes; /* owned, from PyMem */
    Py_ssize_t size;
} Literal;

/* The string that a field had last. Many fields, such as `item_id`, have the same value
   in one frame after another, which then share one object.

   A string is kept only if it is ASCII and has MAX_MEMO bytes at most. After MEMO_TRIES
   misses in a row none is kept until `misses` has wrapped around. */
typedef struct {
    PyObject *text; /* owned, or NULL */
    uint8_t misses;
} Memo;

struct Node {
    Kind kind;
    Class *cls;      /* OBJECT: owned by the program */
    Union *tagged;   /* TAGGED: owned */
    Node *items;     /* NULLABLE, ARRAY, MAP: one node; UNTAGGED: JSON_TYPES; owned */
    PyObject *words; /* WORDS: a tuple of ASCII strings; INTS: one of integers; owned */
    Memo memo;       /* STR */
};

/* One key of a class, and one slot of its instances. What is used most comes first. */
typedef struct {
    uint64_t key_words[2]; /* the first 16 bytes of `key`, and a mask of those it has */
    uint64_t key_masks[2];
    Literal key;         /* "name": */
    Py_ssize_t offset;   /* of the slot in an instance */
    PyObject *constant;  /* the only string allowed, or NULL; owned */
    Node node;
    NullRule null;
    bool required;
    Literal pair;        /* "name":"constant"; no bytes without a constant */
    Literal value;       /* "constant" */
    PyObject *name;      /* owned */
    PyObject *missing;   /* the value of the slot if the key is missing; owned */
} Field;

/* What encode has to know of a field before it looks at it. */
typedef struct {
    Py_ssize_t offset;  /* of the slot in an instance */
    PyObject *missing;  /* the value with which the key is left out, or NULL; borrowed */
    Field *field;
} Step;

typedef enum { UNCOMPILED, READY, UNSUPPORTED } State;

/* Stands for the number of a field. As -1 it makes decoding give up. */
#define FOREIGN (-1)

struct Class {
    PyTypeObject *type; /* owned */
    Py_ssize_t number;  /* by which _compile.py knows it */
    State state;        /* what is below is there only when READY */
    int count;          /* of fields */
    Field *fields;      /* owned */
    Step *steps;        /* the fields in the order of encoding; owned */
    Py_ssize_t extra;   /* the offset of the slot `extra` */
    uint64_t required;  /* a bit for each field */
    int tag;            /* the field `type`, if it is a constant, or -1 */
    bool is_open;       /* whether undeclared keys are kept in `extra` */
    PyObject *index;    /* dict: the number of each field by its name, and FOREIGN by
                           each key of another protocol; owned */

    /* The field that came after each in the last frame, and the first one at [count].
       It is tried first, so that keys in the usual order are compared only once. */
    uint8_t next[MAX_FIELDS + 1];
};

/* What a tag of a union says about the object: its class, or the key to look at next. An
   object whose case has neither is left to Python. */
typedef struct {
    Literal tag;      /* with quotes, as all literals */
    Class *cls;       /* owned by the program */
    Branch *branch;   /* owned */
    PyObject *finish; /* a function for the instance, or NULL; owned */
} Case;

struct Branch {
    PyObject *name; /* of the key; owned */
    Literal key;    /* "name": */
    int count;
    Case *cases;     /* owned */
    uint16_t *table; /* a hash table: 0, or the number of a case plus 1; owned */
    uint32_t mask;   /* its size less 1; a power of two, at least twice `count` */
    int last;        /* the case found last, which is tried first */
};

struct Union {
    Branch *root;  /* owned */
    bool has_unknown; /* whether objects with an unknown tag become `Unknown` */
    int count;
    Class **members;      /* the classes of all cases; the array is owned */
    PyTypeObject **types; /* their types, as in `members`; the array is owned */
    int last;             /* the member written last, which is tried first */
};

typedef struct {
    PyTypeObject *program_type; /* owned, as are the others */
    PyTypeObject *method_type;
    PyTypeObject *function_type;
    PyTypeObject *layout_type;
    PyTypeObject *rows_type;
    Py_ssize_t give_ups; /* for tests */
} ModuleState;

typedef struct {
    PyObject_HEAD
    ModuleState *state; /* of the module, which the type of the program keeps alive */
    Node root;
    Py_ssize_t class_count;
    Class **classes; /* owned, each by itself: they are never moved */

    PyObject *describe; /* describes a class by its number; owned, as are the others */
    PyObject *loads;    /* parses JSON of unknown shape; for objects, takes such a value */
    PyObject *dumps;    /* writes a float; not for objects */
    PyObject *wrap;     /* makes an `Unknown` of a dict */
    PyTypeObject *unknown; /* that class */
    Py_ssize_t payload;    /* the offset of its slot `payload` */
    PyTypeObject *saving_extra; /* the class of each `extra` that is no exact dict */
    PyObject *watched;     /* a weak reference, which dies when hooks have changed */
    Py_ssize_t max_bytes;
    int max_depth;

    /* For objects only, about values of unknown shape. */
    bool shares; /* whether they are shared with the input, and not copied */
    bool binary; /* whether bytes stay bytes */
    bool nan;    /* whether any float is allowed */

    unsigned int work; /* done since other threads ran last; for objects only */
} Program;

/* program.c */
extern PyType_Spec program_spec;
bool program_compile(Program *program, Class *cls);
Case *branch_find(Branch *branch, const uint8_t *text, Py_ssize_t size);
Py_ssize_t find_slot(PyTypeObject *type, PyObject *name);

/* columns.c */
extern PyType_Spec layout_spec;
extern PyType_Spec rows_spec;

/* decode.c, encode.c: a new reference, or NULL. Without an exception set, NULL says that
   the program gave up. */
PyObject *program_decode(Program *program, PyObject *data);
PyObject *program_encode(Program *program, PyObject *value);

/* structure.c, unstructure.c: as above. */
PyObject *program_structure(Program *program, PyObject *value);
PyObject *program_unstructure(Program *program, PyObject *value);

/* Values that several files convert: a new reference, or NULL to give up. */
PyObject *bytes_from_base64(const uint8_t *s, size_t size);
PyObject *text_from_bytes(PyObject *data);
PyObject *take_any(Program *program, PyObject *value, int depth);

/* Return whether the keys of an `extra` can be read without calling code of the user. */
static inline bool is_extra(const Program *program, PyObject *extra)
{
    return PyDict_CheckExact(extra) || Py_TYPE(extra) == program->saving_extra;
}

/* Return whether `cls` can be used; compile it if this is its first use. */
static inline bool prepare(Program *program, Class *cls)
{
    return LIKELY(cls->state == READY) || program_compile(program, cls);
}

/* Return the slot of an instance at an offset that `find_slot` found for its class. */
static inline PyObject **slot_of(PyObject *instance, Py_ssize_t offset)
{
    return (PyObject **)((char *)instance + offset);
}

/* Return whether cattrs has dropped what the program watches, so that the hooks which it
   was compiled for may no longer be those of the converter. */
static inline bool is_outdated(const Program *program)
{
    return ((PyWeakReference *)program->watched)->wr_object == Py_None;
}

/* Return the number of the member of a union that has a type, or `count`. */
static inline int find_member(Union *tagged, PyTypeObject *type)
{
    int i = tagged->last;
    if (LIKELY(i < tagged->count && tagged->types[i] == type)) return i;
    for (i = 0; i < tagged->count && tagged->types[i] != type; i++) continue;
    if (i < tagged->count) tagged->last = i;
    return i;
}

/* Return the JSON type of the text for an attribute, if it has one. */
static inline int json_type_of(PyObject *value)
{
    if (PyUnicode_CheckExact(value) || PyBytes_CheckExact(value)) return JSON_STRING;
    if (PyBool_Check(value)) return JSON_BOOL;
    if (PyLong_CheckExact(value) || PyFloat_CheckExact(value)) return JSON_NUMBER;
    return PyTuple_CheckExact(value) ? JSON_ARRAY : JSON_OBJECT;
}

/* Return whether an attribute is a string that is equal to `text`. */
static inline bool is_text(PyObject *value, PyObject *text)
{
    return value == text
           || (PyUnicode_CheckExact(value) && PyUnicode_Compare(value, text) == 0);
}

/* Return whether an attribute is one of `words`, a tuple of strings. */
static inline bool is_word(PyObject *value, PyObject *words)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(words); i++)
        if (is_text(value, PyTuple_GET_ITEM(words, i))) return true;
    return false;
}

/* Return whether a value is a float below the size from which on it may be an integer
   that a parser has rounded: the Python path records when it meets one. */
static inline bool is_usual_float(PyObject *value)
{
    if (!PyFloat_CheckExact(value)) return false;
    double number = PyFloat_AS_DOUBLE(value);
    return number > -9223372036854775808.0 && number < 9223372036854775808.0;
}

/* Release the GIL for work on `size` bytes that only this thread uses, if these are many.
   Return NULL otherwise. */
static inline PyThreadState *release_gil(size_t size)
{
    return UNLIKELY(size > LONG_RUN) ? PyEval_SaveThread() : NULL;
}

/* Take back the GIL if it was released. */
static inline void take_gil(PyThreadState *released)
{
    if (UNLIKELY(released != NULL)) PyEval_RestoreThread(released);
}

/* Let other threads run. All that the caller uses afterwards has to be held by it. */
static inline void let_others_run(void)
{
    PyEval_RestoreThread(PyEval_SaveThread());
}

/* Count what has been done with objects, and let other threads run now and then. */
static inline void count_work(Program *program, unsigned int work)
{
    program->work += work;
    if (LIKELY(program->work < MUCH_WORK)) return;
    program->work = 0;
    let_others_run();
}

/* Keep a string that was read for the next frame; see Memo. */
static inline void memo_keep(Memo *memo, PyObject *text)
{
    PyObject *old = memo->text;
    memo->text = memo->misses < MEMO_TRIES ? Py_NewRef(text) : NULL;
    memo->misses++;
    Py_XDECREF(old);
}

/* Clear the exception, if any, of what gave up. Return false if it has to reach the
   caller instead: there is no memory, or the user has interrupted the program. */
static inline bool clear_exception(void)
{
    if (!PyErr_Occurred()) return true;
    if (!PyErr_ExceptionMatches(PyExc_Exception)
        || PyErr_ExceptionMatches(PyExc_MemoryError))
        return false;
    PyErr_Clear();
    return true;
}

/* The same for a program, of which it is counted. */
static inline bool clear_rejection(Program *program)
{
    if (!clear_exception()) return false;
    program->state->give_ups++;
    return true;
}

#endif
