/* Decoding: JSON text into instances, without dicts in between.

   `program_decode` is called by the Python method that wraps `JsonAdapter.decode`, in
   module.c. The other functions read one value each. They begin at `reader->at` or at a
   pointer `p`, return a new reference, and leave `reader->at` behind the value; or they
   return NULL to give up, with `reader->at` anywhere.

   A large frame does not keep other threads waiting. Long strings are read without the
   GIL, and behind every LONG_RUN bytes of an array or an object others may run. By then
   all that was read is owned by the functions that are reading, and the frame, which
   nobody changes, is held by `program_decode`.

   Reads are in bounds because the frame ends with a 0, which matches nothing: see
   text.h. Recursion ends because _compile.py leaves recursive classes to Python. */
#include "program.h"

#include "base64.h"
#include "instance.h"
#include "numbers.h"

typedef struct {
    const uint8_t *at;  /* the next byte */
    const uint8_t *end; /* the end of the frame */
    const uint8_t *run; /* where the run began that no other thread has interrupted */
    Program *program;   /* borrowed */
    bool tracked;       /* set by containers that the garbage collector has to track */
    const Case *chosen; /* the case of the innermost object in a union, or NULL */
} Reader;

static PyObject *read_value(Reader *reader, Node *node);

/* Let other threads run, if this one has read much of the frame since they did. */
static inline void pause_reading(Reader *reader)
{
    if (LIKELY(reader->at - reader->run < LONG_RUN)) return;
    reader->run = reader->at;
    let_others_run();
}

/* ---- Strings ---------------------------------------------------------------------- */

static inline PyObject *make_ascii(const uint8_t *s, const uint8_t *stop)
{
    PyObject *text = PyUnicode_New(stop - s, 0x7F);
    if (UNLIKELY(!text)) return NULL;
    PyThreadState *released = release_gil((size_t)(stop - s));
    memcpy(PyUnicode_1BYTE_DATA(text), s, (size_t)(stop - s));
    take_gil(released);
    return text;
}

/* Return the string with the UTF-8 bytes from s to stop. */
static PyObject *make_text(const uint8_t *s, const uint8_t *stop)
{
    uint32_t largest;
    PyThreadState *released = release_gil((size_t)(stop - s));
    Py_ssize_t length = utf8_measure(s, stop, &largest);
    take_gil(released);
    if (length < 0) return NULL;

    PyObject *text = PyUnicode_New(length, largest);
    if (!text) return NULL;
    released = release_gil((size_t)(stop - s));
    switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND: utf8_decode(PyUnicode_DATA(text), 1, s, stop); break;
    case PyUnicode_2BYTE_KIND: utf8_decode(PyUnicode_DATA(text), 2, s, stop); break;
    default: utf8_decode(PyUnicode_DATA(text), 4, s, stop);
    }
    take_gil(released);
    return text;
}

/* Write the text from s to `quote`, without its escapes, to `out`, and return its end, or
   NULL if it is invalid. Escapes are never shorter than what they stand for. */
static uint8_t *write_unescaped(uint8_t *out, const uint8_t *s, const uint8_t *quote,
                                const uint8_t *end)
{
    bool high = false;
    /* Each round ends behind escapes, or at the quote. */
    for (;;) {
        const uint8_t *p = skip_plain(s, end, &high);
        memcpy(out, s, (size_t)(p - s));
        out += p - s;
        if (p == quote) return out;
        do {
            if (*p != '\\' || !(p = unescape(p, &out))) return NULL;
        } while (*p == '\\');
        s = p;
    }
}

