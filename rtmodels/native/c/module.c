/* The module `rtmodels.native._extension`: its types, and the callables that try first.

   A `Method` stands in a class in place of a Python function, and is called like it. It
   runs the program in a slot of `self`, and calls the function if there is none, or if
   the program gave up. In the usual case no Python code runs at all.

   A `Function` does the same for a function of one argument, with a program of its own. */
#include "program.h"

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *function; /* the Python function; owned, as are the others */
    PyObject *bind;     /* fills the slot, given `self`, when that is empty */
    PyObject *slot;     /* the name of the slot, which holds a program or None */
    PyTypeObject *owner;         /* the class, set by __set_name__, or NULL */
    PyTypeObject *program_type;
    Py_ssize_t offset;  /* of the slot */
    PyObject *(*run)(Program *, PyObject *);
} Method;

/* Return the program for `self`, a new reference, or NULL without an exception if it has
   none, or with one.

   If hooks have changed, the programs are made anew, by the same function as at first. */
static Program *method_program(Method *method, PyObject *self)
{
    PyObject *found = *slot_of(self, method->offset);
    bool is_program = found && Py_IS_TYPE(found, method->program_type);
    if (UNLIKELY(!found || (is_program && is_outdated((Program *)found)))) {
        PyObject *result = PyObject_CallOneArg(method->bind, self);
        if (!result) return NULL;
        Py_DECREF(result);
        found = *slot_of(self, method->offset);
        is_program = found && Py_IS_TYPE(found, method->program_type);
    }
    return is_program ? (Program *)Py_NewRef(found) : NULL;
}

static PyObject *method_vectorcall(PyObject *callable, PyObject *const *args,
                                   size_t nargsf, PyObject *kwnames)
{
    Method *method = (Method *)callable;
    bool is_usual = PyVectorcall_NARGS(nargsf) == 2 && !kwnames && method->owner;
    if (LIKELY(is_usual) && LIKELY(PyObject_TypeCheck(args[0], method->owner))) {
        Program *program = method_program(method, args[0]);
        if (LIKELY(program != NULL)) {
            PyObject *result = method->run(program, args[1]);
            Py_DECREF(program);
            if (LIKELY(result != NULL)) return result;
        }
        if (PyErr_Occurred()) return NULL;
    }
    return PyObject_Vectorcall(method->function, args, nargsf, kwnames);
}

/* Method(function, slot, bind, verb) */
static PyObject *method_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *function, *slot, *bind;
    const char *verb;
    if (kwargs && PyDict_GET_SIZE(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "Method takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "OUOs", &function, &slot, &bind, &verb)) return NULL;
    bool is_decode = strcmp(verb, "decode") == 0;
    if (!is_decode && strcmp(verb, "encode") != 0) {
        PyErr_SetString(PyExc_ValueError, "the verb is decode or encode");
        return NULL;
    }

    Method *method = (Method *)type->tp_alloc(type, 0);
    if (!method) return NULL;
    ModuleState *state = PyType_GetModuleState(type);
    method->vectorcall = method_vectorcall;
    method->function = Py_NewRef(function);
    method->slot = Py_NewRef(slot);
    method->bind = Py_NewRef(bind);
    method->program_type = (PyTypeObject *)Py_NewRef(state->program_type);
    method->run = is_decode ? program_decode : program_encode;
    return (PyObject *)method;
}

/* Python calls this when the class is made that the method stands in. */
static PyObject *method_set_name(Method *method, PyObject *args)
{
    PyObject *owner, *name;
    if (!PyArg_ParseTuple(args, "O!O", &PyType_Type, &owner, &name)) return NULL;
    Py_ssize_t offset = find_slot((PyTypeObject *)owner, method->slot);
    if (offset < 0) return NULL;
    method->offset = offset;
    Py_XSETREF(method->owner, (PyTypeObject *)Py_NewRef(owner));
    Py_RETURN_NONE;
}

static PyObject *method_get(PyObject *method, PyObject *instance, PyObject *owner)
{
    (void)owner;
    return instance && instance != Py_None ? PyMethod_New(method, instance)
                                           : Py_NewRef(method);
}

/* Look an attribute up in the function, whose name, signature and docstring it has. */
static PyObject *method_getattr(PyObject *callable, PyObject *name)
{
    PyObject *found = PyObject_GetAttr(((Method *)callable)->function, name);
    if (found || !PyErr_ExceptionMatches(PyExc_AttributeError)) return found;
    PyErr_Clear();
    return PyObject_GenericGetAttr(callable, name);
}

static int method_traverse(Method *method, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(method));
    Py_VISIT(method->function);
    Py_VISIT(method->bind);
    Py_VISIT(method->owner);
    Py_VISIT(method->program_type);
    return 0;
}

