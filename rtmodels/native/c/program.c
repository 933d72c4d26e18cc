/* Programs: made from descriptions, and freed.

   A description is a tuple of plain data; `_compile.py` says what each has in it. The
   root of a program is described when it is made, and a class by `program_compile`, when
   its first value comes: most programs meet only some of the classes.

   Whatever is wrong with a description raises a Python exception here. For a class, that
   leaves the class to Python. */
#include "program.h"

static bool node_build(Program *program, Node *node, PyObject *spec);

/* ---- Literals --------------------------------------------------------------------- */

/* Make the JSON text of a string, with `tail` behind it. Names and tags need no escape:
   any that does is refused. */
static bool literal_build(Literal *literal, PyObject *text, const char *tail)
{
    if (!PyUnicode_CheckExact(text) || !PyUnicode_IS_ASCII(text)) goto refuse;
    Py_ssize_t size = PyUnicode_GET_LENGTH(text);
    const uint8_t *characters = PyUnicode_1BYTE_DATA(text);
    for (Py_ssize_t i = 0; i < size; i++)
        if (!is_plain(characters[i])) goto refuse;

    size_t tail_size = strlen(tail);
    literal->size = size + 2 + (Py_ssize_t)tail_size;
    literal->bytes = PyMem_Calloc((size_t)literal->size + PADDING, 1);
    if (!literal->bytes) {
        PyErr_NoMemory();
        return false;
    }
    literal->bytes[0] = '"';
    memcpy(literal->bytes + 1, characters, (size_t)size);
    literal->bytes[size + 1] = '"';
    memcpy(literal->bytes + size + 2, tail, tail_size);
    return true;

refuse:
    PyErr_SetString(PyExc_ValueError, "a name that JSON would escape");
    return false;
}

/* Make one literal of two. */
static bool literal_join(Literal *literal, const Literal *first, const Literal *second)
{
    literal->size = first->size + second->size;
    literal->bytes = PyMem_Calloc((size_t)literal->size + PADDING, 1);
    if (!literal->bytes) {
        PyErr_NoMemory();
        return false;
    }
    memcpy(literal->bytes, first->bytes, (size_t)first->size);
    memcpy(literal->bytes + first->size, second->bytes, (size_t)second->size);
    return true;
}

/* ---- Branches and unions ---------------------------------------------------------- */

/* Return a hash of a tag; each round takes a byte. */
static inline uint32_t hash_tag(const uint8_t *text, Py_ssize_t size)
{
    uint32_t hash = 2166136261u;
    for (Py_ssize_t i = 0; i < size; i++) hash = (hash ^ text[i]) * 16777619u;
    return hash ^ hash >> 15;
}

/* Return the case for a tag, without its quotes, or NULL. The table has an empty place
   at least, where the search ends. */
Case *branch_find(Branch *branch, const uint8_t *text, Py_ssize_t size)
{
    for (uint32_t place = hash_tag(text, size);; place++) {
        uint16_t number = branch->table[place & branch->mask];
        if (!number) return NULL;
        Case *found = &branch->cases[number - 1];
        if (found->tag.size == size + 2
            && memcmp(found->tag.bytes + 1, text, (size_t)size) == 0)
            return found;
    }
}

static void branch_free(Branch *branch)
{
    if (!branch) return;
    for (int i = 0; branch->cases && i < branch->count; i++) {
        PyMem_Free(branch->cases[i].tag.bytes);
        branch_free(branch->cases[i].branch);
        Py_XDECREF(branch->cases[i].finish);
    }
    Py_XDECREF(branch->name);
    PyMem_Free(branch->key.bytes);
    PyMem_Free(branch->cases);
    PyMem_Free(branch->table);
    PyMem_Free(branch);
}

static Class *class_find(Program *program, PyObject *reference);

static Branch *branch_build(Program *program, PyObject *spec);

/* Build a case from (tag, class reference, branch, finish), all but the first or None. */
static bool case_build(Program *program, Case *built, PyObject *spec)
{
    PyObject *tag, *cls, *branch, *finish;
    if (!PyArg_ParseTuple(spec, "OOOO", &tag, &cls, &branch, &finish)) return false;
    if (!literal_build(&built->tag, tag, "")) return false;
    if (finish != Py_None) built->finish = Py_NewRef(finish);
    if (branch != Py_None) return (built->branch = branch_build(program, branch)) != NULL;
    return cls == Py_None || (built->cls = class_find(program, cls)) != NULL;
}