/* Read a string that begins at s and has its first escape at p. */
static PyObject *read_escaped(Reader *reader, const uint8_t *s, const uint8_t *p)
{
    const uint8_t *quote = skip_string(p, reader->end);
    if (!quote) return NULL;
    reader->at = quote--;

    uint8_t small[1024], *buffer = small;
    if (quote - s > (Py_ssize_t)sizeof small) buffer = PyMem_Malloc((size_t)(quote - s));
    if (!buffer) return PyErr_NoMemory();

    PyThreadState *released = release_gil((size_t)(quote - s));
    uint8_t *stop = write_unescaped(buffer, s, quote, reader->end);
    take_gil(released);
    PyObject *text = stop ? make_text(buffer, stop) : NULL;
    if (buffer != small) PyMem_Free(buffer);
    return text;
}

/* Read the string whose opening quote is before p. */
static inline PyObject *read_string(Reader *reader, const uint8_t *p)
{
    bool high = false;
    const uint8_t *stop = skip_plain(p, reader->end, &high);
    if (UNLIKELY(*stop != '"'))
        return *stop == '\\' ? read_escaped(reader, p, stop) : NULL;

    reader->at = stop + 1;
    return LIKELY(!high) ? make_ascii(p, stop) : make_text(p, stop);
}

/* Read the string whose opening quote is before p, which may be the one in `memo`. */
static inline PyObject *read_repeated(Reader *reader, const uint8_t *p, Memo *memo)
{
    if (memo->text) {
        Py_ssize_t size = PyUnicode_GET_LENGTH(memo->text);
        if (reader->end - p > size && p[size] == '"'
            && are_equal(PyUnicode_1BYTE_DATA(memo->text), p, (size_t)size)) {
            reader->at = p + size + 1;
            memo->misses = 0;
            return Py_NewRef(memo->text);
        }
    }

    PyObject *text = read_string(reader, p);
    if (UNLIKELY(!text)) return NULL;
    /* An escape would make the text shorter, and the comparison above wrong. */
    Py_ssize_t size = reader->at - 1 - p;
    if (size <= MAX_MEMO && PyUnicode_IS_ASCII(text) && PyUnicode_GET_LENGTH(text) == size)
        memo_keep(memo, text);
    return text;
}

/* Read the string whose opening quote is before p, if it is one of `words`. */
static PyObject *read_word(Reader *reader, const uint8_t *p, PyObject *words)
{
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(words); i++) {
        PyObject *word = PyTuple_GET_ITEM(words, i);
        Py_ssize_t size = PyUnicode_GET_LENGTH(word);
        if (starts_with(p, reader->end, PyUnicode_1BYTE_DATA(word), (size_t)size)
            && p[size] == '"') {
            reader->at = p + size + 1;
            return Py_NewRef(word);
        }
    }
    return NULL;
}

PyObject *bytes_from_base64(const uint8_t *s, size_t size)
{
    if (size % 4) return NULL;
    PyObject *data =
        PyBytes_FromStringAndSize(NULL, (Py_ssize_t)base64_decoded_size(s, size));
    if (!data) return NULL;
    PyThreadState *released = release_gil(size);
    bool is_valid = base64_decode(s, size, (uint8_t *)PyBytes_AS_STRING(data));
    take_gil(released);
    if (!is_valid) Py_CLEAR(data);
    return data;
}

/* Read the base64 text whose opening quote is before p, and whose closing one is at
   `quote`, as bytes. */
static PyObject *read_base64_up_to(Reader *reader, const uint8_t *p, const uint8_t *quote)
{
    PyObject *data = bytes_from_base64(p, (size_t)(quote - p));
    if (data) reader->at = quote + 1;
    return data;
}

/* The size from which base64 is taken for the last value. It bounds how often hostile
   input can make that fail, after room for the rest of the frame was allocated. */
enum { GUESS_FROM = 256 };

static PyObject *read_base64(Reader *reader, const uint8_t *p)
{
    /* Audio is usually the last value of its frame. If the bytes up to there are base64,
       there was no quote among them, and the search for one is saved. */
    const uint8_t *last = reader->end - 2;
    bool is_likely = last - p > GUESS_FROM && last[0] == '"' && last[1] == '}';
    if (is_likely && !memchr(p, '"', GUESS_FROM)) {
        PyObject *data = read_base64_up_to(reader, p, last);
        if (data || PyErr_Occurred()) return data;
    }
    const uint8_t *quote = memchr(p, '"', (size_t)(reader->end - p));
    return quote ? read_base64_up_to(reader, p, quote) : NULL;
}

