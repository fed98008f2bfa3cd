dnl phpize && ./configure [--with-hostbill=PREFIX] && make
PHP_ARG_ENABLE([hostbill_native], [whether to build hostbill_native],
  [AS_HELP_STRING([--enable-hostbill_native], [The native part of Hostbill])], [yes])
PHP_ARG_WITH([hostbill], [where libhostbill is installed],
  [AS_HELP_STRING([[--with-hostbill[=PREFIX]]], [Where libhostbill is installed; asks pkg-config if not given])], [no], [no])

if test "$PHP_HOSTBILL_NATIVE" != "no"; then
  PHP_REQUIRE_CXX()
  if test "$PHP_HOSTBILL" = "no" || test "$PHP_HOSTBILL" = "yes"; then
    PHP_HOSTBILL=$HOSTBILL_PREFIX
  fi
  if test -n "$PHP_HOSTBILL"; then
    for folder in lib "lib/`$CC -print-multiarch 2>/dev/null`" lib64; do
      if test -e "$PHP_HOSTBILL/$folder/libhostbill.so.1"; then
        HOSTBILL_LIBDIR=$PHP_HOSTBILL/$folder
      fi
    done
    if test -z "$HOSTBILL_LIBDIR"; then
      AC_MSG_ERROR([no libhostbill.so.1 below $PHP_HOSTBILL])
    fi
    HOSTBILL_CFLAGS="-I$PHP_HOSTBILL/include"
  else
    PKG_CHECK_MODULES([HOSTBILL], [hostbill])
    HOSTBILL_LIBDIR=`$PKG_CONFIG --variable=libdir hostbill`
  fi
  AC_MSG_RESULT([libhostbill in $HOSTBILL_LIBDIR])
  case $HOSTBILL_LIBDIR in
    /lib | /lib/* | /usr/lib | /usr/lib/* | /usr/lib64) ;;
    *) HOSTBILL_RPATH="-Wl,-rpath,$HOSTBILL_LIBDIR" ;;
  esac
  PHP_NEW_EXTENSION([hostbill_native], [hostbill_native_wrap.cpp], [$ext_shared], ,
    [$HOSTBILL_CFLAGS -std=c++17 -fvisibility=hidden -fvisibility-inlines-hidden], [yes])
  HOSTBILL_NATIVE_SHARED_LIBADD="-L$HOSTBILL_LIBDIR -lhostbill -lstdc++ -Wl,--version-script=$ext_srcdir/hostbill_native.map $HOSTBILL_RPATH"
  PHP_SUBST([HOSTBILL_NATIVE_SHARED_LIBADD])
fi