/* The function stays, as the method may still be called. */
static int method_clear(Method *method)
{
    Py_CLEAR(method->owner);
    return 0;
}

static void method_dealloc(Method *method)
{
    PyTypeObject *type = Py_TYPE(method);
    PyObject_GC_UnTrack(method);
    Py_XDECREF(method->function);
    Py_XDECREF(method->bind);
    Py_XDECREF(method->slot);
    Py_XDECREF(method->owner);
    Py_XDECREF(method->program_type);
    type->tp_free(method);
    Py_DECREF(type);
}

static PyMethodDef method_methods[] = {
    {"__set_name__", (PyCFunction)method_set_name, METH_VARARGS,
     "Find the slot of the program in the class."},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef method_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Method, vectorcall), READONLY, NULL},
    {"__wrapped__", T_OBJECT, offsetof(Method, function), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot method_slots[] = {
    {Py_tp_doc, "A method that runs a program, or else calls a Python function."},
    {Py_tp_new, method_new},
    {Py_tp_dealloc, method_dealloc},
    {Py_tp_traverse, method_traverse},
    {Py_tp_clear, method_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_descr_get, method_get},
    {Py_tp_getattro, method_getattr},
    {Py_tp_methods, method_methods},
    {Py_tp_members, method_members},
    {0, NULL},
};

static PyType_Spec method_spec = {
    .name = "rtmodels.native._extension.Method",
    .basicsize = sizeof(Method),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE
             | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .slots = method_slots,
};

/* ---- Functions -------------------------------------------------------------------- */

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *function; /* the Python function; owned, as are the others */
    PyObject *make;     /* returns the program, or None */
    PyObject *program;  /* what it returned last, or NULL before its first call */
    PyTypeObject *program_type;
    PyObject *(*run)(Program *, PyObject *);
} Function;

/* Return the program, as `method_program` does. */
static Program *function_program(Function *function)
{
    PyObject *found = function->program;
    bool is_program = found && Py_IS_TYPE(found, function->program_type);
    if (UNLIKELY(!found || (is_program && is_outdated((Program *)found)))) {
        found = PyObject_CallNoArgs(function->make);
        if (!found) return NULL;
        Py_XSETREF(function->program, Py_NewRef(found));
        is_program = Py_IS_TYPE(found, function->program_type);
        if (!is_program) Py_DECREF(found);
        return is_program ? (Program *)found : NULL;
    }
    return is_program ? (Program *)Py_NewRef(found) : NULL;
}

static PyObject *function_vectorcall(PyObject *callable, PyObject *const *args,
                                     size_t nargsf, PyObject *kwnames)
{
    Function *function = (Function *)callable;
    if (LIKELY(PyVectorcall_NARGS(nargsf) == 1) && LIKELY(!kwnames)) {
        Program *program = function_program(function);
        if (LIKELY(program != NULL)) {
            PyObject *result = function->run(program, args[0]);
            Py_DECREF(program);
            if (LIKELY(result != NULL)) return result;
        }
        if (PyErr_Occurred()) return NULL;
    }
    return PyObject_Vectorcall(function->function, args, nargsf, kwnames);
}

/* Function(function, make, verb) */
static PyObject *function_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    PyObject *function, *make;
    const char *verb;
    if (kwargs && PyDict_GET_SIZE(kwargs)) {
        PyErr_SetString(PyExc_TypeError, "Function takes no keyword arguments");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "OOs", &function, &make, &verb)) return NULL;
    bool is_structure = strcmp(verb, "structure") == 0;
    if (!is_structure && strcmp(verb, "unstructure") != 0) {
        PyErr_SetString(PyExc_ValueError, "the verb is structure or unstructure");
        return NULL;
    }

    Function *self = (Function *)type->tp_alloc(type, 0);
    if (!self) return NULL;
    ModuleState *state = PyType_GetModuleState(type);
    self->vectorcall = function_vectorcall;
    self->function = Py_NewRef(function);
    self->make = Py_NewRef(make);
    self->program_type = (PyTypeObject *)Py_NewRef(state->program_type);
    self->run = is_structure ? program_structure : program_unstructure;
    return (PyObject *)self;
}