/* ---- Values of unknown shape ------------------------------------------------------ */

/* Parse the JSON from s to stop as the Python path does. */
static PyObject *parse(Reader *reader, const uint8_t *s, const uint8_t *stop)
{
    PyObject *slice = PyBytes_FromStringAndSize((const char *)s, stop - s);
    if (!slice) return NULL;
    PyObject *value = PyObject_CallOneArg(reader->program->loads, slice);
    Py_DECREF(slice);
    return value;
}

static inline PyObject *read_literal(Reader *reader, const char *text, PyObject *value)
{
    size_t size = strlen(text);
    if (!starts_with(reader->at, reader->end, text, size)) return NULL;
    reader->at += size;
    return Py_NewRef(value);
}

static inline PyObject *read_bool(Reader *reader)
{
    bool is_true = *reader->at == 't';
    return is_true ? read_literal(reader, "true", Py_True)
                   : read_literal(reader, "false", Py_False);
}

/* Read a number; `as_float` is whether one with a fraction is allowed. */
static inline PyObject *read_numeric(Reader *reader, bool as_float)
{
    const uint8_t *p = reader->at;
    Number number = read_number(p);
    reader->at = number.end;
    if (LIKELY(number.kind == NUMBER_INT)) return PyLong_FromLongLong(number.whole);
    if (!as_float) return NULL;
    if (number.kind == NUMBER_FLOAT) return PyFloat_FromDouble(number.fraction);
    return number.kind == NUMBER_LONG_FLOAT ? parse(reader, p, number.end) : NULL;
}

/* Read any value: scalars here, arrays and objects by the parser. */
static PyObject *read_any(Reader *reader)
{
    const uint8_t *p = reader->at;
    switch (*p) {
    case '"': return read_string(reader, p + 1);
    case 'n': return read_literal(reader, "null", Py_None);
    case 't': case 'f': return read_bool(reader);
    case '{': case '[': break;
    default: return read_numeric(reader, true);
    }

    const uint8_t *stop = skip_value(p, reader->end, reader->program->max_depth);
    if (!stop) return NULL;
    reader->at = stop;
    reader->tracked = true;
    return parse(reader, p, stop);
}

/* ---- Arrays and maps -------------------------------------------------------------- */

/* The items of an array whose size is not known yet. */
typedef struct {
    PyObject **items; /* owned, each and together, unless the array is `few` */
    Py_ssize_t count, room;
    PyObject *few[16];
} Items;

/* Add an item, and take over the reference to it. Return false without memory. */
static inline bool items_add(Items *items, PyObject *item)
{
    if (UNLIKELY(items->count == items->room)) {
        size_t size = (size_t)items->room * sizeof(PyObject *);
        PyObject **old = items->items == items->few ? NULL : items->items;
        PyObject **more = PyMem_Realloc(old, 2 * size);
        if (!more) {
            Py_DECREF(item);
            PyErr_NoMemory();
            return false;
        }
        if (!old) memcpy(more, items->few, size);
        items->items = more;
        items->room *= 2;
    }
    items->items[items->count++] = item;
    return true;
}

/* Free the array; release the items as well unless they were moved elsewhere. */
static void items_free(Items *items, bool were_moved)
{
    for (Py_ssize_t i = 0; !were_moved && i < items->count; i++)
        Py_DECREF(items->items[i]);
    if (items->items != items->few) PyMem_Free(items->items);
}

