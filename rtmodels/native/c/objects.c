/* Values of unknown shape, as structure.c and unstructure.c take them: checked, or copied
   as well.

   `take_any` accepts what `check_json`, `copy_json` and `to_wire` in
   rtmodels/converter/_values.py accept, or less, and its results are equal to theirs.

   A copy begins as a shallow one, in which each container is then replaced by its copy.
   Meanwhile, the copy holds all values that were in the original. What is shared and not
   copied is held as well, while others may run. */
#include "program.h"

#include "base64.h"

PyObject *text_from_bytes(PyObject *data)
{
    size_t size = (size_t)PyBytes_GET_SIZE(data);
    PyObject *text = PyUnicode_New((Py_ssize_t)((size + 2) / 3 * 4), 0x7F);
    if (!text) return NULL;
    Py_INCREF(data);
    PyThreadState *released = release_gil(size);
    base64_encode((const uint8_t *)PyBytes_AS_STRING(data), size,
                  PyUnicode_1BYTE_DATA(text));
    take_gil(released);
    Py_DECREF(data);
    return text;
}

/* Return whether a value is taken as it is, whatever the options. */
static inline bool is_leaf(PyObject *value)
{
    return PyUnicode_CheckExact(value) || value == Py_None || PyLong_CheckExact(value)
           || PyBool_Check(value);
}

/* Take a value in a dict or list of unknown shape.

   Gives up on a container that others hold as well, apart from the original and the copy.
   Lists that each hold the next one twice would otherwise take 2**depth steps, and their
   copies would be separate. */
static PyObject *take_part(Program *program, PyObject *part, int depth)
{
    bool is_container = PyDict_CheckExact(part) || PyList_CheckExact(part);
    if (is_container && !program->shares && Py_REFCNT(part) > 2) return NULL;
    return take_any(program, part, depth);
}

/* Return a shallow copy of a dict or list. The original is looked at only when all has
   been allocated: an allocation may run a finalizer that changes it, which PyDict_Copy
   and PyList_GetSlice of CPython 3.11 do not expect. */
static PyObject *copy_container(PyObject *container)
{
    if (PyDict_CheckExact(container)) {
        PyObject *copy = PyDict_New();
        if (copy && PyDict_Update(copy, container) < 0) Py_CLEAR(copy);
        return copy;
    }

    Py_ssize_t size = PyList_GET_SIZE(container);
    PyObject *copy = PyList_New(size);
    if (!copy) return NULL;
    if (PyList_GET_SIZE(container) != size) {
        Py_DECREF(copy);
        return NULL;
    }
    for (Py_ssize_t i = 0; i < size; i++)
        PyList_SET_ITEM(copy, i, Py_NewRef(PyList_GET_ITEM(container, i)));
    return copy;
}

static PyObject *take_dict(Program *program, PyObject *dict, int depth)
{
    PyObject *key, *value, *own = program->shares ? Py_NewRef(dict) : copy_container(dict);
    if (!own) return NULL;
    count_work(program, OBJECT_WORK);

    Py_ssize_t position = 0;
    while (PyDict_Next(own, &position, &key, &value)) {
        if (UNLIKELY(!PyUnicode_CheckExact(key))) goto fail;
        if (UNLIKELY(!is_leaf(value))) {
            PyObject *taken = take_part(program, value, depth);
            if (!taken) goto fail;
            /* The key is there already, so that the loop keeps its place. */
            int failed = taken != value && PyDict_SetItem(own, key, taken) < 0;
            Py_DECREF(taken);
            if (failed) goto fail;
        }
        count_work(program, 1);
    }
    return own;

fail:
    Py_DECREF(own);
    return NULL;
}

static PyObject *take_list(Program *program, PyObject *list, int depth)
{
    PyObject *own = program->shares ? Py_NewRef(list) : copy_container(list);
    if (!own) return NULL;
    count_work(program, OBJECT_WORK);

    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(own); i++) {
        PyObject *item = PyList_GET_ITEM(own, i);
        if (UNLIKELY(!is_leaf(item))) {
            PyObject *taken = take_part(program, item, depth);
            if (!taken) goto fail;
            if (taken == item) Py_DECREF(taken);
            else if (PyList_SetItem(own, i, taken) < 0) goto fail; /* takes it over */
        }
        count_work(program, 1);
    }
    return own;

fail:
    Py_DECREF(own);
    return NULL;
}

PyObject *take_any(Program *program, PyObject *value, int depth)
{
    if (is_leaf(value)) return Py_NewRef(value);
    if (PyFloat_CheckExact(value))
        return is_usual_float(value) || program->nan ? Py_NewRef(value) : NULL;
    if (PyBytes_CheckExact(value))
        return program->binary ? Py_NewRef(value) : text_from_bytes(value);

    if (!depth) return NULL;
    if (PyDict_CheckExact(value)) return take_dict(program, value, depth - 1);
    return PyList_CheckExact(value) ? take_list(program, value, depth - 1) : NULL;
}
