/* Columns: instances into an Arrow array, one row after the other.

   A `Layout` is a struct column with all columns inside it, as rtmodels/native/_columns.py
   describes it. It is shared and does not change, except that it learns the fields of a
   class with its first instance. `Rows` are the cells of one array while it grows. Each
   column knows how many rows it has, and adds nulls only when a later row has a value, so
   a column without values costs nothing.

   What a column cannot hold gives up: then the Python code builds the array from the same
   messages. The finished array leaves by the Arrow C data interface. */
#include "program.h"

#define NULLS_SIZE (1 << 20)

/* The kinds of columns, in the order of ColumnKind in native/_columns.py. */
typedef enum {
    COLUMN_STRING,
    COLUMN_BINARY,
    COLUMN_INTEGER,
    COLUMN_NUMBER,
    COLUMN_BOOLEAN,
    COLUMN_UNLIMITED, /* true in place of "inf" */
    COLUMN_JSON,
    COLUMN_OBJECT,
    COLUMN_ARRAY,
    COLUMN_MAP, /* an array of entries, each an object column without classes */
    COLUMN_VARIANTS, /* a column for each kind of value */
} ColumnKind;

enum { COLUMN_KINDS = COLUMN_VARIANTS + 1 };

/* A slot of an instance, and the column of its values. */
typedef struct {
    Py_ssize_t offset;
    int child;
    bool is_nullable;    /* whether None is an explicit null, which goes to `extra` */
    bool keeps_integers; /* whether integers go to `extra` as well as to their column */
    PyObject *name;      /* owned */
} Slot;

/* A class whose instances an object column holds. */
typedef struct {
    PyTypeObject *type; /* owned */
    int count;
    Slot *slots;      /* owned */
    Py_ssize_t extra; /* the offset of the slot `extra`, or -1 */
    int extra_child;
} Record;

typedef struct Column Column;
struct Column {
    ColumnKind kind;
    int index;      /* of its cells in Rows */
    int count;      /* of the columns inside */
    Column *inside; /* owned */
    int variants[COLUMN_KINDS]; /* VARIANTS: the column of each kind, or -1 */
    PyObject *dump;             /* JSON: a function that returns the text; owned */
    PyObject *key; /* OBJECT: what `describe` knows the column by; owned */
    int record_count;
    int last; /* the record that was used last, which is tried first */
    Record **records; /* OBJECT: the classes seen so far; owned */
};

typedef struct {
    PyObject_HEAD
    PyTypeObject *rows_type; /* owned, as are the others */
    Column root;
    int cell_count;
    PyObject *describe; /* describes a class in an object column */
    PyObject *unset;    /* the value of a slot without a key */
} Layout;

/* The values of a column so far; what follows row `length` is null. */
typedef struct {
    Py_ssize_t length;
    Py_ssize_t valid;    /* how many rows are not null */
    uint8_t *bits;       /* a bit for each row: whether it is not null */
    size_t bits_room;
    int32_t *offsets;    /* of text, bytes, arrays and maps */
    size_t offsets_room; /* in bytes, as the others */
    uint8_t *data;       /* text, bytes, or the values */
    size_t data_room;
    size_t size;         /* bytes of data, items of arrays, or entries of maps */
} Cells;

typedef struct {
    PyObject_HEAD
    Layout *layout; /* owned */
    Py_ssize_t count;
    Cells *cells; /* owned, as are the buffers in it; NULL when finished */
} Rows;

/* As the Arrow C data interface has it. */
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void **buffers;
    struct ArrowArray **children;
    struct ArrowArray *dictionary;
    void (*release)(struct ArrowArray *);
    void *private_data;
};

/* The buffers of columns that have nothing but nulls. It is never written to. */
static uint8_t NULLS[NULLS_SIZE];

/* ---- Cells ------------------------------------------------------------------------ */

/* Make room for `needed` bytes. Buffers are freed by threads that do not hold the GIL, so
   they are raw memory. */
