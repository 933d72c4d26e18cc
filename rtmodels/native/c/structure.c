/* Structuring: parsed objects, which are dicts, lists and scalars, into instances.

   `program_structure` is called by the `Function` in module.c that adapters have in place
   of a Python function. The other functions take one value each. They return a new
   reference, or NULL to give up.

   Values are taken only if they have exactly the classes that parsers make, since these
   run no Python code when they are read. Other Python code may run nevertheless: while a
   class is compiled, in a `finish`, after MUCH_WORK, in finalizers during an
   allocation up to CPython 3.11. It may change the dicts and lists that are being
   read. So a value that holds others is held while it is read, and the sizes of lists are
   read anew in each round.

   Recursion ends because _compile.py leaves recursive classes to Python. */
#include "program.h"

#include "instance.h"

typedef struct {
    Program *program;   /* borrowed */
    bool tracked;       /* set by containers that the garbage collector has to track */
    const Case *chosen; /* the case of the innermost object in a union, or NULL */
} Structuring;

static PyObject *structure_value(Structuring *run, Node *node, PyObject *value);

/* ---- Strings ---------------------------------------------------------------------- */

/* Return whether a string has the ASCII characters from s. */
static inline bool has_text(PyObject *text, const uint8_t *s, Py_ssize_t size)
{
    return PyUnicode_IS_ASCII(text) && PyUnicode_GET_LENGTH(text) == size
           && are_equal(PyUnicode_1BYTE_DATA(text), s, (size_t)size);
}

/* Return whether `key`, an exact string, is `name`, whose literal is `text`. */
static inline bool is_key(PyObject *key, PyObject *name, const Literal *text)
{
    return key == name || has_text(key, text->bytes + 1, text->size - 3);
}

static PyObject *structure_word(PyObject *value, PyObject *words)
{
    if (!PyUnicode_CheckExact(value)) return NULL;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(words); i++) {
        PyObject *word = PyTuple_GET_ITEM(words, i);
        Py_ssize_t size = PyUnicode_GET_LENGTH(word);
        if (value == word || has_text(value, PyUnicode_1BYTE_DATA(word), size))
            return Py_NewRef(word);
    }
    return NULL;
}

/* Take a constant, or the tag that stands for it: see `read_constant` in decode.c. */
static inline PyObject *structure_constant(const Structuring *run, const Field *field,
                                           PyObject *value)
{
    if (UNLIKELY(value != field->constant)) {
        if (!PyUnicode_CheckExact(value)) return NULL;
        const Literal *text = &field->value;
        const Case *chosen = run->chosen;
        if (!has_text(value, text->bytes + 1, text->size - 2)) {
            if (!chosen || field != chosen->cls->fields + chosen->cls->tag) return NULL;
            text = &chosen->tag;
            if (!has_text(value, text->bytes + 1, text->size - 2)) return NULL;
        }
    }
    return Py_NewRef(field->constant);
}

/* Take bytes as they are, and base64 text as the bytes that it stands for. */
static PyObject *structure_base64(PyObject *value)
{
    if (PyBytes_CheckExact(value)) return Py_NewRef(value);
    if (!PyUnicode_CheckExact(value) || !PyUnicode_IS_ASCII(value)) return NULL;
    Py_INCREF(value); /* it may be long */
    PyObject *data = bytes_from_base64(PyUnicode_1BYTE_DATA(value),
                                       (size_t)PyUnicode_GET_LENGTH(value));
    Py_DECREF(value);
    return data;
}

/* ---- Values of unknown shape ------------------------------------------------------ */

/* Take a value of unknown shape. A container that objects.c gives up on is copied or
   rejected by the function that the Python path has for it. */
static PyObject *structure_any(Structuring *run, PyObject *value)
{
    Program *program = run->program;
    PyObject *taken = take_any(program, value, program->max_depth);
    if (!PyDict_CheckExact(value) && !PyList_CheckExact(value)) return taken;

    run->tracked = true;
    if (UNLIKELY(!taken) && !PyErr_Occurred())
        taken = PyObject_CallFunction(program->loads, "Oi", value, program->max_depth);
    return taken;
}

/* ---- Arrays and maps -------------------------------------------------------------- */

/* Take a list as a tuple. */
static PyObject *structure_array(Structuring *run, Node *item, PyObject *list)
{
    if (!PyList_CheckExact(list)) return NULL;
    Py_ssize_t count = PyList_GET_SIZE(list);
    PyObject *tuple = PyTuple_New(count);
    if (!tuple) return NULL;
    PyObject_GC_UnTrack(tuple); /* until it is complete */

    bool tracked = false;
    for (Py_ssize_t i = 0; i < count; i++) {
        count_work(run->program, 1);
        run->tracked = false;
        PyObject *value = NULL;
        if (LIKELY(i < PyList_GET_SIZE(list)))
            value = structure_value(run, item, PyList_GET_ITEM(list, i));
        if (UNLIKELY(!value)) {
            Py_DECREF(tuple);
            return NULL;
        }
        PyTuple_SET_ITEM(tuple, i, value);
        tracked |= run->tracked;
    }
    if (tracked) PyObject_GC_Track(tuple);
    run->tracked = tracked;
    return tuple;
}