/* Build a branch from (key, cases), or return NULL. */
static Branch *branch_build(Program *program, PyObject *spec)
{
    PyObject *name, *cases;
    if (!PyArg_ParseTuple(spec, "OO!", &name, &PyTuple_Type, &cases)) return NULL;
    Branch *branch = PyMem_Calloc(1, sizeof(Branch));
    if (!branch) return (Branch *)PyErr_NoMemory();
    branch->name = Py_NewRef(name);
    if (!literal_build(&branch->key, name, ":")) goto fail;

    Py_ssize_t count = PyTuple_GET_SIZE(cases), room = 4;
    if (count < 1 || count >= UINT16_MAX) {
        PyErr_SetString(PyExc_ValueError, "too few or too many cases");
        goto fail;
    }
    while (room < 2 * count) room *= 2;
    branch->count = (int)count;
    branch->mask = (uint32_t)room - 1;
    branch->cases = PyMem_Calloc((size_t)count, sizeof(Case));
    branch->table = PyMem_Calloc((size_t)room, sizeof(uint16_t));
    if (!branch->cases || !branch->table) {
        PyErr_NoMemory();
        goto fail;
    }

    for (int i = 0; i < branch->count; i++) {
        Case *built = &branch->cases[i];
        if (!case_build(program, built, PyTuple_GET_ITEM(cases, i))) goto fail;
        uint32_t place = hash_tag(built->tag.bytes + 1, built->tag.size - 2);
        while (branch->table[place & branch->mask]) place++; /* half of it is empty */
        branch->table[place & branch->mask] = (uint16_t)(i + 1);
    }
    return branch;

fail:
    branch_free(branch);
    return NULL;
}

static void union_free(Union *tagged)
{
    if (!tagged) return;
    branch_free(tagged->root);
    PyMem_Free(tagged->members);
    PyMem_Free(tagged->types);
    PyMem_Free(tagged);
}

/* Build a union from (branch, members, has_unknown). */
static Union *union_build(Program *program, PyObject *spec)
{
    PyObject *branch, *members;
    int has_unknown;
    if (!PyArg_ParseTuple(spec, "OO!p", &branch, &PyTuple_Type, &members, &has_unknown))
        return NULL;
    Union *tagged = PyMem_Calloc(1, sizeof(Union));
    if (!tagged) return (Union *)PyErr_NoMemory();
    tagged->has_unknown = has_unknown;
    tagged->root = branch_build(program, branch);
    if (!tagged->root) goto fail;

    size_t count = (size_t)PyTuple_GET_SIZE(members);
    tagged->members = PyMem_Calloc(count + 1, sizeof(Class *));
    tagged->types = PyMem_Calloc(count + 1, sizeof(PyTypeObject *));
    if (!tagged->members || !tagged->types) {
        PyErr_NoMemory();
        goto fail;
    }
    for (size_t i = 0; i < count; i++) {
        Class *cls = class_find(program, PyTuple_GET_ITEM(members, (Py_ssize_t)i));
        if (!cls) goto fail;
        tagged->members[i] = cls;
        tagged->types[i] = cls->type; /* kept alive by the class */
    }
    tagged->count = (int)count;
    return tagged;

fail:
    union_free(tagged);
    return NULL;
}

/* ---- Nodes ------------------------------------------------------------------------ */

static void node_clear(Node *node)
{
    if (node->items) {
        int count = node->kind == KIND_UNTAGGED ? JSON_TYPES : 1;
        for (int i = 0; i < count; i++) node_clear(&node->items[i]);
        PyMem_Free(node->items);
    }
    union_free(node->tagged);
    Py_XDECREF(node->words);
    Py_XDECREF(node->memo.text);
    *node = (Node){.kind = KIND_OTHER};
}

/* Check that words are a tuple of plain strings, which need no escape. */
static bool check_words(PyObject *words)
{
    if (!PyTuple_CheckExact(words)) goto refuse;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(words); i++) {
        Literal literal = {0};
        if (!literal_build(&literal, PyTuple_GET_ITEM(words, i), "")) return false;
        PyMem_Free(literal.bytes);
    }
    return true;

