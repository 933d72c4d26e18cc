/* Unstructuring: instances into dicts, lists and scalars, for any encoder.

   `program_unstructure` is called by the `Function` in module.c that adapters have in
   place of a Python function. The other functions convert one value each. They return a
   new reference, or NULL to give up.

   As in encode.c, what is no scalar is held while it is converted. Other Python code may
   run while a class is compiled, and after MUCH_WORK; the container might then lose the
   value. */
#include "program.h"

static PyObject *unstructure_value(Program *program, Node *node, PyObject *value);

/* ---- Scalars ---------------------------------------------------------------------- */

static PyObject *unstructure_bytes(Program *program, PyObject *value)
{
    if (!PyBytes_CheckExact(value)) return NULL;
    return program->binary ? Py_NewRef(value) : text_from_bytes(value);
}

/* ---- Instances -------------------------------------------------------------------- */

/* Add the keys of `extra` to `out`, except for those that a field has set. */
static bool add_extra(Program *program, const Class *cls, PyObject *out,
                      PyObject *extra)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    if (!cls->is_open || !is_extra(program, extra)) return false;
    while (PyDict_Next(extra, &position, &key, &value)) {
        if (!PyUnicode_CheckExact(key)) return false;
        int is_set = PyDict_Contains(out, key);
        if (is_set < 0) return false;
        if (is_set) continue;

        Py_INCREF(key);
        Py_INCREF(value);
        PyObject *taken = take_any(program, value, program->max_depth);
        bool is_added = taken && PyDict_SetItem(out, key, taken) == 0;
        Py_XDECREF(taken);
        Py_DECREF(value);
        Py_DECREF(key);
        if (!is_added) return false;
        count_work(program, 1);
    }
    return true;
}

/* Convert the value of a field, which is not that of a missing key. */
static inline PyObject *unstructure_field(Program *program, Field *field, PyObject *value)
{
    if (field->constant) {
        if (LIKELY(is_text(value, field->constant))) return Py_NewRef(field->constant);
        if (value != Py_None) return NULL;
    }
    if (UNLIKELY(value == Py_None))
        return field->null == NULL_ALLOWED ? Py_NewRef(value) : NULL;

    switch (field->node.kind) {
    case KIND_STR: return PyUnicode_CheckExact(value) ? Py_NewRef(value) : NULL;
    case KIND_INT: return PyLong_CheckExact(value) ? Py_NewRef(value) : NULL;
    default: return unstructure_value(program, &field->node, value);
    }
}

static PyObject *unstructure_object(Program *program, Class *cls, PyObject *self)
{
    if (Py_TYPE(self) != cls->type || !prepare(program, cls)) return NULL;
    count_work(program, OBJECT_WORK);
    PyObject *out = PyDict_New();
    if (!out) return NULL;

    for (int i = 0; i < cls->count; i++) {
        const Step *step = &cls->steps[i];
        PyObject *value = *slot_of(self, step->offset);
        if (UNLIKELY(!value)) goto fail;
        if (value == step->missing) continue;
        PyObject *wire = unstructure_field(program, step->field, value);
        int failed = !wire || PyDict_SetItem(out, step->field->name, wire) < 0;
        Py_XDECREF(wire);
        if (UNLIKELY(failed)) goto fail;
    }

    PyObject *extra = *slot_of(self, cls->extra);
    if (UNLIKELY(extra != Py_None)) {
        Py_XINCREF(extra);
        bool is_added = extra && add_extra(program, cls, out, extra);
        Py_XDECREF(extra);
        if (!is_added) goto fail;
    }
    return out;

fail:
    Py_DECREF(out);
    return NULL;
}

/* Convert an instance of one of the classes of a union, or an `Unknown`. */
static PyObject *unstructure_tagged(Program *program, Union *tagged, PyObject *self)
{
    int i = find_member(tagged, Py_TYPE(self));
    if (LIKELY(i < tagged->count))
        return unstructure_object(program, tagged->members[i], self);

    if (!tagged->has_unknown || Py_TYPE(self) != program->unknown) return NULL;
    PyObject *payload = *slot_of(self, program->payload);
    if (!payload || !PyDict_CheckExact(payload)) return NULL;
    Py_INCREF(payload);
    PyObject *out = take_any(program, payload, program->max_depth);
    Py_DECREF(payload);
    return out;
}