/* Take a dict with values of one shape. */
static PyObject *structure_map(Structuring *run, Node *item, PyObject *dict)
{
    PyObject *key, *value, *map = PyDict_CheckExact(dict) ? PyDict_New() : NULL;
    if (!map) return NULL;

    /* If the dict changes meanwhile, PyDict_Next still moves on, and ends. */
    Py_ssize_t position = 0;
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (!PyUnicode_CheckExact(key)) goto fail;
        Py_INCREF(key);
        PyObject *taken = structure_value(run, item, value);
        int failed = !taken || PyDict_SetItem(map, key, taken) < 0;
        Py_DECREF(key);
        Py_XDECREF(taken);
        if (failed) goto fail;
        count_work(run->program, 1);
    }
    run->tracked = true;
    return map;

fail:
    Py_DECREF(map);
    return NULL;
}

/* ---- Objects ---------------------------------------------------------------------- */

/* Return the number of the field with the name `key`, an exact string, after field
   `previous`; `count` if there is none, or -1 to give up. */
static inline int field_of_key(Class *cls, PyObject *key, int previous)
{
    int expected = cls->next[previous];
    if (LIKELY(expected < cls->count)) {
        const Field *field = &cls->fields[expected];
        if (LIKELY(is_key(key, field->name, &field->key))) return expected;
    }

    PyObject *number = PyDict_GetItemWithError(cls->index, key); /* borrowed */
    if (!number) return PyErr_Occurred() ? -1 : cls->count;
    int i = (int)PyLong_AsLong(number);
    if (i != FOREIGN) cls->next[previous] = (uint8_t)i;
    return i;
}

/* Take an undeclared key and its value into *extra. Return false to give up. */
static bool structure_extra(Structuring *run, const Class *cls, PyObject *key,
                            PyObject *value, PyObject **extra)
{
    if (!cls->is_open) return false;
    Py_INCREF(key);
    Py_INCREF(value);
    if (!*extra) *extra = PyDict_New();
    PyObject *taken = *extra ? structure_any(run, value) : NULL;
    bool is_kept = taken && PyDict_SetItem(*extra, key, taken) == 0;
    Py_XDECREF(taken);
    Py_DECREF(value);
    Py_DECREF(key);
    return is_kept;
}

/* Take the value of a field, which is not None. */
static inline PyObject *structure_field(Structuring *run, Field *field, PyObject *value)
{
    switch (field->node.kind) {
    case KIND_STR: return PyUnicode_CheckExact(value) ? Py_NewRef(value) : NULL;
    case KIND_INT: return PyLong_CheckExact(value) ? Py_NewRef(value) : NULL;
    case KIND_WORDS:
        if (field->constant) return structure_constant(run, field, value);
        break;
    default: break;
    }
    return structure_value(run, &field->node, value);
}

/* Take a dict as an instance of a class. */
static PyObject *structure_object(Structuring *run, Class *cls, PyObject *dict)
{
    if (!PyDict_CheckExact(dict) || !prepare(run->program, cls)) return NULL;
    count_work(run->program, OBJECT_WORK);
    PyObject *key, *value, *extra = NULL, *self = make_instance(cls->type);
    if (!self) return NULL;

    uint64_t seen = 0, nulls = 0;
    bool tracked = false;
    int previous = cls->count;
    Py_ssize_t position = 0;
    /* If the dict changes meanwhile, PyDict_Next still moves on, and ends. */
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (UNLIKELY(!PyUnicode_CheckExact(key))) goto fail;
        int i = field_of_key(cls, key, previous);
        if (UNLIKELY(i < 0)) goto fail;
        if (UNLIKELY(i == cls->count)) {
            if (!structure_extra(run, cls, key, value, &extra)) goto fail;
            count_work(run->program, 1);
            continue;
        }

        Field *field = &cls->fields[i];
        if (UNLIKELY(seen >> i & 1)) goto fail; /* the dict has changed */
        seen |= (uint64_t)1 << i;
        previous = i;

        PyObject *taken;
        if (UNLIKELY(value == Py_None)) {
            if (field->null == NULL_REJECTED) goto fail;
            if (field->null == NULL_KEPT) nulls |= (uint64_t)1 << i;
            taken = Py_NewRef(Py_None);
        } else {
            run->tracked = false;
            taken = structure_field(run, field, value);
            tracked |= run->tracked;
        }
        if (UNLIKELY(!taken)) goto fail;
        *slot_of(self, field->offset) = taken;
    }

    run->tracked = tracked;
    return finish_instance(cls, self, seen, nulls, extra, &run->tracked);

fail:
    Py_XDECREF(extra);
    Py_DECREF(self); /* with the slots that are filled */
    return NULL;
}

/* ---- Unions ----------------------------------------------------------------------- */

/* Return the value of the key of `branch`, borrowed, or NULL. Nearly always the key is the
   first one, which is found without its hash. */