refuse:
    PyErr_SetString(PyExc_TypeError, "words are no tuple");
    return false;
}

/* Build the nodes of items or members from one description or several. */
static bool items_build(Program *program, Node *node, PyObject *spec)
{
    bool is_untagged = node->kind == KIND_UNTAGGED;
    if (is_untagged && (!PyTuple_CheckExact(spec) || PyTuple_GET_SIZE(spec) != JSON_TYPES)) {
        PyErr_SetString(PyExc_TypeError, "a union without a member for each JSON type");
        return false;
    }
    node->items = PyMem_Calloc(is_untagged ? JSON_TYPES : 1, sizeof(Node));
    if (!node->items) {
        PyErr_NoMemory();
        return false;
    }
    if (!is_untagged) return node_build(program, node->items, spec);
    for (int i = 0; i < JSON_TYPES; i++)
        if (!node_build(program, &node->items[i], PyTuple_GET_ITEM(spec, i))) return false;
    return true;
}

/* Build a node, which is zero, from (kind, argument). After a failure the caller clears
   it, as it is. */
static bool node_build(Program *program, Node *node, PyObject *spec)
{
    int kind;
    PyObject *argument;
    if (!PyArg_ParseTuple(spec, "iO", &kind, &argument)) return false;

    node->kind = (Kind)kind;
    switch (node->kind) {
    case KIND_OTHER: case KIND_STR: case KIND_INT: case KIND_FLOAT: case KIND_BOOL:
    case KIND_BASE64: case KIND_ANY: case KIND_DICT:
        return true;
    case KIND_WORDS:
        if (!check_words(argument)) return false;
        node->words = Py_NewRef(argument);
        return true;
    case KIND_INTS:
        node->words = Py_NewRef(argument);
        return true;
    case KIND_OBJECT:
        return (node->cls = class_find(program, argument)) != NULL;
    case KIND_TAGGED:
        return (node->tagged = union_build(program, argument)) != NULL;
    case KIND_NULLABLE: case KIND_ARRAY: case KIND_MAP: case KIND_UNTAGGED:
        return items_build(program, node, argument);
    }
    node->kind = KIND_OTHER;
    PyErr_SetString(PyExc_ValueError, "an unknown kind of shape");
    return false;
}

/* ---- Fields and classes ----------------------------------------------------------- */

/* Return the offset of a slot in the instances of `type`, or -1.

   Only what attrs makes for an attribute in `__slots__` will do: a member that holds an
   object, found first in the order of inheritance. */
Py_ssize_t find_slot(PyTypeObject *type, PyObject *name)
{
    PyObject *member = PyObject_GetAttr((PyObject *)type, name);
    if (!member) return -1;
    Py_ssize_t offset = -1;
    if (Py_IS_TYPE(member, &PyMemberDescr_Type)) {
        PyMemberDef *slot = ((PyMemberDescrObject *)member)->d_member;
        Py_ssize_t end = slot->offset + (Py_ssize_t)sizeof(PyObject *);
        bool is_inside =
            slot->offset >= (Py_ssize_t)sizeof(PyObject) && end <= type->tp_basicsize;
        if (slot->type == Py_T_OBJECT_EX && is_inside) offset = slot->offset;
    }
    Py_DECREF(member);
    if (offset < 0)
        PyErr_Format(PyExc_TypeError, "%R of %s is no slot", name, type->tp_name);
    return offset;
}

static void field_clear(Field *field)
{
    node_clear(&field->node);
    PyMem_Free(field->key.bytes);
    PyMem_Free(field->value.bytes);
    PyMem_Free(field->pair.bytes);
    Py_XDECREF(field->name);
    Py_XDECREF(field->missing);
    Py_XDECREF(field->constant);
}

/* Split the first 16 bytes of the key in two words, and mask the bytes behind it. */
static void field_prepare_key(Field *field)
{
    for (int i = 0; i < 2; i++) {
        Py_ssize_t size = field->key.size - 8 * i;
        uint8_t mask[8] = {0};
        memset(mask, 0xFF, size < 0 ? 0 : size > 8 ? 8 : (size_t)size);
        field->key_masks[i] = load8(mask);
        field->key_words[i] = load8(field->key.bytes + 8 * i) & field->key_masks[i];
    }
}