static bool reserve(void *buffer, size_t *room, size_t needed)
{
    if (LIKELY(needed <= *room)) return true;
    size_t larger = needed < 512 ? 1024 : needed * 2;
    uint8_t *moved = PyMem_RawRealloc(*(void **)buffer, larger);
    if (!moved) {
        PyErr_NoMemory();
        return false;
    }
    *(void **)buffer = moved;
    *room = larger;
    return true;
}

/* The same for bits and values, in which null is zero. */
static bool reserve_zeros(void *buffer, size_t *room, size_t needed)
{
    if (LIKELY(needed <= *room)) return true;
    size_t begin = *room;
    if (!reserve(buffer, room, needed)) return false;
    memset(*(uint8_t **)buffer + begin, 0, *room - begin);
    return true;
}

/* Add nulls until there are `row` rows. */
static bool fill_offsets(Cells *cells, Py_ssize_t row)
{
    if (!reserve(&cells->offsets, &cells->offsets_room,
                 ((size_t)row + 2) * sizeof(int32_t)))
        return false;
    cells->offsets[0] = 0;
    for (Py_ssize_t i = cells->length; i < row; i++)
        cells->offsets[i + 1] = (int32_t)cells->size;
    return true;
}

/* Make `row`, which has a value, the last one. */
static bool mark_valid(Cells *cells, Py_ssize_t row)
{
    if (!reserve_zeros(&cells->bits, &cells->bits_room, (size_t)row / 8 + 1))
        return false;
    cells->bits[row / 8] |= (uint8_t)(1 << (row % 8));
    cells->valid++;
    cells->length = row + 1;
    return true;
}

static bool append_bytes(Cells *cells, Py_ssize_t row, const char *bytes, Py_ssize_t size)
{
    if (UNLIKELY(size > INT32_MAX - (Py_ssize_t)cells->size)) return false;
    if (!reserve(&cells->data, &cells->data_room, cells->size + (size_t)size)
        || !fill_offsets(cells, row))
        return false;
    if (size) memcpy(cells->data + cells->size, bytes, (size_t)size);
    cells->size += (size_t)size;
    cells->offsets[row + 1] = (int32_t)cells->size;
    return mark_valid(cells, row);
}

static bool append_fixed(Cells *cells, Py_ssize_t row, const void *value)
{
    size_t begin = (size_t)row * 8;
    if (!reserve_zeros(&cells->data, &cells->data_room, begin + 8)) return false;
    memcpy(cells->data + begin, value, 8);
    return mark_valid(cells, row);
}

static bool append_bool(Cells *cells, Py_ssize_t row, bool value)
{
    if (!reserve_zeros(&cells->data, &cells->data_room, (size_t)row / 8 + 1))
        return false;
    if (value) cells->data[row / 8] |= (uint8_t)(1 << (row % 8));
    return mark_valid(cells, row);
}

/* ---- Values ----------------------------------------------------------------------- */

static bool append_value(Rows *rows, Column *column, Py_ssize_t row, PyObject *value);

static bool append_integer(Cells *cells, Py_ssize_t row, PyObject *value)
{
    if (!PyLong_CheckExact(value)) return false;
    long long number = PyLong_AsLongLong(value);
    if (number == -1 && PyErr_Occurred()) return false;
    int64_t stored = number;
    return append_fixed(cells, row, &stored);
}

static bool append_number(Cells *cells, Py_ssize_t row, PyObject *value)
{
    double number;
    if (PyFloat_CheckExact(value)) {
        number = PyFloat_AS_DOUBLE(value);
    } else {
        /* A double holds any integer up to this one. */
        const long long most = 1LL << 53;
        if (!PyLong_CheckExact(value)) return false;
        long long whole = PyLong_AsLongLong(value);
        if ((whole == -1 && PyErr_Occurred()) || whole > most || whole < -most)
            return false;
        number = (double)whole;
    }
    return append_fixed(cells, row, &number);
}

