/* Encoding: instances into JSON text, the same bytes as the Python path makes.

   `program_encode` is called by the Python method that wraps `JsonAdapter.encode`, in
   module.c. The other functions write one value each behind `writer->at`, and return
   false to give up.

   References are borrowed from the containers that hold the values. Other Python code may
   run while a class is compiled, while an odd float is written, and behind every LONG_RUN
   bytes; a container might then lose a value that is being written. So `write_value` and
   `write_any` hold what is no scalar, `write_string` holds text that takes long, and a
   pair is held as long as its key is written.

   Writes are in bounds because each is preceded by a `reserve`: it makes room for the
   bytes that it is asked for and for SLACK more, which brackets, commas, numbers and
   short words use without asking again. */
#include "program.h"

#include "base64.h"
#include "numbers.h"

enum {
    SLACK = 64,
    STACK_ROOM = 16384, /* the text that is written without allocating memory */
    MAX_ESCAPE = 6,
};

typedef struct {
    uint8_t *start, *at, *end; /* the text so far is from start to at */
    size_t run;                /* the size of the text when other threads ran last */
    Program *program;          /* borrowed */
    bool on_heap;              /* whether `start` has to be freed */
} Writer;

static bool write_value(Writer *writer, Node *node, PyObject *value);

/* ---- The buffer ------------------------------------------------------------------- */

/* Make room for `size` bytes and SLACK; at least twice the room that there was. */
static bool grow(Writer *writer, size_t size)
{
    size_t used = (size_t)(writer->at - writer->start);
    size_t room = 2 * (size_t)(writer->end - writer->start);
    if (room < used + size + SLACK) room = used + size + SLACK;

    uint8_t *old = writer->on_heap ? writer->start : NULL;
    uint8_t *start = PyMem_Realloc(old, room);
    if (!start) {
        PyErr_NoMemory();
        return false;
    }
    if (!old) memcpy(start, writer->start, used);
    writer->start = start;
    writer->at = start + used;
    writer->end = start + room;
    writer->on_heap = true;
    return true;
}

static inline bool reserve(Writer *writer, size_t size)
{
    return LIKELY((size_t)(writer->end - writer->at) >= size + SLACK) || grow(writer, size);
}

/* Let other threads run, if this one has written much since they did. */
static inline void pause_writing(Writer *writer)
{
    size_t size = (size_t)(writer->at - writer->start);
    if (LIKELY(size - writer->run < LONG_RUN)) return;
    writer->run = size;
    let_others_run();
}

/* Write bytes for which there is room. */
static inline void put(Writer *writer, const void *bytes, size_t size)
{
    memcpy(writer->at, bytes, size);
    writer->at += size;
}

/* Write a literal, PADDING bytes at a time: it has as many behind it, and so has the
   buffer. */
static inline bool put_literal(Writer *writer, const Literal *literal)
{
    size_t size = (size_t)literal->size;
    if (!reserve(writer, size)) return false;
    memcpy(writer->at, literal->bytes, PADDING);
    for (size_t i = PADDING; UNLIKELY(i < size); i += PADDING)
        memcpy(writer->at + i, literal->bytes + i, PADDING);
    writer->at += size;
    return true;
}

/* Write the comma behind an item, and let other threads run now and then. */
static inline bool put_comma(Writer *writer)
{
    if (!reserve(writer, 0)) return false;
    *writer->at++ = ',';
    pause_writing(writer);
    return true;
}

/* Write the bracket that closes an array or object, in place of the last comma. There is
   always room for it and for a comma, within SLACK. */
static inline void put_close(Writer *writer, uint8_t bracket)
{
    if (writer->at[-1] == ',') writer->at[-1] = bracket;
    else *writer->at++ = bracket;
}

/* ---- Strings ---------------------------------------------------------------------- */

/* Return whether 16 bytes are plain, and copy them. */
static inline bool copy_16(uint8_t *out, const uint8_t *s)
{
#if HAVE_SSE2
    __m128i bytes = _mm_loadu_si128((const __m128i *)s);
    _mm_storeu_si128((__m128i *)out, bytes);
    return !find_special(bytes);
#else
    uint64_t first = load8(s), second = load8(s + 8);
    memcpy(out, &first, 8);
    memcpy(out + 8, &second, 8);
    return !(has_special(first) | has_special(second));
#endif
}