/* Build a field, which is zero, from (name, node, required, null, missing, constant). */
static bool field_build(Program *program, Field *field, PyTypeObject *type, PyObject *spec)
{
    PyObject *name, *node, *missing, *constant;
    int required, null;
    if (!PyArg_ParseTuple(spec, "UO!piOO", &name, &PyTuple_Type, &node, &required, &null,
                          &missing, &constant))
        return false;

    field->name = Py_NewRef(name);
    field->missing = Py_NewRef(missing);
    field->required = required;
    field->null = (NullRule)null;
    field->offset = find_slot(type, name);
    if (field->offset < 0 || !literal_build(&field->key, name, ":")) return false;
    field_prepare_key(field);
    if (!node_build(program, &field->node, node)) return false;
    if (constant == Py_None) return true;

    field->constant = Py_NewRef(constant);
    return literal_build(&field->value, constant, "")
           && literal_join(&field->pair, &field->key, &field->value);
}

/* Free what a class has when it is READY. */
static void class_clear(Class *cls)
{
    for (int i = 0; cls->fields && i < cls->count; i++) field_clear(&cls->fields[i]);
    PyMem_Free(cls->fields);
    PyMem_Free(cls->steps);
    Py_XDECREF(cls->index);
    cls->fields = NULL;
    cls->steps = NULL;
    cls->index = NULL;
    cls->count = 0;
}

/* Check that instances of `type` consist of slots alone, so that memory of its basic
   size, with these filled, is a complete instance. */
static bool check_layout(PyTypeObject *type)
{
    bool has_dict = type->tp_dictoffset != 0;
#ifdef Py_TPFLAGS_MANAGED_DICT
    has_dict |= PyType_HasFeature(type, Py_TPFLAGS_MANAGED_DICT);
#endif
    if (has_dict || type->tp_itemsize || !PyType_IS_GC(type)) {
        PyErr_Format(PyExc_TypeError, "instances of %s are not slots alone", type->tp_name);
        return false;
    }
    return true;
}

/* Build the steps of encoding from a tuple of all field numbers. */
static bool steps_build(Class *cls, PyObject *order)
{
    cls->steps = PyMem_Calloc((size_t)cls->count, sizeof(Step));
    if (!cls->steps) {
        PyErr_NoMemory();
        return false;
    }
    for (int i = 0; i < cls->count; i++) {
        long number = i < PyTuple_GET_SIZE(order)
                          ? PyLong_AsLong(PyTuple_GET_ITEM(order, i))
                          : -1;
        if (number < 0 || number >= cls->count) {
            if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "no such field");
            return false;
        }
        Field *field = &cls->fields[number];
        PyObject *missing = field->required ? NULL : field->missing;
        cls->steps[i] =
            (Step){.offset = field->offset, .missing = missing, .field = field};
    }
    return true;
}

/* Put the number of a field, or FOREIGN, into the index of a class. */
static bool index_add(Class *cls, PyObject *name, int number)
{
    PyObject *value = PyLong_FromLong(number);
    if (!value) return false;
    int failed = PyDict_SetItem(cls->index, name, value);
    Py_DECREF(value);
    return !failed;
}

/* Build a class, whose type is set, from (fields, order, is_open, foreign keys). After a
   failure the caller clears it. */
