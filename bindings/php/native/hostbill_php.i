// PHP: the classes HostbillNativeClient, HostbillNativeSubmission and HostbillNativeSandbox, and functions
// hostbill_native_*. JSON texts go in, PHP's values come out; the classes in ../src do the rest.
%module hostbill_native
%rename("hostbill_native_%s", %$isfunction, %$isglobal) "";
%include "version.i"

%{
#include "zval_builder.hpp"

#include <cstring>
#include <new>
%}

// Nothing is converted on the way in: what is no text is a TypeError, like in PHP's own functions.
%typemap(in) const char * {
    if (Z_TYPE($input) == IS_STRING) {
        $1 = Z_STRVAL($input);
    } else if (Z_TYPE($input) == IS_NULL) {
        $1 = nullptr;
    } else {
        zend_type_error("$symname(): only texts are expected");
        SWIG_fail;
    }
}

%typemap(out) hostbill_swig::Text {
    give_value(return_value, $1);
}
// The data, or as an object the envelope of what failed.
%typemap(out) hostbill_swig::Text hostbill_swig::Client::call_briefly {
    give_value(return_value, $1, true);
}

// Reflection and unserialize() make objects whose constructor never ran.
%exception {
    if (Z_TYPE(EX(This)) == IS_OBJECT && SWIG_Z_FETCH_OBJ_P(ZEND_THIS)->ptr == nullptr &&
        std::strncmp("$symname", "new_", 4) != 0) {
        zend_throw_error(nullptr, "$symname(): the object was not made by its constructor");
        SWIG_fail;
    }
    try {
        $action
    } catch (const std::bad_alloc &) {
        zend_throw_error(nullptr, "out of memory");
        SWIG_fail;
    }
}
%typemap(in) hostbill_swig::Client & {
    if (Z_TYPE($input) != IS_OBJECT || Z_OBJCE($input) != SWIG_Php_ce_Client ||
        SWIG_Z_FETCH_OBJ_P(&$input)->ptr == nullptr) {
        zend_type_error("$symname(): a client is expected");
        SWIG_fail;
    }
    $1 = static_cast<hostbill_swig::Client *>(SWIG_Z_FETCH_OBJ_P(&$input)->ptr);
}

// No code runs when PHP loads this but what SWIG needs to add the classes, so that a server may fork afterwards: the
// library starts with the first client.
%rshutdown %{
    names.end_request();
%}

%include "hostbill.i"