/* Read the array at `reader->at`, a bracket, as a tuple. */
static PyObject *read_array(Reader *reader, Node *item)
{
    Items items = {.count = 0, .room = 16};
    items.items = items.few;
    bool tracked = false;
    PyObject *tuple = NULL;

    const uint8_t *p = skip_space(reader->at + 1);
    if (*p == ']') {
        reader->at = p + 1;
        return PyTuple_New(0);
    }
    /* Each round reads an item and the comma behind it, or leaves. */
    for (;; p++) {
        reader->at = skip_space(p);
        reader->tracked = false;
        PyObject *value = read_value(reader, item);
        if (UNLIKELY(!value) || !items_add(&items, value)) goto done;
        tracked |= reader->tracked;

        pause_reading(reader);
        p = skip_space(reader->at);
        if (*p == ']') break;
        if (*p != ',') goto done;
    }
    reader->at = p + 1;

    tuple = PyTuple_New(items.count);
    if (!tuple) goto done;
    PyObject_GC_UnTrack(tuple);
    size_t size = (size_t)items.count * sizeof(PyObject *);
    PyThreadState *released = release_gil(size);
    memcpy(((PyTupleObject *)tuple)->ob_item, items.items, size);
    take_gil(released);
    if (tracked) PyObject_GC_Track(tuple);
    reader->tracked = tracked;

done:
    items_free(&items, tuple != NULL);
    return tuple;
}

/* Read one key and its value into `map`, and give up on a repeated key. */
static bool read_pair(Reader *reader, PyObject *map, Node *item)
{
    if (*reader->at != '"') return false;
    PyObject *key = read_string(reader, reader->at + 1), *value = NULL;
    bool is_new = false;
    if (!key) return false;

    const uint8_t *p = skip_space(reader->at);
    if (*p != ':') goto done;
    reader->at = skip_space(p + 1);
    value = read_value(reader, item);
    if (!value) goto done;

    Py_ssize_t before = PyDict_GET_SIZE(map);
    is_new = PyDict_SetItem(map, key, value) == 0 && PyDict_GET_SIZE(map) > before;

done:
    Py_DECREF(key);
    Py_XDECREF(value);
    return is_new;
}

/* Read the object at `reader->at`, a brace, as a dict with values of one shape. */
static PyObject *read_map(Reader *reader, Node *item)
{
    PyObject *map = PyDict_New();
    if (!map) return NULL;

    const uint8_t *p = skip_space(reader->at + 1);
    if (*p == '}') goto done;
    /* Each round reads a pair and the comma behind it, or leaves. */
    for (;; p++) {
        reader->at = skip_space(p);
        if (!read_pair(reader, map, item)) goto fail;
        pause_reading(reader);
        p = skip_space(reader->at);
        if (*p == '}') goto done;
        if (*p != ',') goto fail;
    }

done:
    reader->at = p + 1;
    reader->tracked = true;
    return map;

fail:
    Py_DECREF(map);
    return NULL;
}

/* ---- Objects ---------------------------------------------------------------------- */

/* Return whether the key of `field`, its quotes and its colon are at p. */
static inline bool has_key(const Field *field, const uint8_t *p, const uint8_t *end)
{
    if (UNLIKELY(end - p < 16))
        return starts_with(p, end, field->key.bytes, (size_t)field->key.size);
    uint64_t first = (load8(p) ^ field->key_words[0]) & field->key_masks[0];
    uint64_t second = (load8(p + 8) ^ field->key_words[1]) & field->key_masks[1];
    if (first | second) return false;
    return field->key.size <= 16
           || starts_with(p + 16, end, field->key.bytes + 16, (size_t)field->key.size - 16);
}

/* Return the field with the name from s to stop, or `count`. It looks at the fields
   behind `previous` first. */
static int find_field(const Class *cls, const uint8_t *s, const uint8_t *stop, int previous)
{
    Py_ssize_t size = stop - s;
    int i = previous;
    for (int tried = 0; tried < cls->count; tried++) {
        i = i + 1 < cls->count ? i + 1 : 0;
        const Literal *key = &cls->fields[i].key;
        if (key->size == size + 3 && memcmp(key->bytes + 1, s, (size_t)size) == 0)
            return i;
    }
    return cls->count;
}