static bool class_build(Program *program, Class *cls, PyObject *spec)
{
    PyObject *fields, *order, *foreign, *name = NULL;
    int is_open;
    if (!PyArg_ParseTuple(spec, "O!O!pO!", &PyTuple_Type, &fields, &PyTuple_Type, &order,
                          &is_open, &PyTuple_Type, &foreign))
        return false;
    Py_ssize_t count = PyTuple_GET_SIZE(fields);
    if (count < 1 || count > MAX_FIELDS) {
        PyErr_SetString(PyExc_ValueError, "too few or too many fields");
        return false;
    }
    if (!check_layout(cls->type)) return false;

    cls->is_open = is_open;
    cls->tag = -1;
    cls->fields = PyMem_Calloc((size_t)count, sizeof(Field));
    cls->index = PyDict_New();
    if (!cls->fields || !cls->index) {
        if (!PyErr_Occurred()) PyErr_NoMemory();
        return false;
    }
    cls->count = (int)count;
    for (int i = 0; i < cls->count; i++) {
        Field *field = &cls->fields[i];
        if (!field_build(program, field, cls->type, PyTuple_GET_ITEM(fields, i)))
            return false;
        if (field->required) cls->required |= (uint64_t)1 << i;
        cls->next[i] = (uint8_t)(i + 1);
        if (field->constant && PyUnicode_CompareWithASCIIString(field->name, "type") == 0) cls->tag = i;
        if (!index_add(cls, field->name, i)) return false;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(foreign); i++)
        if (!index_add(cls, PyTuple_GET_ITEM(foreign, i), FOREIGN)) return false;
    cls->next[cls->count] = 0;

    name = PyUnicode_FromString("extra");
    if (!name) return false;
    cls->extra = find_slot(cls->type, name);
    Py_DECREF(name);
    return cls->extra >= 0 && steps_build(cls, order);
}

/* Return the class for (number, type), which is not compiled unless it was met before. */
static Class *class_find(Program *program, PyObject *reference)
{
    Py_ssize_t number;
    PyObject *type;
    if (!PyArg_ParseTuple(reference, "nO!", &number, &PyType_Type, &type)) return NULL;
    if (number < 0 || number > UINT16_MAX) {
        PyErr_SetString(PyExc_ValueError, "too many classes");
        return NULL;
    }

    if (number >= program->class_count) {
        size_t room = (size_t)number + 1, old = (size_t)program->class_count;
        Class **more = PyMem_Realloc(program->classes, room * sizeof(Class *));
        if (!more) return (Class *)PyErr_NoMemory();
        memset(more + old, 0, (room - old) * sizeof(Class *));
        program->classes = more;
        program->class_count = (Py_ssize_t)room;
    }
    if (!program->classes[number]) {
        Class *cls = PyMem_Calloc(1, sizeof(Class));
        if (!cls) return (Class *)PyErr_NoMemory();
        cls->type = (PyTypeObject *)Py_NewRef(type);
        cls->number = number;
        program->classes[number] = cls;
    }
    return program->classes[number];
}

/* Compile a class, which is not READY. Return whether it is now; an exception may be set
   otherwise. The caller holds a reference to the program. */
bool program_compile(Program *program, Class *cls)
{
    if (cls->state == UNSUPPORTED) return false;

    /* Other threads may run in here, and compile the same class. The first one wins. */
    Class built = {.type = cls->type, .number = cls->number, .state = READY};
    PyObject *spec = PyObject_CallFunction(program->describe, "n", cls->number);
    bool is_supported = spec && spec != Py_None && class_build(program, &built, spec);
    Py_XDECREF(spec);

    if (is_supported && cls->state == UNCOMPILED) {
        *cls = built; /* which owns the reference to the type as before */
        return true;
    }
    class_clear(&built);

    /* Without memory, or after an interruption, the next value tries again. */
    bool is_final = !PyErr_Occurred()
                    || (PyErr_ExceptionMatches(PyExc_Exception)
                        && !PyErr_ExceptionMatches(PyExc_MemoryError));
    if (is_final && cls->state == UNCOMPILED) cls->state = UNSUPPORTED;
    return cls->state == READY;
}

/* ---- The Python type -------------------------------------------------------------- */

static int program_traverse(Program *program, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(program));
    Py_VISIT(program->describe);
    Py_VISIT(program->loads);
    Py_VISIT(program->dumps);
    Py_VISIT(program->wrap);
    Py_VISIT(program->unknown);
    Py_VISIT(program->saving_extra);
    Py_VISIT(program->watched);
    /* What else is in a program holds no other objects: strings, None and UNSET. */
    for (Py_ssize_t i = 0; i < program->class_count; i++)
        if (program->classes[i]) Py_VISIT(program->classes[i]->type);
    return 0;
}

/* Drop what may be part of a cycle. No call is running, since it would hold a reference.
   If one follows, it gives up at the root. */