/* Return whether 8 bytes are plain, and copy them. */
static inline bool copy_8(uint8_t *out, const uint8_t *s)
{
    uint64_t bytes = load8(s);
    memcpy(out, &bytes, 8);
    return !has_special(bytes);
}

/* Return whether 8 characters of 2 bytes are plain ASCII, and copy them as bytes. */
static inline bool copy_8_of_2(uint8_t *out, const uint16_t *s)
{
#if HAVE_SSE2
    __m128i wide = _mm_loadu_si128((const __m128i *)s);
    __m128i high = _mm_and_si128(wide, _mm_set1_epi16((short)0xFF80));
    __m128i bytes = _mm_packus_epi16(wide, wide);
    _mm_storel_epi64((__m128i *)out, bytes);
    bool is_ascii = _mm_movemask_epi8(_mm_cmpeq_epi16(high, _mm_setzero_si128())) == 0xFFFF;
    return is_ascii && !find_special(bytes);
#else
    uint16_t all = 0;
    for (int i = 0; i < 8; i++) {
        all |= s[i];
        out[i] = (uint8_t)s[i];
    }
    return all < 0x80 && !has_special(load8(out));
#endif
}

/* Copy ASCII from s to `out`, which has room for all of it; return how many bytes were
   copied, up to one that is not plain, or less. Blocks may overlap at the end, so that no
   bytes are left over. */
static inline size_t copy_ascii(uint8_t *out, const uint8_t *s, size_t size)
{
    size_t i = 0;
    if (size >= 16) {
        for (; i + 16 <= size; i += 16)
            if (UNLIKELY(!copy_16(out + i, s + i))) return i;
        return copy_16(out + size - 16, s + size - 16) ? size : i;
    }
    if (size >= 8)
        return copy_8(out, s) && copy_8(out + size - 8, s + size - 8) ? size : 0;
    for (; i < size && is_plain(s[i]); i++) out[i] = s[i];
    return i;
}

/* Write one character, for which there is room. */
static inline bool put_character(Writer *writer, uint32_t character)
{
    if (character >= 0xD800 && character < 0xE000) return false; /* a surrogate */
    bool is_special = character < 0x80 && !is_plain((uint8_t)character);
    writer->at = is_special ? write_escape(writer->at, (uint8_t)character)
                            : utf8_write(writer->at, character);
    return true;
}

/* Write the rest of a string with characters up to 0xFF. Each round advances by one at
   least. */
static bool write_latin(Writer *writer, const uint8_t *s, size_t size)
{
    while (size) {
        if (!reserve(writer, size + MAX_ESCAPE)) return false;
        size_t plain = 0;
#if HAVE_SSE2
        if (size >= 16) {
            __m128i bytes = _mm_loadu_si128((const __m128i *)s);
            unsigned special = find_special(bytes) | (unsigned)_mm_movemask_epi8(bytes);
            _mm_storeu_si128((__m128i *)writer->at, bytes);
            plain = special ? (size_t)lowest_bit(special) : 16;
        }
#endif
        writer->at += plain;
        if (plain < 16) put_character(writer, s[plain++]);
        s += plain;
        size -= plain;
        pause_writing(writer);
    }
    return reserve(writer, 0);
}

/* Write a string with characters of 2 or 4 bytes, in pieces for which there is room. */
static bool write_wide(Writer *writer, PyObject *text)
{
    enum { PIECE = 1024 };
    Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    int kind = PyUnicode_KIND(text);
    const void *data = PyUnicode_DATA(text);
    for (Py_ssize_t i = 0; i < length;) {
        Py_ssize_t stop = length - i < PIECE ? length : i + PIECE;
        if (!reserve(writer, (size_t)(stop - i) * MAX_ESCAPE)) return false;
        while (i < stop) {
            /* Most text is ASCII with a few others in between. */
            if (kind == PyUnicode_2BYTE_KIND && stop - i >= 8
                && copy_8_of_2(writer->at, (const uint16_t *)data + i)) {
                writer->at += 8;
                i += 8;
                continue;
            }
            for (Py_ssize_t few = stop - i < 8 ? stop : i + 8; i < few; i++)
                if (!put_character(writer, PyUnicode_READ(kind, data, i))) return false;
        }
        pause_writing(writer);
    }
    return reserve(writer, 0);
}

