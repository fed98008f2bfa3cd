# Tcl's values as JSON. In Tcl everything is a text, so the catalogue says what a parameter is. Its kinds are string,
# integer, number, boolean, any, {list KIND} and {object {NAME KIND ..}}, and {maybe KIND}, which is null when empty; members
# of an object that are not named are any, and any is a text, unless hostbill::value says what it is:
#
#     hostbill::value object 1618 [hostbill::value object 10330 [hostbill::value integer 1]]

namespace eval hostbill {
    # What a value begins with that says its own kind. Nothing that comes from outside can begin so.
    variable mark [format "hostbill-value-%x%x%x" [clock clicks] [pid] [expr {int(rand() * 0x7fffffff)}]]
}

# A value that says what it is: text, integer, number, boolean, null, list ?item ...? or object ?name value ...?
proc hostbill::value {kind args} {
    variable mark
    switch -- $kind {
        list { return [list $mark list $args] }
        object {
            if {[llength $args] % 2} {
                Usage "an object needs a value for each name"
            }
            return [list $mark object $args]
        }
        null {
            if {[llength $args] == 0} { return [list $mark null {}] }
        }
        text - integer - number - boolean {
            if {[llength $args] == 1} { return [list $mark $kind [lindex $args 0]] }
        }
        default {
            Usage "a value is a text, integer, number, boolean, null, list or object, not \"$kind\""
        }
    }
    Usage "wrong # args: a value of kind $kind takes [expr {$kind eq {null} ? {none} : {one}}]"
}

# The JSON text of a value. where: how an error calls it.
proc hostbill::Json {kind value where} {
    variable mark
    lassign [hostbill_native::encode $kind $value $where $mark] text place problem
    if {$problem ne ""} {
        set place [expr {$place eq "" ? "params" : $place}]
        Usage "$place: $problem" $place $problem
    }
    return $text
}

# The JSON text of a dict. The kind of members whose kind is not known: that of the name *, or any.
proc hostbill::Object {kinds value where} {
    tailcall Json [list object $kinds] $value $where
}

# Words like `-name www -type A` as a dict.
proc hostbill::Named {words} {
    set named {}
    foreach {option value} $words {
        if {![string match -?* $option]} {
            Usage "expected a name like -timeout, but got \"$option\""
        }
        dict set named [string range $option 1 end] $value
    }
    if {[llength $words] % 2} {
        Usage "value for \"[lindex $words end]\" missing"
    }
    return $named
}