/* ---- Arrays, maps and unions ------------------------------------------------------ */

/* Convert a tuple to a list. */
static PyObject *unstructure_array(Program *program, Node *item, PyObject *tuple)
{
    if (!PyTuple_CheckExact(tuple)) return NULL;
    PyObject *list = PyList_New(PyTuple_GET_SIZE(tuple));
    if (!list) return NULL;
    PyObject_GC_UnTrack(list); /* until it is complete */
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        PyObject *wire = unstructure_value(program, item, PyTuple_GET_ITEM(tuple, i));
        if (UNLIKELY(!wire)) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SET_ITEM(list, i, wire);
        count_work(program, 1);
    }
    PyObject_GC_Track(list);
    return list;
}

/* Convert a dict with values of one shape. */
static PyObject *unstructure_map(Program *program, Node *item, PyObject *map)
{
    PyObject *key, *value, *out = PyDict_CheckExact(map) ? PyDict_New() : NULL;
    if (!out) return NULL;

    /* If the dict changes meanwhile, PyDict_Next still moves on, and ends. */
    Py_ssize_t position = 0;
    while (PyDict_Next(map, &position, &key, &value)) {
        if (!PyUnicode_CheckExact(key)) goto fail;
        Py_INCREF(key);
        PyObject *wire = unstructure_value(program, item, value);
        int failed = !wire || PyDict_SetItem(out, key, wire) < 0;
        Py_DECREF(key);
        Py_XDECREF(wire);
        if (failed) goto fail;
        count_work(program, 1);
    }
    return out;

fail:
    Py_DECREF(out);
    return NULL;
}

/* Convert a value that may hold others, and to which the caller holds a reference. */
static PyObject *unstructure_held(Program *program, Node *node, PyObject *value)
{
    switch (node->kind) {
    case KIND_ANY: return take_any(program, value, program->max_depth);
    case KIND_DICT:
        return PyDict_CheckExact(value) ? take_any(program, value, program->max_depth)
                                        : NULL;
    case KIND_OBJECT: return unstructure_object(program, node->cls, value);
    case KIND_TAGGED: return unstructure_tagged(program, node->tagged, value);
    case KIND_NULLABLE:
        return value == Py_None ? Py_NewRef(value)
                                : unstructure_value(program, node->items, value);
    case KIND_ARRAY: return unstructure_array(program, node->items, value);
    case KIND_MAP: return unstructure_map(program, node->items, value);
    case KIND_UNTAGGED:
        return unstructure_value(program, &node->items[json_type_of(value)], value);
    default: return NULL;
    }
}

static PyObject *unstructure_value(Program *program, Node *node, PyObject *value)
{
    bool fits;
    switch (node->kind) {
    case KIND_STR: fits = PyUnicode_CheckExact(value); break;
    case KIND_INT: fits = PyLong_CheckExact(value); break;
    case KIND_FLOAT: fits = PyLong_CheckExact(value) || is_usual_float(value); break;
    case KIND_BOOL: fits = PyBool_Check(value); break;
    case KIND_WORDS: fits = is_word(value, node->words); break;
    case KIND_INTS:
        fits = PyLong_CheckExact(value) && PySequence_Contains(node->words, value) == 1;
        break;
    case KIND_BASE64: return unstructure_bytes(program, value);
    default:
        Py_INCREF(value);
        PyObject *wire = unstructure_held(program, node, value);
        Py_DECREF(value);
        return wire;
    }
    return fits ? Py_NewRef(value) : NULL;
}

/* ---- Instances as a whole --------------------------------------------------------- */

PyObject *program_unstructure(Program *program, PyObject *value)
{
    PyObject *wire = unstructure_value(program, &program->root, value);
    if (UNLIKELY(!wire)) clear_rejection(program);
    return wire;
}