/* Write the rest of a string, from its character number `done` on. */
static bool write_rest(Writer *writer, PyObject *text, size_t done)
{
    size_t length = (size_t)PyUnicode_GET_LENGTH(text);
    Py_INCREF(text);
    bool is_written =
        PyUnicode_KIND(text) == PyUnicode_1BYTE_KIND
            ? write_latin(writer, PyUnicode_1BYTE_DATA(text) + done, length - done)
            : write_wide(writer, text);
    Py_DECREF(text);
    return is_written;
}

static inline bool write_string(Writer *writer, PyObject *text)
{
    size_t length = (size_t)PyUnicode_GET_LENGTH(text), copied = 0;
    if (!reserve(writer, length)) return false;
    *writer->at++ = '"';
    if (LIKELY(PyUnicode_IS_ASCII(text))) {
        /* Behind every LONG_RUN bytes, what is left is written as any other text. */
        size_t most = length < LONG_RUN ? length : LONG_RUN;
        copied = copy_ascii(writer->at, PyUnicode_1BYTE_DATA(text), most);
        writer->at += copied;
    }
    if (UNLIKELY(copied < length) && !write_rest(writer, text, copied)) return false;
    *writer->at++ = '"';
    return true;
}

/* ---- Numbers and bytes ------------------------------------------------------------ */

static inline bool write_int(Writer *writer, PyObject *value)
{
    if (!reserve(writer, 0)) return false;
#if PY_VERSION_HEX >= 0x030C0000
    if (LIKELY(PyUnstable_Long_IsCompact((PyLongObject *)value))) {
        Py_ssize_t small = PyUnstable_Long_CompactValue((PyLongObject *)value);
        writer->at = write_signed(writer->at, small);
        return true;
    }
#endif
    int overflow;
    long long whole = PyLong_AsLongLongAndOverflow(value, &overflow);
    if (overflow) return false;
    writer->at = write_signed(writer->at, whole);
    return true;
}

static bool write_float(Writer *writer, PyObject *value)
{
    if (!reserve(writer, 0)) return false;
    uint8_t *end = write_short_float(writer->at, PyFloat_AS_DOUBLE(value));
    if (end) {
        writer->at = end;
        return true;
    }
    if (!Py_IS_FINITE(PyFloat_AS_DOUBLE(value))) return false;

    Py_INCREF(value);
    PyObject *text = PyObject_CallOneArg(writer->program->dumps, value);
    Py_DECREF(value);
    if (!text) return false;
    bool is_written = PyBytes_CheckExact(text)
                      && reserve(writer, (size_t)PyBytes_GET_SIZE(text));
    if (is_written) put(writer, PyBytes_AS_STRING(text), (size_t)PyBytes_GET_SIZE(text));
    Py_DECREF(text);
    return is_written;
}

static bool write_bytes(Writer *writer, PyObject *value)
{
    size_t size = (size_t)PyBytes_GET_SIZE(value);
    if (!reserve(writer, (size + 2) / 3 * 4)) return false;
    *writer->at++ = '"';
    Py_INCREF(value);
    PyThreadState *released = release_gil(size);
    writer->at =
        base64_encode((const uint8_t *)PyBytes_AS_STRING(value), size, writer->at);
    take_gil(released);
    Py_DECREF(value);
    *writer->at++ = '"';
    return true;
}

/* Write None, True or False; return false for other values. */
static inline bool write_literal(Writer *writer, PyObject *value)
{
    if (!reserve(writer, 0)) return false;
    if (value == Py_None) put(writer, "null", 4);
    else if (value == Py_True) put(writer, "true", 4);
    else if (value == Py_False) put(writer, "false", 5);
    else return false;
    return true;
}

static bool write_word(Writer *writer, PyObject *value, PyObject *words)
{
    return is_word(value, words) && write_string(writer, value);
}

/* ---- Values of unknown shape ------------------------------------------------------ */

static bool write_any(Writer *writer, PyObject *value, int depth);

/* Write a key, its colon, the value and a comma. The value has the shape of `node`, or
   without one any shape of up to `depth` levels. */
static bool write_pair(Writer *writer, PyObject *key, PyObject *value, Node *node, int depth)
{
    if (!PyUnicode_CheckExact(key)) return false;
    Py_INCREF(value); /* the key may be long */
    bool is_written = write_string(writer, key);
    if (is_written) {
        *writer->at++ = ':';
        is_written = node ? write_value(writer, node, value)
                          : write_any(writer, value, depth);
    }
    Py_DECREF(value);
    return is_written && put_comma(writer);
}

