/* Instances made without `__init__`, by filling their slots.

   decode.c and structure.c make them: `make_instance`, then a value for each slot of the
   keys that are there, then `finish_instance`. */
#ifndef RTMODELS_INSTANCE_H
#define RTMODELS_INSTANCE_H

#include "program.h"

/* Return a new instance whose slots are empty, and which the collector does not track.
   `class_build` has checked that instances consist of slots. */
static inline PyObject *make_instance(PyTypeObject *type)
{
    PyObject *self = PyObject_GC_New(PyObject, type);
    if (LIKELY(self != NULL))
        memset(self + 1, 0, (size_t)type->tp_basicsize - sizeof(PyObject));
    return self;
}

/* Return a dict of the fields in `nulls`, whose null the schema does not allow, and of
   the undeclared keys in `extra` after them, as the Python path orders them. */
static inline PyObject *make_extra(const Class *cls, uint64_t nulls, PyObject *extra)
{
    PyObject *all = PyDict_New();
    if (!all) return NULL;
    for (; nulls; nulls &= nulls - 1) { /* removes one bit */
        PyObject *name = cls->fields[lowest_bit(nulls)].name;
        if (PyDict_SetItem(all, name, Py_None) < 0) goto fail;
    }
    if (extra && PyDict_Update(all, extra) < 0) goto fail;
    return all;

fail:
    Py_DECREF(all);
    return NULL;
}

/* Fill the slots that are still empty, and return `self`.

   `seen` has a bit for each field whose slot is filled, and `nulls` for those of them
   whose null belongs in `extra`. Takes over the references to `self` and `extra`, which
   is a dict or NULL. *tracked is whether a slot holds what the collector has to track; it
   is set to whether it tracks the instance. */
static inline PyObject *finish_instance(const Class *cls, PyObject *self, uint64_t seen,
                                        uint64_t nulls, PyObject *extra, bool *tracked)
{
    if (UNLIKELY(cls->required & ~seen)) goto fail;
    uint64_t all = ~(uint64_t)0 >> (MAX_FIELDS - cls->count);
    for (uint64_t rest = all & ~seen; rest; rest &= rest - 1) { /* removes one bit */
        const Field *field = &cls->fields[lowest_bit(rest)];
        *slot_of(self, field->offset) = Py_NewRef(field->missing);
    }
    if (UNLIKELY(nulls != 0)) Py_XSETREF(extra, make_extra(cls, nulls, extra));
    if (UNLIKELY(nulls && !extra)) goto fail;

    /* Most instances hold only strings and numbers. Such an instance cannot be part of a
       cycle, so the collector need not visit it. */
    *tracked |= extra != NULL;
    *slot_of(self, cls->extra) = extra ? extra : Py_NewRef(Py_None);
    if (*tracked) PyObject_GC_Track(self);
    return self;

fail:
    Py_XDECREF(extra);
    Py_DECREF(self); /* with the slots that are filled */
    return NULL;
}

#endif