static bool append_json(Cells *cells, Column *column, Py_ssize_t row, PyObject *value)
{
    PyObject *text = PyObject_CallOneArg(column->dump, value);
    if (!text) return false;
    bool is_added = PyBytes_CheckExact(text)
                    && append_bytes(cells, row, PyBytes_AS_STRING(text),
                                    PyBytes_GET_SIZE(text));
    Py_DECREF(text);
    return is_added;
}

static void record_free(Record *record)
{
    if (!record) return;
    for (int i = 0; record->slots && i < record->count; i++)
        Py_XDECREF(record->slots[i].name);
    PyMem_Free(record->slots);
    Py_XDECREF(record->type);
    PyMem_Free(record);
}

/* Build a record from `(fields, name of extra or None, number of its column)`. A field is
   `(name, number of its column, whether it is nullable, whether it keeps integers)`. */
static Record *record_build(Column *column, PyTypeObject *type, PyObject *spec)
{
    PyObject *fields, *extra;
    int extra_child;
    if (!PyArg_ParseTuple(spec, "O!Oi", &PyTuple_Type, &fields, &extra, &extra_child))
        return NULL;
    Record *record = PyMem_Calloc(1, sizeof(Record));
    if (!record) goto no_memory;
    record->type = (PyTypeObject *)Py_NewRef(type);
    record->extra = -1;
    record->extra_child = extra_child;
    record->slots = PyMem_Calloc((size_t)PyTuple_GET_SIZE(fields) + 1, sizeof(Slot));
    if (!record->slots) goto no_memory;

    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(fields); i++) {
        Slot *slot = &record->slots[i];
        PyObject *name;
        int nullable, keeps;
        if (!PyArg_ParseTuple(PyTuple_GET_ITEM(fields, i), "Uipp", &name, &slot->child,
                              &nullable, &keeps))
            goto fail;
        slot->is_nullable = nullable;
        slot->keeps_integers = keeps;
        slot->name = Py_NewRef(name);
        record->count++;
        slot->offset = find_slot(type, name);
        if (slot->offset < 0) goto fail;
        if (slot->child < 0 || slot->child >= column->count) goto wrong;
    }
    if (extra == Py_None) return record;
    if (extra_child < 0 || extra_child >= column->count) goto wrong;
    record->extra = find_slot(type, extra);
    if (record->extra < 0) goto fail;
    return record;

no_memory:
    PyErr_NoMemory();
    goto fail;
wrong:
    PyErr_SetString(PyExc_ValueError, "no such column");
fail:
    record_free(record);
    return NULL;
}

/* Return the record of a class; NULL if the column does not hold its instances. */
static Record *find_record(Layout *layout, Column *column, PyTypeObject *type)
{
    int last = column->last;
    if (LIKELY(last < column->record_count && column->records[last]->type == type))
        return column->records[last];
    for (int i = 0; i < column->record_count; i++)
        if (column->records[i]->type == type)
            return column->records[column->last = i];

    if (!layout->describe) return NULL; /* cleared by the collector */
    PyObject *spec = PyObject_CallFunction(layout->describe, "OO", column->key, type);
    if (!spec) return NULL;
    Record *record = spec == Py_None ? NULL : record_build(column, type, spec);
    Py_DECREF(spec);
    if (!record) return NULL;

    /* Other threads may have run, and have added records. */
    size_t count = (size_t)column->record_count;
    Record **larger = PyMem_Realloc(column->records, (count + 1) * sizeof(Record *));
    if (!larger) {
        PyErr_NoMemory();
        record_free(record);
        return NULL;
    }
    column->records = larger;
    column->records[count] = record;
    column->record_count++;
    return record;
}

/* Put `name` with `value` into *extra, which is a copy from the first time on. */
static bool note_extra(PyObject **extra, bool *is_copied, PyObject *name, PyObject *value)
{
    if (!*is_copied) {
        PyObject *copy = PyDict_New();
        if (copy && *extra && PyDict_Update(copy, *extra) < 0) Py_CLEAR(copy);
        if (!copy) return false;
        Py_XSETREF(*extra, copy);
        *is_copied = true;
    }
    return PyDict_SetItem(*extra, name, value) == 0;
}