static int function_traverse(Function *self, visitproc visit, void *arg)
{
    Py_VISIT(Py_TYPE(self));
    Py_VISIT(self->function);
    Py_VISIT(self->make);
    Py_VISIT(self->program);
    Py_VISIT(self->program_type);
    return 0;
}

/* The rest stays, as the function may still be called. */
static int function_clear(Function *self)
{
    Py_CLEAR(self->program);
    return 0;
}

static void function_dealloc(Function *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_XDECREF(self->function);
    Py_XDECREF(self->make);
    Py_XDECREF(self->program);
    Py_XDECREF(self->program_type);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMemberDef function_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Function, vectorcall), READONLY, NULL},
    {"__wrapped__", T_OBJECT, offsetof(Function, function), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};

static PyType_Slot function_slots[] = {
    {Py_tp_doc, "A function that runs a program, or else calls a Python function."},
    {Py_tp_new, function_new},
    {Py_tp_dealloc, function_dealloc},
    {Py_tp_traverse, function_traverse},
    {Py_tp_clear, function_clear},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_members, function_members},
    {0, NULL},
};

static PyType_Spec function_spec = {
    .name = "rtmodels.native._extension.Function",
    .basicsize = sizeof(Function),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE
             | Py_TPFLAGS_HAVE_VECTORCALL,
    .slots = function_slots,
};

/* ---- The module ------------------------------------------------------------------- */

static PyObject *count_give_ups(PyObject *module, PyObject *unused)
{
    (void)unused;
    return PyLong_FromSsize_t(((ModuleState *)PyModule_GetState(module))->give_ups);
}

static PyMethodDef module_methods[] = {
    {"count_give_ups", count_give_ups, METH_NOARGS,
     "Return how often a program has given up since the module was loaded."},
    {NULL, NULL, 0, NULL},
};

/* Make a type and add it to the module. Return a new reference, or NULL. */
static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec)
{
    PyObject *type = PyType_FromModuleAndSpec(module, spec, NULL);
    if (type && PyModule_AddType(module, (PyTypeObject *)type) < 0) Py_CLEAR(type);
    return (PyTypeObject *)type;
}

static int module_exec(PyObject *module)
{
    ModuleState *state = PyModule_GetState(module);
    state->program_type = add_type(module, &program_spec);
    if (!state->program_type) return -1;
    state->method_type = add_type(module, &method_spec);
    if (!state->method_type) return -1;
    state->function_type = add_type(module, &function_spec);
    if (!state->function_type) return -1;
    state->layout_type = add_type(module, &layout_spec);
    if (!state->layout_type) return -1;
    state->rows_type = add_type(module, &rows_spec);
    return state->rows_type ? 0 : -1;
}

static int module_traverse(PyObject *module, visitproc visit, void *arg)
{
    ModuleState *state = PyModule_GetState(module);
    Py_VISIT(state->program_type);
    Py_VISIT(state->method_type);
    Py_VISIT(state->function_type);
    Py_VISIT(state->layout_type);
    Py_VISIT(state->rows_type);
    return 0;
}

static int module_clear(PyObject *module)
{
    ModuleState *state = PyModule_GetState(module);
    Py_CLEAR(state->program_type);
    Py_CLEAR(state->method_type);
    Py_CLEAR(state->function_type);
    Py_CLEAR(state->layout_type);
    Py_CLEAR(state->rows_type);
    return 0;
}

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, module_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};

static struct PyModuleDef module_definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "rtmodels.native._extension",
    .m_doc = "Programs that decode and encode; see rtmodels.native.",
    .m_size = sizeof(ModuleState),
    .m_methods = module_methods,
    .m_slots = module_slots,
    .m_traverse = module_traverse,
    .m_clear = module_clear,
};

PyMODINIT_FUNC PyInit__extension(void)
{
    return PyModuleDef_Init(&module_definition);
}