static inline PyObject *tag_of(const Branch *branch, PyObject *dict)
{
    PyObject *key, *tag;
    Py_ssize_t position = 0;
    if (LIKELY(PyDict_Next(dict, &position, &key, &tag)) && PyUnicode_CheckExact(key)
        && is_key(key, branch->name, &branch->key))
        return tag;
    return PyDict_GetItemWithError(dict, branch->name);
}

/* Return the case for a tag, a string, or NULL. */
static inline Case *case_of_tag(Branch *branch, PyObject *tag)
{
    Case *last = &branch->cases[branch->last];
    if (LIKELY(has_text(tag, last->tag.bytes + 1, last->tag.size - 2))) return last;
    if (!PyUnicode_IS_ASCII(tag)) return NULL;

    Case *found =
        branch_find(branch, PyUnicode_1BYTE_DATA(tag), PyUnicode_GET_LENGTH(tag));
    if (found) branch->last = (int)(found - branch->cases);
    return found;
}

/* Take a dict, whose tag is unknown, as an `Unknown`. */
static PyObject *structure_unknown(Structuring *run, const Union *tagged, PyObject *dict)
{
    if (!tagged->has_unknown) return NULL;
    PyObject *payload = structure_any(run, dict);
    if (!payload) return NULL;
    PyObject *value = PyObject_CallOneArg(run->program->wrap, payload);
    Py_DECREF(payload);
    return value;
}

/* Take a dict as an instance of one of the classes of a union. */
static PyObject *structure_tagged(Structuring *run, const Union *tagged, PyObject *dict)
{
    if (!PyDict_CheckExact(dict)) return NULL;
    const Case *found = NULL;
    Branch *branch = tagged->root;
    while (branch) { /* at most twice: types, then roles */
        PyObject *tag = tag_of(branch, dict);
        if (UNLIKELY(!tag) || !PyUnicode_CheckExact(tag)) return NULL;
        found = case_of_tag(branch, tag);
        if (UNLIKELY(!found)) return structure_unknown(run, tagged, dict);
        branch = found->branch;
    }

    if (UNLIKELY(!found->cls)) return NULL;
    const Case *outer = run->chosen;
    run->chosen = found;
    PyObject *self = structure_object(run, found->cls, dict);
    run->chosen = outer;
    if (LIKELY(!found->finish) || !self) return self;

    run->tracked = true;
    PyObject *finished = PyObject_CallOneArg(found->finish, self);
    Py_DECREF(self);
    return finished;
}

/* Take a value of one of several JSON types. */
static PyObject *structure_untagged(Structuring *run, Node *members, PyObject *value)
{
    int type;
    if (PyUnicode_CheckExact(value)) type = JSON_STRING;
    else if (PyLong_CheckExact(value) || PyFloat_CheckExact(value)) type = JSON_NUMBER;
    else if (PyBool_Check(value)) type = JSON_BOOL;
    else if (PyDict_CheckExact(value)) type = JSON_OBJECT;
    else if (PyList_CheckExact(value)) type = JSON_ARRAY;
    else return NULL;
    return structure_value(run, &members[type], value);
}

/* Take a value that may hold others, and to which the caller holds a reference. */
static PyObject *structure_held(Structuring *run, Node *node, PyObject *value)
{
    switch (node->kind) {
    case KIND_ANY: return structure_any(run, value);
    case KIND_DICT: return PyDict_CheckExact(value) ? structure_any(run, value) : NULL;
    case KIND_OBJECT: return structure_object(run, node->cls, value);
    case KIND_TAGGED: return structure_tagged(run, node->tagged, value);
    case KIND_NULLABLE:
        return value == Py_None ? Py_NewRef(value)
                                : structure_value(run, node->items, value);
    case KIND_ARRAY: return structure_array(run, node->items, value);
    case KIND_MAP: return structure_map(run, node->items, value);
    case KIND_UNTAGGED: return structure_untagged(run, node->items, value);
    default: return NULL;
    }
}

static PyObject *structure_value(Structuring *run, Node *node, PyObject *value)
{
    bool fits;
    switch (node->kind) {
    case KIND_STR: fits = PyUnicode_CheckExact(value); break;
    case KIND_INT: fits = PyLong_CheckExact(value); break;
    case KIND_FLOAT: fits = PyLong_CheckExact(value) || is_usual_float(value); break;
    case KIND_BOOL: fits = PyBool_Check(value); break;
    case KIND_WORDS: return structure_word(value, node->words);
    case KIND_INTS:
        fits = PyLong_CheckExact(value) && PySequence_Contains(node->words, value) == 1;
        break;
    case KIND_BASE64: return structure_base64(value);
    default:
        Py_INCREF(value);
        PyObject *taken = structure_held(run, node, value);
        Py_DECREF(value);
        return taken;
    }
    return fits ? Py_NewRef(value) : NULL;
}

/* ---- Values as a whole ------------------------------------------------------------ */

PyObject *program_structure(Program *program, PyObject *value)
{
    Structuring run = {.program = program};
    PyObject *structured = structure_value(&run, &program->root, value);
    if (UNLIKELY(!structured)) clear_rejection(program);
    return structured;
}