static bool append_object(Rows *rows, Column *column, Py_ssize_t row, PyObject *object)
{
    Layout *layout = rows->layout;
    Record *record = find_record(layout, column, Py_TYPE(object));
    if (!record) return false;

    PyObject *extra = NULL;
    bool is_copied = false;
    if (record->extra >= 0) {
        PyObject *kept = *slot_of(object, record->extra);
        if (!kept) return false;
        if (kept != Py_None) {
            if (!PyDict_Check(kept)) return false;
            if (PyDict_GET_SIZE(kept)) extra = Py_NewRef(kept);
        }
    }

    for (int i = 0; i < record->count; i++) {
        const Slot *slot = &record->slots[i];
        PyObject *value = *slot_of(object, slot->offset);
        if (UNLIKELY(!value)) goto fail;
        if (value == layout->unset) continue;
        if (value == Py_None) {
            if (slot->is_nullable && !note_extra(&extra, &is_copied, slot->name, value))
                goto fail;
            continue;
        }
        if (slot->keeps_integers && PyLong_CheckExact(value)
            && !note_extra(&extra, &is_copied, slot->name, value))
            goto fail;

        Py_INCREF(value); /* other code may run while JSON is written */
        bool is_added = append_value(rows, &column->inside[slot->child], row, value);
        Py_DECREF(value);
        if (UNLIKELY(!is_added)) goto fail;
    }

    if (extra && !append_value(rows, &column->inside[record->extra_child], row, extra))
        goto fail;
    Py_XDECREF(extra);
    return mark_valid(&rows->cells[column->index], row);

fail:
    Py_XDECREF(extra);
    return false;
}

static bool append_array(Rows *rows, Column *column, Py_ssize_t row, PyObject *items)
{
    if (!PyTuple_CheckExact(items)) return false;
    Cells *cells = &rows->cells[column->index];
    Py_ssize_t begin = (Py_ssize_t)cells->size, count = PyTuple_GET_SIZE(items);
    if (count > INT32_MAX - begin) return false;
    for (Py_ssize_t i = 0; i < count; i++)
        if (!append_value(rows, column->inside, begin + i, PyTuple_GET_ITEM(items, i)))
            return false;

    if (!fill_offsets(cells, row)) return false;
    cells->size += (size_t)count;
    cells->offsets[row + 1] = (int32_t)cells->size;
    return mark_valid(cells, row);
}

static bool append_map(Rows *rows, Column *column, Py_ssize_t row, PyObject *map)
{
    if (!PyDict_CheckExact(map)) return false;
    Cells *cells = &rows->cells[column->index];
    Column *entry = column->inside;
    Py_ssize_t end = (Py_ssize_t)cells->size, position = 0;
    PyObject *key, *value;
    while (PyDict_Next(map, &position, &key, &value)) {
        if (end == INT32_MAX) return false;
        Py_INCREF(key); /* other code may run while JSON is written */
        Py_INCREF(value);
        bool is_added = append_value(rows, &entry->inside[0], end, key)
                        && append_value(rows, &entry->inside[1], end, value)
                        && mark_valid(&rows->cells[entry->index], end);
        Py_DECREF(value);
        Py_DECREF(key);
        if (!is_added) return false;
        end++;
    }

    if (!fill_offsets(cells, row)) return false;
    cells->size = (size_t)end;
    cells->offsets[row + 1] = (int32_t)end;
    return mark_valid(cells, row);
}

