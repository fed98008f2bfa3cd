// What differs for Java. Texts go over as bytes: all of JSON out is ASCII, and Java's reader of JSON reads bytes. JSON in
// is ASCII as well, so that Java's own form of UTF-8 does not matter. Everything is hidden in the package.
%module Native

%pragma(java) moduleclassmodifiers = "final class"
%pragma(java) jniclassclassmodifiers = "final class"
%pragma(java) jniclasscode = %{
    static {
        NativeLibrary.load();
    }
%}

%rename(NativeClient) hostbill_swig::Client;
%rename(NativeSubmission) hostbill_swig::Submission;
%rename(NativeSandbox) hostbill_swig::Sandbox;
%typemap(javaclassmodifiers) SWIGTYPE "final class"
// Nothing is finalized: Cleaner does that.
%typemap(javafinalize) SWIGTYPE ""

%{
#include <new>
%}
%exception {
    try {
        $action
    } catch (const std::bad_alloc &) {
        SWIG_JavaThrowException(jenv, SWIG_JavaOutOfMemoryError, "hostbill");
        return $null;
    }
}

%typemap(jni) hostbill_swig::Text "jbyteArray"
%typemap(jtype) hostbill_swig::Text "byte[]"
%typemap(jstype) hostbill_swig::Text "byte[]"
%typemap(javaout) hostbill_swig::Text { return $jnicall; }
%typemap(out) hostbill_swig::Text %{
    if (const char *const text = $1.data()) {
        const auto size = static_cast<jsize>($1.size());
        $result = jenv->NewByteArray(size);
        if ($result != nullptr)
            jenv->SetByteArrayRegion($result, 0, size, reinterpret_cast<const jbyte *>(text));
    } else {
        $result = nullptr;
    }
%}

%{
#include "native.hpp"

// Where an answer's text is put: an array of Java's that holds one array of bytes, which is used again.
struct Room {
    JNIEnv *jenv;
    jobjectArray holder;

    // The text's size. Makes a larger array, with a little to spare, where it does not fit. Negative: an exception is pending.
    jint take(const hostbill_swig::Text &text) const {
        const auto size = static_cast<jsize>(text.size());
        auto array = static_cast<jbyteArray>(jenv->GetObjectArrayElement(holder, 0));
        if (array == nullptr || jenv->GetArrayLength(array) < size) {
            array = jenv->NewByteArray(size + size / 8 + 1024);
            if (array == nullptr)
                return -1;
            jenv->SetObjectArrayElement(holder, 0, array);
        }
        jenv->SetByteArrayRegion(array, 0, size, reinterpret_cast<const jbyte *>(text.data()));
        return size;
    }
};
%}
%typemap(jni) Room "jobjectArray"
%typemap(jtype) Room "byte[][]"
%typemap(jstype) Room "byte[][]"
%typemap(javain) Room "$javainput"
%typemap(in) Room %{
    $1 = Room{jenv, $input};
%}

%include "hostbill.i"

%extend hostbill_swig::Client {
    // As call, into that room; the text's size.
    int call_into(const char *operation, const char *params, const char *options, Room room) {
        return room.take($self->call(operation, params, options));
    }
}
