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

%include "hostbill.i"