/* Return the kind of column that a value of a union goes to. */
static ColumnKind find_kind(const Column *column, PyObject *value)
{
    const int *variants = column->variants;
    if (PyUnicode_CheckExact(value)) {
        bool is_limit = variants[COLUMN_UNLIMITED] >= 0
                        && PyUnicode_CompareWithASCIIString(value, "inf") == 0;
        return is_limit ? COLUMN_UNLIMITED : COLUMN_STRING;
    }
    if (PyBool_Check(value)) return COLUMN_BOOLEAN;
    if (PyLong_CheckExact(value))
        return variants[COLUMN_INTEGER] >= 0 ? COLUMN_INTEGER : COLUMN_NUMBER;
    if (PyFloat_CheckExact(value)) return COLUMN_NUMBER;
    if (PyBytes_CheckExact(value)) return COLUMN_BINARY;
    if (PyTuple_CheckExact(value)) return COLUMN_ARRAY;
    if (!PyDict_CheckExact(value)) return COLUMN_OBJECT;
    return variants[COLUMN_MAP] >= 0 ? COLUMN_MAP : COLUMN_JSON;
}

static bool append_variant(Rows *rows, Column *column, Py_ssize_t row, PyObject *value)
{
    int child = column->variants[find_kind(column, value)];
    return child >= 0 && append_value(rows, &column->inside[child], row, value)
           && mark_valid(&rows->cells[column->index], row);
}

/* Append a value to a column. Return false to give up. */
static bool append_value(Rows *rows, Column *column, Py_ssize_t row, PyObject *value)
{
    Cells *cells = &rows->cells[column->index];
    const char *text;
    Py_ssize_t size;
    bool is_added;
    if (value == Py_None) return true; /* null, like all rows without a value */

    switch (column->kind) {
    case COLUMN_STRING:
        if (!PyUnicode_CheckExact(value)) return false;
        text = PyUnicode_AsUTF8AndSize(value, &size);
        return text && append_bytes(cells, row, text, size);
    case COLUMN_BINARY:
        return PyBytes_CheckExact(value)
               && append_bytes(cells, row, PyBytes_AS_STRING(value),
                               PyBytes_GET_SIZE(value));
    case COLUMN_INTEGER: return append_integer(cells, row, value);
    case COLUMN_NUMBER: return append_number(cells, row, value);
    case COLUMN_BOOLEAN:
        return PyBool_Check(value) && append_bool(cells, row, value == Py_True);
    case COLUMN_UNLIMITED: return append_bool(cells, row, true);
    case COLUMN_JSON: return append_json(cells, column, row, value);
    default: break;
    }

    if (Py_EnterRecursiveCall(" in columns")) return false;
    switch (column->kind) {
    case COLUMN_OBJECT: is_added = append_object(rows, column, row, value); break;
    case COLUMN_ARRAY: is_added = append_array(rows, column, row, value); break;
    case COLUMN_MAP: is_added = append_map(rows, column, row, value); break;
    default: is_added = append_variant(rows, column, row, value);
    }
    Py_LeaveRecursiveCall();
    return is_added;
}

/* ---- Arrow arrays ----------------------------------------------------------------- */

/* What an array owns. */
typedef struct {
    const void *buffers[3];
    struct ArrowArray *inside;
    struct ArrowArray **pointers; /* to each of `inside` */
} Owned;

/* Free an array; any thread may call this, with or without the GIL. */
static void array_release(struct ArrowArray *array)
{
    Owned *owned = array->private_data;
    for (int64_t i = 0; i < array->n_children; i++)
        if (owned->inside[i].release) owned->inside[i].release(&owned->inside[i]);
    for (int i = 0; i < 3; i++)
        if (owned->buffers[i] != NULLS) PyMem_RawFree((void *)owned->buffers[i]);
    PyMem_RawFree(owned->inside);
    PyMem_RawFree(owned->pointers);
    PyMem_RawFree(owned);
    array->release = NULL;
}

/* Take over a buffer with `size` bytes at least, which are zero behind those in use. */
static const void *finish_buffer(void *buffer, size_t *room, size_t size)
{
    void **held = buffer;
    if (!*held && size <= NULLS_SIZE) return NULLS;
    if (!reserve_zeros(held, room, size ? size : 1)) return NULL;
    void *taken = *held;
    *held = NULL;
    *room = 0;
    return taken;
}