/* Read a key that is not a field in plain ASCII, and the value of a key that is no field
   into *extra. Return the number of the field, or `count`, or -1 to give up. */
static int read_other_key(Reader *reader, const Class *cls, PyObject **extra)
{
    int result = -1;
    PyObject *value = NULL, *key = read_string(reader, reader->at + 1);
    if (!key) return -1;

    const uint8_t *p = skip_space(reader->at);
    if (*p != ':') goto done;
    reader->at = skip_space(p + 1);

    PyObject *number = PyDict_GetItemWithError(cls->index, key); /* borrowed */
    if (number) {
        result = (int)PyLong_AsLong(number);
        goto done;
    }
    if (PyErr_Occurred() || !cls->is_open) goto done;

    if (!*extra && !(*extra = PyDict_New())) goto done;
    value = read_any(reader);
    if (!value) goto done;
    Py_ssize_t before = PyDict_GET_SIZE(*extra);
    if (PyDict_SetItem(*extra, key, value) == 0 && PyDict_GET_SIZE(*extra) > before)
        result = cls->count;

done:
    Py_DECREF(key);
    Py_XDECREF(value);
    return result;
}

/* Read the key at `reader->at`, which is not the one that was expected. As above. */
static int read_key(Reader *reader, const Class *cls, int previous, PyObject **extra)
{
    const uint8_t *s = reader->at + 1;
    if (s[-1] != '"') return -1;
    bool high = false;
    const uint8_t *stop = skip_plain(s, reader->end, &high);
    int i = *stop == '"' ? find_field(cls, s, stop, previous) : cls->count;
    if (i == cls->count) return read_other_key(reader, cls, extra);

    const uint8_t *p = skip_space(stop + 1);
    if (*p != ':') return -1;
    reader->at = skip_space(p + 1);
    return i;
}

/* Read a constant. Its text may be another one in a single place: an event of the beta may
   have another tag than its class. */
static inline PyObject *read_constant(Reader *reader, const Field *field)
{
    const Literal *text = &field->value;
    if (UNLIKELY(!starts_with(reader->at, reader->end, text->bytes, (size_t)text->size))) {
        const Case *chosen = reader->chosen;
        if (!chosen || field != chosen->cls->fields + chosen->cls->tag) return NULL;
        text = &chosen->tag;
        if (!starts_with(reader->at, reader->end, text->bytes, (size_t)text->size))
            return NULL;
    }
    reader->at += text->size;
    return Py_NewRef(field->constant);
}

/* Read the value of a field, which is not null. */
static inline PyObject *read_field(Reader *reader, Field *field)
{
    const uint8_t *p = reader->at;
    switch (field->node.kind) {
    case KIND_STR:
        return LIKELY(*p == '"') ? read_repeated(reader, p + 1, &field->node.memo) : NULL;
    case KIND_INT:
        return read_numeric(reader, false);
    case KIND_WORDS:
        if (field->constant) return read_constant(reader, field);
        break;
    default:
        break;
    }
    return read_value(reader, &field->node);
}

/* Read the rest of an object into `self`.

   Takes over the reference to `self`, which may be NULL without memory. `reader->at` is
   behind the opening brace, or behind the value of field `previous`, whose slot is
   filled. At the start `previous` is `count`. */