/* Write the pairs of a dict, or the items of a list. If either changes meanwhile, its
   size is read anew, so that the loops end in bounds. */
static bool write_any_items(Writer *writer, PyObject *value, int depth)
{
    if (PyDict_CheckExact(value)) {
        PyObject *key, *item;
        Py_ssize_t position = 0;
        while (PyDict_Next(value, &position, &key, &item))
            if (!write_pair(writer, key, item, NULL, depth)) return false;
        return true;
    }
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(value); i++) {
        if (!write_any(writer, PyList_GET_ITEM(value, i), depth)) return false;
        if (!put_comma(writer)) return false;
    }
    return true;
}

/* Write a value of the classes that a parser makes, of up to `depth` levels, which bounds
   the recursion. */
static bool write_any(Writer *writer, PyObject *value, int depth)
{
    if (PyUnicode_CheckExact(value)) return write_string(writer, value);
    if (PyLong_CheckExact(value)) return write_int(writer, value);
    if (PyFloat_CheckExact(value)) return write_float(writer, value);
    if (PyBytes_CheckExact(value)) return write_bytes(writer, value);

    bool is_dict = PyDict_CheckExact(value);
    if (!is_dict && !PyList_CheckExact(value)) return write_literal(writer, value);
    if (!depth || !reserve(writer, 0)) return false;

    *writer->at++ = is_dict ? '{' : '[';
    Py_INCREF(value);
    bool is_written = write_any_items(writer, value, depth - 1);
    Py_DECREF(value);
    if (is_written) put_close(writer, is_dict ? '}' : ']');
    return is_written;
}

/* ---- Instances -------------------------------------------------------------------- */

/* Write the keys of `extra`, except for the fields in `written`. */
static bool write_extra(Writer *writer, const Class *cls, PyObject *extra, uint64_t written)
{
    PyObject *key, *item;
    Py_ssize_t position = 0;
    if (!cls->is_open || !is_extra(writer->program, extra)) return false;
    while (PyDict_Next(extra, &position, &key, &item)) {
        if (!PyUnicode_CheckExact(key)) return false;
        PyObject *number = PyDict_GetItemWithError(cls->index, key); /* borrowed */
        long i = number ? PyLong_AsLong(number) : FOREIGN;
        if (i != FOREIGN && written >> i & 1) continue;
        if (!number && PyErr_Occurred()) return false;
        if (!write_pair(writer, key, item, NULL, writer->program->max_depth)) return false;
    }
    return true;
}

/* Write the value of a field, which is not that of a missing key. */
static inline bool write_field(Writer *writer, Field *field, PyObject *value)
{
    if (field->constant) {
        if (LIKELY(is_text(value, field->constant)))
            return put_literal(writer, &field->pair);
        if (value != Py_None) return false;
    }

    if (!put_literal(writer, &field->key)) return false;
    if (UNLIKELY(value == Py_None))
        return field->null == NULL_ALLOWED && write_literal(writer, value);
    switch (field->node.kind) {
    case KIND_STR: return PyUnicode_CheckExact(value) && write_string(writer, value);
    case KIND_INT: return PyLong_CheckExact(value) && write_int(writer, value);
    default: return write_value(writer, &field->node, value);
    }
}

static bool write_object(Writer *writer, Class *cls, PyObject *self)
{
    if (!prepare(writer->program, cls) || !reserve(writer, 0)) return false;
    uint64_t written = 0;
    *writer->at++ = '{';
    for (int i = 0; i < cls->count; i++) {
        const Step *step = &cls->steps[i];
        PyObject *value = *slot_of(self, step->offset);
        if (UNLIKELY(!value)) return false;
        if (value == step->missing) continue;
        if (!write_field(writer, step->field, value) || !reserve(writer, 0)) return false;
        *writer->at++ = ',';
        written |= (uint64_t)1 << (step->field - cls->fields);
    }

    PyObject *extra = *slot_of(self, cls->extra);
    if (UNLIKELY(extra != Py_None)) {
        Py_XINCREF(extra);
        bool is_written = extra && write_extra(writer, cls, extra, written);
        Py_XDECREF(extra);
        if (!is_written) return false;
    }
    put_close(writer, '}');
    return true;
}