/* Move the cells of a column with `count` rows to *out. Return false without memory; *out
   can be released in either case. */
static bool finish_column(Rows *rows, const Column *column, Py_ssize_t count,
                          struct ArrowArray *out)
{
    memset(out, 0, sizeof *out);
    Owned *owned = PyMem_RawCalloc(1, sizeof(Owned));
    if (!owned) return false;
    out->private_data = owned;
    out->release = array_release;
    out->buffers = owned->buffers;
    out->length = count;

    Cells *cells = &rows->cells[column->index];
    size_t n = (size_t)count, bits = n / 8 + 1, items = 0;
    out->null_count = count - cells->valid;
    out->n_buffers = 1;
    if (out->null_count) {
        owned->buffers[0] = finish_buffer(&cells->bits, &cells->bits_room, bits);
        if (!owned->buffers[0]) return false;
    }

    const void **buffer = &owned->buffers[1];
    switch (column->kind) {
    case COLUMN_INTEGER: case COLUMN_NUMBER:
        out->n_buffers = 2;
        *buffer = finish_buffer(&cells->data, &cells->data_room, n * 8);
        if (!*buffer) return false;
        break;
    case COLUMN_BOOLEAN: case COLUMN_UNLIMITED:
        out->n_buffers = 2;
        *buffer = finish_buffer(&cells->data, &cells->data_room, bits);
        if (!*buffer) return false;
        break;
    case COLUMN_OBJECT: case COLUMN_VARIANTS: items = n; break;
    default: /* text, bytes, arrays and maps */
        if (cells->offsets && !fill_offsets(cells, count)) return false;
        *buffer++ = finish_buffer(&cells->offsets, &cells->offsets_room,
                                  (n + 1) * sizeof(int32_t));
        if (!owned->buffers[1]) return false;
        out->n_buffers = 2;
        items = cells->size;
        if (column->count) break;
        out->n_buffers = 3;
        *buffer = finish_buffer(&cells->data, &cells->data_room, cells->size);
        if (!*buffer) return false;
    }
    if (!column->count) return true;

    size_t inside = (size_t)column->count;
    owned->inside = PyMem_RawCalloc(inside, sizeof(struct ArrowArray));
    owned->pointers = PyMem_RawCalloc(inside, sizeof(struct ArrowArray *));
    if (!owned->inside || !owned->pointers) return false;
    out->children = owned->pointers;
    for (int i = 0; i < column->count; i++) {
        owned->pointers[i] = &owned->inside[i];
        out->n_children++;
        if (!finish_column(rows, &column->inside[i], (Py_ssize_t)items,
                           &owned->inside[i]))
            return false;
    }
    return true;
}

static void capsule_free(PyObject *capsule)
{
    struct ArrowArray *array = PyCapsule_GetPointer(capsule, "arrow_array");
    if (!array) return;
    if (array->release) array->release(array); /* nobody has taken it */
    PyMem_RawFree(array);
}

/* ---- Rows ------------------------------------------------------------------------- */

static void rows_clear_cells(Rows *rows)
{
    for (int i = 0; rows->cells && i < rows->layout->cell_count; i++) {
        PyMem_RawFree(rows->cells[i].bits);
        PyMem_RawFree(rows->cells[i].offsets);
        PyMem_RawFree(rows->cells[i].data);
    }
    PyMem_Free(rows->cells);
    rows->cells = NULL;
}

/* Check that no row has failed, and that the array has not been taken. */
static bool rows_check(Rows *rows)
{
    if (LIKELY(rows->cells != NULL)) return true;
    PyErr_SetString(PyExc_ValueError, "the rows are finished");
    return false;
}

