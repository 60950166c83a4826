/* SPDX-License-Identifier: MIT */
/* python.c - see python.h. */
#include "python.h"

#include <dlfcn.h>
#include <string.h>

#define AT(member, name)                                                                           \
    {                                                                                              \
        offsetof(struct python, member), name                                                      \
    }

static const struct {
    size_t offset;
    const char *name;
} calls[] = {
    AT(config_init, "PyConfig_InitPythonConfig"),
    AT(config_set_argv, "PyConfig_SetBytesArgv"),
    AT(start, "Py_InitializeFromConfig"),
    AT(config_clear, "PyConfig_Clear"),
    AT(import, "PyImport_ImportModule"),
    AT(compile, "Py_CompileString"),
    AT(evaluate, "PyEval_EvalCode"),
    AT(run_file, "PyRun_FileExFlags"),
    AT(run_text, "PyRun_StringFlags"),
    AT(before_fork, "PyOS_BeforeFork"),
    AT(after_fork, "PyOS_AfterFork_Child"),
    AT(builtins, "PyEval_GetBuiltins"),
    AT(module, "PyImport_AddModule"),
    AT(names_of, "PyModule_GetDict"),
    AT(new_dict, "PyDict_New"),
    AT(dict_get, "PyDict_GetItemString"),
    AT(dict_put, "PyDict_SetItemString"),
    AT(dict_set, "PyDict_SetItem"),
    AT(dict_remove, "PyDict_DelItemString"),
    AT(new_list, "PyList_New"),
    AT(list_append, "PyList_Append"),
    AT(tuple_get, "PyTuple_GetItem"),
    AT(text, "PyUnicode_DecodeFSDefault"),
    AT(bytes, "PyBytes_FromStringAndSize"),
    AT(utf8, "PyUnicode_AsUTF8"),
    AT(encode_path, "PyUnicode_EncodeFSDefault"),
    AT(bytes_text, "PyBytes_AsString"),
    AT(number, "PyLong_AsLong"),
    AT(call, "PyObject_CallFunctionObjArgs"),
    AT(call_method, "PyObject_CallMethod"),
    AT(system, "PySys_GetObject"),
    AT(raised, "PyErr_ExceptionMatches"),
    AT(print_error, "PyErr_Print"),
    AT(take_error, "PyErr_Fetch"),
    AT(complete_error, "PyErr_NormalizeException"),
    AT(clear_error, "PyErr_Clear"),
    AT(tell_error, "PyErr_WriteUnraisable"),
    AT(release, "Py_DecRef"),
    AT(system_exit, "PyExc_SystemExit"),
    AT(keyboard_interrupt, "PyExc_KeyboardInterrupt"),
};

const char *python_find(struct python *python)
{
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        void *found = dlsym(RTLD_DEFAULT, calls[i].name);

        if (!found)
            return calls[i].name;
        memcpy((char *)python + calls[i].offset, &found, sizeof(found));
    }
    return NULL;
}