/* Write an instance of one of the classes of a union, or an `Unknown`. */
static bool write_tagged(Writer *writer, Union *tagged, PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    int i = find_member(tagged, type);
    if (LIKELY(i < tagged->count)) return write_object(writer, tagged->members[i], self);

    if (!tagged->has_unknown || type != writer->program->unknown) return false;
    PyObject *payload = *slot_of(self, writer->program->payload);
    return payload && PyDict_CheckExact(payload)
           && write_any(writer, payload, writer->program->max_depth);
}

/* ---- Arrays, maps and unions ------------------------------------------------------ */

static bool write_array(Writer *writer, Node *item, PyObject *tuple)
{
    if (!PyTuple_CheckExact(tuple) || !reserve(writer, 0)) return false;
    *writer->at++ = '[';
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(tuple); i++) {
        if (!write_value(writer, item, PyTuple_GET_ITEM(tuple, i))) return false;
        if (!put_comma(writer)) return false;
    }
    put_close(writer, ']');
    return true;
}

static bool write_map(Writer *writer, Node *item, PyObject *map)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    if (!PyDict_CheckExact(map) || !reserve(writer, 0)) return false;
    *writer->at++ = '{';
    while (PyDict_Next(map, &position, &key, &value))
        if (!write_pair(writer, key, value, item, 0)) return false;
    put_close(writer, '}');
    return true;
}

/* Write a value that holds others, and to which the caller holds a reference. */
static bool write_held(Writer *writer, Node *node, PyObject *value)
{
    switch (node->kind) {
    case KIND_OBJECT:
        return Py_TYPE(value) == node->cls->type
               && write_object(writer, node->cls, value);
    case KIND_TAGGED: return write_tagged(writer, node->tagged, value);
    case KIND_NULLABLE: return write_value(writer, node->items, value);
    case KIND_ARRAY: return write_array(writer, node->items, value);
    case KIND_MAP: return write_map(writer, node->items, value);
    case KIND_UNTAGGED: return write_value(writer, &node->items[json_type_of(value)], value);
    default: return false;
    }
}

static bool write_value(Writer *writer, Node *node, PyObject *value)
{
    switch (node->kind) {
    case KIND_STR: return PyUnicode_CheckExact(value) && write_string(writer, value);
    case KIND_INT: return PyLong_CheckExact(value) && write_int(writer, value);
    case KIND_FLOAT:
        if (PyFloat_CheckExact(value)) return write_float(writer, value);
        return PyLong_CheckExact(value) && write_int(writer, value);
    case KIND_BOOL: return PyBool_Check(value) && write_literal(writer, value);
    case KIND_WORDS: return write_word(writer, value, node->words);
    case KIND_INTS:
        return PyLong_CheckExact(value) && PySequence_Contains(node->words, value) == 1
               && write_int(writer, value);
    case KIND_BASE64: return PyBytes_CheckExact(value) && write_bytes(writer, value);
    case KIND_DICT:
        return PyDict_CheckExact(value)
               && write_any(writer, value, writer->program->max_depth);
    case KIND_ANY: return write_any(writer, value, writer->program->max_depth);
    case KIND_NULLABLE:
        if (value == Py_None) return write_literal(writer, value);
        break;
    default: break;
    }
    Py_INCREF(value);
    bool is_written = write_held(writer, node, value);
    Py_DECREF(value);
    return is_written;
}

/* ---- Instances as a whole --------------------------------------------------------- */

PyObject *program_encode(Program *program, PyObject *value)
{
    uint8_t stack[STACK_ROOM];
    Writer writer = {
        .start = stack, .at = stack, .end = stack + sizeof stack, .program = program};
    PyObject *text = NULL;
    if (LIKELY(write_value(&writer, &program->root, value)))
        text = PyBytes_FromStringAndSize(NULL, writer.at - writer.start);
    if (LIKELY(text != NULL)) {
        size_t size = (size_t)PyBytes_GET_SIZE(text);
        PyThreadState *released = release_gil(size);
        memcpy(PyBytes_AS_STRING(text), writer.start, size);
        take_gil(released);
    }
    if (writer.on_heap) PyMem_Free(writer.start);
    if (UNLIKELY(!text)) clear_rejection(program);
    return text;
}