/* append(value): add a row; False if the columns cannot hold the value, which ends them */
static PyObject *rows_append(Rows *rows, PyObject *value)
{
    if (!rows_check(rows)) return NULL;
    if (rows->count < INT32_MAX - 1
        && append_value(rows, &rows->layout->root, rows->count, value)) {
        rows->count++;
        Py_RETURN_TRUE;
    }

    rows_clear_cells(rows);
    if (!clear_exception()) return NULL;
    Py_RETURN_FALSE;
}

/* finish(): return a capsule with the array */
static PyObject *rows_finish(Rows *rows, PyObject *unused)
{
    (void)unused;
    if (!rows_check(rows)) return NULL;
    struct ArrowArray *array = PyMem_RawCalloc(1, sizeof(struct ArrowArray));
    if (!array) return PyErr_NoMemory();
    bool is_built = finish_column(rows, &rows->layout->root, rows->count, array);
    PyObject *capsule = NULL;
    rows_clear_cells(rows);
    if (is_built) capsule = PyCapsule_New(array, "arrow_array", capsule_free);
    if (!capsule) {
        if (array->release) array->release(array);
        PyMem_RawFree(array);
        return PyErr_Occurred() ? NULL : PyErr_NoMemory();
    }
    return capsule;
}

static int rows_traverse(Rows *rows, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(rows));
    Py_VISIT(rows->layout);
    return 0;
}

static void rows_dealloc(Rows *rows)
{
    PyTypeObject *type = Py_TYPE(rows);
    PyObject_GC_UnTrack(rows);
    rows_clear_cells(rows);
    Py_XDECREF(rows->layout);
    type->tp_free(rows);
    Py_DECREF(type);
}