static PyObject *read_fields(Reader *reader, Class *cls, PyObject *self, int previous)
{
    PyObject *extra = NULL; /* owned: the undeclared keys */
    uint64_t seen = 0, nulls = 0;
    bool tracked = false;
    if (UNLIKELY(!self)) return NULL;

    const uint8_t *p = skip_space(reader->at);
    bool has_fields = previous < cls->count;
    if (has_fields) seen = (uint64_t)1 << previous;
    if (UNLIKELY(*p == '}')) goto done;
    if (has_fields) {
        if (*p != ',') goto fail;
        p = skip_space(p + 1);
    }
    /* Each round reads a key, its value, and the comma behind it, or leaves. */
    for (;;) {
        int i = cls->next[previous];
        if (LIKELY(i < cls->count && has_key(&cls->fields[i], p, reader->end))) {
            reader->at = skip_space(p + cls->fields[i].key.size);
        } else {
            reader->at = p;
            i = read_key(reader, cls, previous, &extra);
            if (i < 0) goto fail;
            if (i == cls->count) {
                pause_reading(reader);
                goto next;
            }
            cls->next[previous] = (uint8_t)i;
        }

        Field *field = &cls->fields[i];
        if (UNLIKELY(seen >> i & 1)) goto fail; /* the last value of a key counts */
        seen |= (uint64_t)1 << i;
        previous = i;

        PyObject *value;
        if (UNLIKELY(*reader->at == 'n')) {
            if (field->null == NULL_REJECTED) goto fail;
            if (field->null == NULL_KEPT) nulls |= (uint64_t)1 << i;
            value = read_literal(reader, "null", Py_None);
        } else {
            reader->tracked = false;
            value = read_field(reader, field);
            tracked |= reader->tracked;
        }
        if (UNLIKELY(!value)) goto fail;
        *slot_of(self, field->offset) = value;

    next:
        p = skip_space(reader->at);
        if (*p == '}') break;
        if (UNLIKELY(*p != ',')) goto fail;
        p = skip_space(p + 1);
    }

done:
    reader->at = p + 1;
    reader->tracked = tracked;
    return finish_instance(cls, self, seen, nulls, extra, &reader->tracked);

fail:
    Py_XDECREF(extra);
    Py_DECREF(self); /* with the slots that are filled */
    return NULL;
}

/* Read the object at `reader->at`, a brace, as an instance of a class. */
static PyObject *read_object(Reader *reader, Class *cls)
{
    if (*reader->at != '{' || !prepare(reader->program, cls)) return NULL;
    reader->at++;
    return read_fields(reader, cls, make_instance(cls->type), cls->count);
}

/* ---- Unions ----------------------------------------------------------------------- */

/* Return the value of the key of `branch` in the object at p, behind its opening quote;
   NULL without such a key, or if its value is no string. */
static const uint8_t *find_tag(const Branch *branch, const uint8_t *p, const uint8_t *end,
                               int max_depth)
{
    /* Each round skips a key, its value, and the comma behind it, or leaves. */
    for (;;) {
        p = skip_space(p + 1);
        if (*p != '"') return NULL;
        bool found = starts_with(p, end, branch->key.bytes, (size_t)branch->key.size - 1);
        p = skip_string(p + 1, end);
        if (!p) return NULL;
        p = skip_space(p);
        if (*p != ':') return NULL;
        p = skip_space(p + 1);
        if (found) return *p == '"' ? p + 1 : NULL;

        p = skip_value(p, end, max_depth);
        if (!p) return NULL;
        p = skip_space(p);
        if (*p != ',') return NULL;
    }
}

/* Return the case for the tag at s, behind its opening quote, and its end in *stop. */
static inline Case *match_case(Branch *branch, const uint8_t *s, const uint8_t *end,
                               const uint8_t **stop)
{
    Case *last = &branch->cases[branch->last];
    if (LIKELY(starts_with(s - 1, end, last->tag.bytes, (size_t)last->tag.size))) {
        *stop = s - 1 + last->tag.size;
        return last;
    }

    bool high = false;
    const uint8_t *quote = skip_plain(s, end, &high);
    if (*quote != '"') return NULL;
    Case *found = branch_find(branch, s, quote - s);
    if (found) branch->last = (int)(found - branch->cases);
    *stop = quote + 1;
    return found;
}