static int program_clear(Program *program)
{
    node_clear(&program->root);
    Py_CLEAR(program->describe);
    Py_CLEAR(program->loads);
    Py_CLEAR(program->dumps);
    Py_CLEAR(program->wrap);
    Py_CLEAR(program->unknown);
    Py_CLEAR(program->saving_extra);
    for (Py_ssize_t i = 0; i < program->class_count; i++) {
        if (!program->classes[i]) continue;
        program->classes[i]->state = UNSUPPORTED;
        Py_CLEAR(program->classes[i]->type);
    }
    return 0;
}

static void program_dealloc(Program *program)
{
    PyTypeObject *type = Py_TYPE(program);
    PyObject_GC_UnTrack(program);
    program_clear(program);
    Py_CLEAR(program->watched);
    for (Py_ssize_t i = 0; i < program->class_count; i++) {
        if (!program->classes[i]) continue;
        class_clear(program->classes[i]);
        PyMem_Free(program->classes[i]);
    }
    PyMem_Free(program->classes);
    type->tp_free(program);
    Py_DECREF(type);
}

/* Program(describe, root, loads, dumps, wrap, unknown, saving_extra, watched, max_bytes,
           max_depth, shares, binary, nan) */
static PyObject *program_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *describe, *root, *loads, *dumps, *wrap, *unknown, *saving_extra, *watched;
    PyObject *name;
    Py_ssize_t max_bytes;
    int max_depth, shares, binary, nan;
    if (kwargs && PyDict_GET_SIZE(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "Program takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "OO!OOOO!O!Onippp", &describe, &PyTuple_Type, &root,
                          &loads, &dumps, &wrap, &PyType_Type, &unknown, &PyType_Type,
                          &saving_extra, &watched, &max_bytes, &max_depth, &shares,
                          &binary, &nan))
        return NULL;
    if (!PyWeakref_CheckRef(watched)) {
        PyErr_SetString(PyExc_TypeError, "watched is no weak reference");
        return NULL;
    }

    Program *program = (Program *)type->tp_alloc(type, 0);
    if (!program) return NULL;
    program->state = PyType_GetModuleState(type);
    program->describe = Py_NewRef(describe);
    program->loads = Py_NewRef(loads);
    program->dumps = Py_NewRef(dumps);
    program->wrap = Py_NewRef(wrap);
    program->unknown = (PyTypeObject *)Py_NewRef(unknown);
    program->saving_extra = (PyTypeObject *)Py_NewRef(saving_extra);
    program->watched = Py_NewRef(watched);
    program->max_bytes = max_bytes > INT32_MAX ? INT32_MAX : max_bytes;
    program->max_depth = max_depth;
    program->shares = shares;
    program->binary = binary;
    program->nan = nan;

    name = PyUnicode_FromString("payload");
    if (!name) goto fail;
    program->payload = find_slot(program->unknown, name);
    Py_DECREF(name);
    if (program->payload < 0) goto fail;
    if (!node_build(program, &program->root, root)) goto fail;
    return (PyObject *)program;

fail:
    Py_DECREF(program);
    return NULL;
}

/* Return what a method of a program returns to Python when it gave up. */
static PyObject *gave_up(void)
{
    if (PyErr_Occurred()) return NULL;
    return Py_NewRef(Py_NotImplemented);
}

static PyObject *program_decode_method(Program *program, PyObject *data)
{
    PyObject *value = program_decode(program, data);
    return value ? value : gave_up();
}

static PyObject *program_encode_method(Program *program, PyObject *value)
{
    PyObject *data = program_encode(program, value);
    return data ? data : gave_up();
}

static PyMethodDef program_methods[] = {
    {"decode", (PyCFunction)program_decode_method, METH_O,
     "Decode a frame, or return NotImplemented."},
    {"encode", (PyCFunction)program_encode_method, METH_O,
     "Encode an instance, or return NotImplemented."},
    {NULL, NULL, 0, NULL},
};

static PyType_Slot program_slots[] = {
    {Py_tp_doc, "A type of the schema, compiled for decoding or encoding."},
    {Py_tp_new, program_new},
    {Py_tp_dealloc, program_dealloc},
    {Py_tp_traverse, program_traverse},
    {Py_tp_clear, program_clear},
    {Py_tp_methods, program_methods},
    {0, NULL},
};

PyType_Spec program_spec = {
    .name = "rtmodels.native._extension.Program",
    .basicsize = sizeof(Program),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = program_slots,
};