static PyMethodDef rows_methods[] = {
    {"append", (PyCFunction)rows_append, METH_O,
     "Add a row. Return False if the columns cannot hold it; no row can follow."},
    {"finish", (PyCFunction)rows_finish, METH_NOARGS,
     "Return the array in a capsule of the Arrow C data interface."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot rows_slots[] = {
    {Py_tp_doc, "The rows of an Arrow array while they grow; made by `Layout.begin`."},
    {Py_tp_dealloc, rows_dealloc},
    {Py_tp_traverse, rows_traverse},
    {Py_tp_methods, rows_methods},
    {0, NULL},
};

PyType_Spec rows_spec = {
    .name = "rtmodels.native._extension.Rows",
    .basicsize = sizeof(Rows),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE
             | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = rows_slots,
};

/* ---- Layouts ---------------------------------------------------------------------- */

static void column_clear(Column *column)
{
    for (int i = 0; column->inside && i < column->count; i++)
        column_clear(&column->inside[i]);
    for (int i = 0; i < column->record_count; i++) record_free(column->records[i]);
    PyMem_Free(column->inside);
    PyMem_Free(column->records);
    Py_CLEAR(column->dump);
    Py_CLEAR(column->key);
    column->inside = NULL;
    column->records = NULL;
    column->count = column->record_count = 0;
}

/* Build a column from `(kind, function or key or None, columns inside)`. */
static bool column_build(Layout *layout, Column *column, PyObject *spec)
{
    int kind;
    PyObject *argument, *inside;
    if (!PyArg_ParseTuple(spec, "iOO!", &kind, &argument, &PyTuple_Type, &inside))
        return false;
    Py_ssize_t count = PyTuple_GET_SIZE(inside);
    bool is_list = kind == COLUMN_ARRAY || kind == COLUMN_MAP;
    bool has_inside = is_list || kind == COLUMN_OBJECT || kind == COLUMN_VARIANTS;
    if (kind < 0 || kind >= COLUMN_KINDS || count > UINT16_MAX || (is_list && count != 1)
        || (count && !has_inside)) {
        PyErr_SetString(PyExc_ValueError, "not a column");
        return false;
    }
    column->kind = (ColumnKind)kind;
    column->index = layout->cell_count++;
    if (kind == COLUMN_JSON) column->dump = Py_NewRef(argument);
    if (kind == COLUMN_OBJECT) column->key = Py_NewRef(argument);
    for (int i = 0; i < COLUMN_KINDS; i++) column->variants[i] = -1;

    column->inside = PyMem_Calloc((size_t)count + 1, sizeof(Column));
    if (!column->inside) {
        PyErr_NoMemory();
        return false;
    }
    for (int i = 0; i < (int)count; i++) {
        column->count = i + 1;
        if (!column_build(layout, &column->inside[i], PyTuple_GET_ITEM(inside, i)))
            return false;
        column->variants[column->inside[i].kind] = i;
    }
    if (kind == COLUMN_MAP && column->inside->count != 2) {
        PyErr_SetString(PyExc_ValueError, "an entry has a key and a value");
        return false;
    }
    return true;
}

/* Layout(root, describe, unset) */
static PyObject *layout_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *root, *describe, *unset;
    if (kwargs && PyDict_GET_SIZE(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "Layout takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "OOO", &root, &describe, &unset)) return NULL;
    Layout *layout = (Layout *)type->tp_alloc(type, 0);
    if (!layout) return NULL;
    ModuleState *state = PyType_GetModuleState(type);
    layout->rows_type = (PyTypeObject *)Py_NewRef(state->rows_type);
    layout->describe = Py_NewRef(describe);
    layout->unset = Py_NewRef(unset);
    if (column_build(layout, &layout->root, root)) return (PyObject *)layout;
    Py_DECREF(layout);
    return NULL;
}

/* begin(): return empty rows */
static PyObject *layout_begin(Layout *layout, PyObject *unused)
{
    (void)unused;
    Rows *rows = (Rows *)layout->rows_type->tp_alloc(layout->rows_type, 0);
    if (!rows) return NULL;
    rows->layout = (Layout *)Py_NewRef(layout);
    rows->cells = PyMem_Calloc((size_t)layout->cell_count, sizeof(Cells));
    if (rows->cells) return (PyObject *)rows;
    Py_DECREF(rows);
    return PyErr_NoMemory();
}

static int column_traverse(Column *column, visitproc visit, void *arg)
{
    Py_VISIT(column->dump);
    Py_VISIT(column->key);
    for (int i = 0; i < column->record_count; i++) Py_VISIT(column->records[i]->type);
    for (int i = 0; column->inside && i < column->count; i++) {
        int result = column_traverse(&column->inside[i], visit, arg);
        if (result) return result;
    }
    return 0;
}

static int layout_traverse(Layout *layout, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(layout));
    Py_VISIT(layout->rows_type);
    Py_VISIT(layout->describe);
    Py_VISIT(layout->unset);
    return column_traverse(&layout->root, visit, arg);
}

/* The columns stay, as rows may still be added. What leads to a cycle is what `describe`
   holds. */
static int layout_clear(Layout *layout)
{
    Py_CLEAR(layout->describe);
    return 0;
}

static void layout_dealloc(Layout *layout)
{
    PyTypeObject *type = Py_TYPE(layout);
    PyObject_GC_UnTrack(layout);
    column_clear(&layout->root);
    Py_XDECREF(layout->rows_type);
    Py_XDECREF(layout->describe);
    Py_XDECREF(layout->unset);
    type->tp_free(layout);
    Py_DECREF(type);
}

static PyMethodDef layout_methods[] = {
    {"begin", (PyCFunction)layout_begin, METH_NOARGS, "Return empty rows."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot layout_slots[] = {
    {Py_tp_doc, "The columns of an Arrow array, which instances are put into."},
    {Py_tp_new, layout_new},
    {Py_tp_dealloc, layout_dealloc},
    {Py_tp_traverse, layout_traverse},
    {Py_tp_clear, layout_clear},
    {Py_tp_methods, layout_methods},
    {0, NULL},
};

PyType_Spec layout_spec = {
    .name = "rtmodels.native._extension.Layout",
    .basicsize = sizeof(Layout),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = layout_slots,
};
