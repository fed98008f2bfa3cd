# frozen_string_literal: true

# Compiles the native part against libhostbill, which pkg-config finds, or which is in the folder that HOSTBILL_PREFIX
# (or --with-hostbill-dir) names. native_wrap.cxx and the headers beside it are part of the gem.

require "mkmf"

SYSTEM_FOLDERS = %w[/usr/lib /usr/local/lib].freeze

prefix = ENV["HOSTBILL_PREFIX"] || with_config("hostbill-dir")
if prefix
  folders = Dir[File.join(prefix, "{lib,lib64,lib/*}", "pkgconfig")]
  ENV["PKG_CONFIG_PATH"] = [*folders, ENV.fetch("PKG_CONFIG_PATH", nil)].compact.join(":")
end

flags = pkg_config("hostbill", "libs")
abort <<~TEXT unless flags
  The hostbill library was not found. Install it, so that `pkg-config --libs hostbill` works, or say where it is:
      HOSTBILL_PREFIX=/opt/hostbill gem install hostbill
TEXT
pkg_config("hostbill")

# Where the library is no system folder, the native part says where it is.
flags.scan(/-L(\S+)/).flatten.map { |folder| File.realpath(folder) }.each do |folder|
  $LDFLAGS << " -Wl,-rpath,#{folder}" unless SYSTEM_FOLDERS.any? { |known| folder == known || folder.start_with?("#{known}/") }
end

$CXXFLAGS << " -std=c++20 -O2 -fvisibility=hidden -fvisibility-inlines-hidden"
# What SWIG writes is not for warnings.
$CXXFLAGS << " -w"
$INCFLAGS << " -I$(srcdir)"
$DLDFLAGS << " -Wl,--version-script=$(srcdir)/native.map"
$libs << " -ldl"

create_makefile("hostbill/native")