/* Return whether the tags in a dict are strings, and have no case. The last value of a
   key counts, so the parser's dict decides, and not the first tag in the text. */
static bool is_unknown(Union *tagged, PyObject *payload)
{
    Branch *branch = tagged->root;
    while (branch) {
        PyObject *tag = PyDict_GetItemWithError(payload, branch->name); /* borrowed */
        if (!tag || !PyUnicode_CheckExact(tag)) return false;
        if (!PyUnicode_IS_ASCII(tag)) return true;

        Case *found =
            branch_find(branch, PyUnicode_1BYTE_DATA(tag), PyUnicode_GET_LENGTH(tag));
        if (!found) return true;
        branch = found->branch;
    }
    return false;
}

/* Read the object at `reader->at` as an `Unknown`. */
static PyObject *read_unknown(Reader *reader, Union *tagged)
{
    if (!tagged->has_unknown) return NULL;
    PyObject *payload = read_any(reader), *value = NULL;
    if (!payload) return NULL;
    if (PyDict_CheckExact(payload) && is_unknown(tagged, payload))
        value = PyObject_CallOneArg(reader->program->wrap, payload);
    Py_DECREF(payload);
    return value;
}

/* Read the rest of an object whose class and tag are known, from behind the tag. */
static PyObject *read_behind_tag(Reader *reader, Class *cls)
{
    if (!prepare(reader->program, cls) || cls->tag < 0) return NULL; /* never the latter */
    PyObject *self = make_instance(cls->type);
    if (!self) return NULL;
    Field *field = &cls->fields[cls->tag];
    *slot_of(self, field->offset) = Py_NewRef(field->constant);
    return read_fields(reader, cls, self, cls->tag);
}

/* Read the object at `reader->at` as an instance of one of the classes of a union. */
static PyObject *read_tagged(Reader *reader, Union *tagged)
{
    const uint8_t *start = reader->at, *end = reader->end, *tag, *stop;
    if (*start != '{') return NULL;

    /* Nearly always the tag is the first key, spelled like this. The rest of the object
       can then be read from behind the tag. */
    Branch *branch = tagged->root;
    const uint8_t *first = skip_space(start + 1);
    bool is_first =
        starts_with(first, end, branch->key.bytes, (size_t)branch->key.size);
    if (LIKELY(is_first)) {
        tag = skip_space(first + branch->key.size);
        if (*tag++ != '"') return NULL;
    } else {
        tag = find_tag(branch, start, end, reader->program->max_depth);
        if (!tag) return NULL;
    }

    Case *found = match_case(branch, tag, end, &stop);
    while (found && found->branch) { /* at most once: types, then roles */
        branch = found->branch;
        tag = find_tag(branch, start, end, reader->program->max_depth);
        if (!tag) return NULL;
        found = match_case(branch, tag, end, &stop);
        is_first = false;
    }
    if (UNLIKELY(!found)) return read_unknown(reader, tagged);

    if (UNLIKELY(!found->cls)) return NULL;
    const Case *outer = reader->chosen;
    reader->chosen = found;
    if (is_first) reader->at = stop;
    PyObject *self = is_first ? read_behind_tag(reader, found->cls)
                              : read_object(reader, found->cls);
    reader->chosen = outer;
    if (LIKELY(!found->finish) || !self) return self;

    reader->tracked = true;
    PyObject *finished = PyObject_CallOneArg(found->finish, self);
    Py_DECREF(self);
    return finished;
}

/* Read an integer, if it is one of `ints`. */
static PyObject *read_one_of(Reader *reader, PyObject *ints)
{
    PyObject *value = read_numeric(reader, false);
    if (value && PySequence_Contains(ints, value) != 1) Py_CLEAR(value);
    return value;
}

