# JSON for the runner. Reading gives trees, {object {name tree ..}}, {list {tree ..}}, {text ..}, {number ..}, {boolean ..}
# and {null {}}, because Tcl's own values do not tell what they were.
#
# Writing looks at the form that Tcl holds a value in at the moment: the client makes dicts, lists, whole numbers and
# texts, and the runner does nothing that changes that. So results keep their structure; whatever else they hold is
# written as text, which the driver knows of Tcl.

namespace eval json {}

proc json::read {text} {
    set at 0
    return [Tree $text at]
}

proc json::Skip {text atVar} {
    upvar 1 $atVar at
    regexp -start $at -indices {\A\s*} $text space
    set at [expr {[lindex $space 1] + 1}]
    return [string index $text $at]
}

proc json::String {text atVar} {
    upvar 1 $atVar at
    regexp -start $at -indices {\A"(?:[^"\\]|\\.)*"} $text place
    lassign $place first last
    set at [expr {$last + 1}]
    return [hostbill_native::decode [string range $text $first $last]]
}

proc json::Tree {text atVar} {
    upvar 1 $atVar at
    switch -- [Skip $text at] {
        \{ {
            set members {}
            incr at
            while {[Skip $text at] ne "\}"} {
                if {[string index $text $at] eq ","} { incr at; Skip $text at }
                set name [String $text at]
                Skip $text at
                incr at
                dict set members $name [Tree $text at]
            }
            incr at
            return [list object $members]
        }
        \[ {
            set items {}
            incr at
            while {[Skip $text at] ne "\]"} {
                if {[string index $text $at] eq ","} { incr at }
                lappend items [Tree $text at]
            }
            incr at
            return [list list $items]
        }
        \" { return [list text [String $text at]] }
    }
    regexp -start $at {\A[-+.\w]+} $text word
    incr at [string length $word]
    switch -- $word {
        true - false { return [list boolean $word] }
        null { return {null {}} }
    }
    return [list number $word]
}

# A tree as a plain value of Tcl.
proc json::plain {tree} {
    lassign $tree kind value
    switch -- $kind {
        object {
            set members {}
            dict for {name member} $value { dict set members $name [plain $member] }
            return $members
        }
        list { return [lmap item $value { plain $item }] }
    }
    return $value
}

# A tree as a value that says its kind.
proc json::typed {tree} {
    lassign $tree kind value
    switch -- $kind {
        object {
            set words {}
            dict for {name member} $value { lappend words $name [typed $member] }
            return [hostbill::value object {*}$words]
        }
        list { return [hostbill::value list {*}[lmap item $value { typed $item }]] }
        null { return [hostbill::value null] }
    }
    return [hostbill::value $kind $value]
}

# A tree as the words a parameter takes: what the catalogue knows the kind of is plain.
proc json::parameter {tree} {
    lassign $tree kind value
    if {$kind eq "list"} {
        foreach item $value {
            if {[lindex $item 0] in {object list null}} { return [typed $tree] }
        }
        # A list where a text would do, too, has to say so.
        if {[lindex $value 0 0] eq "number" && [lindex $value end 0] eq "text"} {
            return [typed $tree]
        }
        return [plain $tree]
    }
    if {$kind in {object null}} {
        return [typed $tree]
    }
    return $value
}

# The members of an object tree as a dict.
proc json::members {tree} {
    return [expr {[lindex $tree 0] eq "object" ? [lindex $tree 1] : {}}]
}

proc json::form {value} {
    regexp {value is an? (pure )?(\S+)} [tcl::unsupported::representation $value] - - form
    return $form
}

# numbers: whether whole numbers are written as such.
proc json::write {value {numbers 0}} {
    switch -- [form $value] {
        dict {
            set parts {}
            dict for {name member} $value { lappend parts [hostbill_native::quoted $name]:[write $member $numbers] }
            return \{[join $parts ,]\}
        }
        list {
            return \[[join [lmap item $value { write $item $numbers }] ,]\]
        }
        int - wideInt - bignum {
            if {$numbers} { return $value }
        }
    }
    return [hostbill_native::quoted $value]
}
