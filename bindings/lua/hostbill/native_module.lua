-- The module in C. It is loaded here so that two helpers that SWIG makes global do not stay in the program's globals.
local type_, equals = rawget(_G, "swig_type"), rawget(_G, "swig_equals")
local native = require "hostbill.native"
rawset(_G, "swig_type", type_)
rawset(_G, "swig_equals", equals)
return native