/* Read a value of one of several JSON types. */
static PyObject *read_untagged(Reader *reader, Node *members)
{
    int type;
    switch (*reader->at) {
    case '"': type = JSON_STRING; break;
    case '{': type = JSON_OBJECT; break;
    case '[': type = JSON_ARRAY; break;
    case 't': case 'f': type = JSON_BOOL; break;
    default: type = JSON_NUMBER;
    }
    return read_value(reader, &members[type]);
}

static PyObject *read_value(Reader *reader, Node *node)
{
    const uint8_t *p = reader->at;
    switch (node->kind) {
    case KIND_STR: return *p == '"' ? read_repeated(reader, p + 1, &node->memo) : NULL;
    case KIND_INT: return read_numeric(reader, false);
    case KIND_FLOAT: return read_numeric(reader, true);
    case KIND_BOOL: return read_bool(reader);
    case KIND_WORDS: return *p == '"' ? read_word(reader, p + 1, node->words) : NULL;
    case KIND_INTS: return read_one_of(reader, node->words);
    case KIND_BASE64: return *p == '"' ? read_base64(reader, p + 1) : NULL;
    case KIND_ANY: return read_any(reader);
    case KIND_DICT: return *p == '{' ? read_any(reader) : NULL;
    case KIND_OBJECT: return read_object(reader, node->cls);
    case KIND_TAGGED: return read_tagged(reader, node->tagged);
    case KIND_NULLABLE:
        return *p == 'n' ? read_literal(reader, "null", Py_None)
                         : read_value(reader, node->items);
    case KIND_ARRAY: return *p == '[' ? read_array(reader, node->items) : NULL;
    case KIND_MAP: return *p == '{' ? read_map(reader, node->items) : NULL;
    case KIND_UNTAGGED: return read_untagged(reader, node->items);
    case KIND_OTHER: break;
    }
    return NULL;
}

/* ---- Frames ----------------------------------------------------------------------- */

/* Return the frame as bytes or ASCII text, which both end with a 0, or NULL to give up.

   A buffer that others may change is copied. Text is encoded, since to ask for its UTF-8
   would keep a copy in the caller's object. */
static PyObject *take_frame(const Program *program, PyObject *data)
{
    if (LIKELY(PyBytes_CheckExact(data))) return Py_NewRef(data);
    if (PyUnicode_CheckExact(data)) {
        if (PyUnicode_IS_ASCII(data)) return Py_NewRef(data);
        return PyUnicode_GET_LENGTH(data) <= program->max_bytes
                   ? PyUnicode_AsUTF8String(data)
                   : NULL;
    }
    if (!PyByteArray_CheckExact(data) && !PyMemoryView_Check(data)) return NULL;

    Py_buffer view;
    PyObject *frame = NULL;
    if (PyObject_GetBuffer(data, &view, PyBUF_SIMPLE) < 0) return NULL;
    if (view.len <= program->max_bytes)
        frame = PyBytes_FromStringAndSize(view.buf, view.len);
    PyBuffer_Release(&view);
    return frame;
}

PyObject *program_decode(Program *program, PyObject *data)
{
    PyObject *value = NULL, *frame = take_frame(program, data);
    if (UNLIKELY(!frame)) goto done;

    bool is_bytes = PyBytes_CheckExact(frame);
    Py_ssize_t size = is_bytes ? PyBytes_GET_SIZE(frame) : PyUnicode_GET_LENGTH(frame);
    const uint8_t *start = is_bytes ? (const uint8_t *)PyBytes_AS_STRING(frame)
                                    : PyUnicode_1BYTE_DATA(frame);
    if (UNLIKELY(size < MIN_FRAME || size > program->max_bytes)) goto done;

    Reader reader = {.at = skip_space(start),
                     .end = start + size,
                     .run = start,
                     .program = program};
    value = read_value(&reader, &program->root);
    if (LIKELY(value != NULL) && UNLIKELY(skip_space(reader.at) != reader.end))
        Py_CLEAR(value);

done:
    Py_XDECREF(frame);
    if (UNLIKELY(!value)) clear_rejection(program);
    return value;
}
