# Runs conformance cases in Tcl; ../README.md has the protocol.
package require hostbill
source [file join [file dirname [info script]] json.tcl]

proc succeeded {data} {
    return "{\"ok\":true,\"data\":$data}"
}

# An error, from its errorcode: the type is HOSTBILL and the class, as `trap` takes it.
proc said {options} {
    set code [dict get $options -errorcode]
    if {[lindex $code 0] ne "HOSTBILL"} {
        return -options $options
    }
    return [said_details [lrange $code 0 1] [hostbill::details $options]]
}

proc said_details {type details} {
    set parts [list "\"type\":[hostbill_native::quoted $type]"]
    dict for {name value} $details {
        if {$name eq "retryable"} {
            lappend parts "\"$name\":[expr {$value ? {true} : {false}}]"
        } elseif {$name eq "retry_after_s"} {
            lappend parts "\"$name\":$value"
        } elseif {$value eq "" && $name in {portal_errors fields portals history}} {
            lappend parts "\"$name\":\[\]"
        } elseif {$name eq "reconcile"} {
            set inner {}
            dict for {key member} $value {
                if {$key ne "since"} { set member [json::write $member 1] }
                lappend inner "\"$key\":$member"
            }
            lappend parts "\"$name\":{[join $inner ,]}"
        } else {
            lappend parts "\"$name\":[json::write $value 1]"
        }
    }
    return "{\"ok\":false,\"error\":{[join $parts ,]}}"
}

proc words {tree} {
    set words {}
    dict for {name value} [json::members $tree] { lappend words -$name [json::parameter $value] }
    return $words
}

proc named {tree} {
    set named {}
    dict for {name value} [json::members $tree] { dict set named $name [json::parameter $value] }
    return $named
}

proc member {step name} {
    set members [json::members $step]
    return [expr {[dict exists $members $name] ? [dict get $members $name] : {null {}}}]
}

proc another {case} {
    if {$::sandbox ne ""} {
        return [$::sandbox client {*}[words [member $case client]]]
    }
    return [hostbill::Client new {*}[words [member $case client]]]
}

# The words of a step's call, after the client.
proc call_words {step {more {}}} {
    set operation [json::plain [member $step operation]]
    set params [member $step params]
    set options [dict merge [named [member $step options]] $more]
    if {[json::plain [member $step via]] ne "method"} {
        return [list call $operation [named $params] -options $options]
    }
    set members [json::members $params]
    set words [split $operation .]
    foreach name [dict get $hostbill::operations $operation path] {
        lappend words [json::plain [dict get $members $name]]
        dict unset members $name
    }
    dict for {name value} $members { lappend words -$name [json::parameter $value] }
    lappend words -options $options
    return $words
}

proc do_call {step} {
    return [succeeded [json::write [$::client {*}[call_words $step]]]]
}

proc do_full {step} {
    set answer [$::client answers {*}[call_words $step]]
    set parts {"\"ok\":true"}
    foreach name {data info meta} {
        lappend parts "\"$name\":[json::write [dict get $answer $name]]"
    }
    return "{[join $parts ,]}"
}

proc do_dry {step} {
    return [succeeded [json::write [$::client {*}[call_words $step {dry_run 1}]]]]
}

proc do_close {step} {
    $::client close
    return [succeeded null]
}

proc do_closed {step} {
    return [succeeded [hostbill_native::quoted [$::client closed]]]
}

proc do_control {step} {
    set arguments [named [member $step arguments]]
    return [succeeded [json::write [$::sandbox control [json::plain [member $step command]] $arguments]]]
}

proc do_stop {step} {
    $::sandbox close
    return [succeeded null]
}

# All calls of all clients at once, in the event loop.
proc do_parallel {step} {
    set words [call_words [member $step step]]
    set clients {}
    array set ::count {left 0 succeeded 0 failed 0 different 0}
    unset -nocomplain ::first
    for {set i 0} {$i < [json::plain [member $step clients]]} {incr i} {
        lappend clients [another $::case]
        for {set j 0} {$j < [json::plain [member $step each]]} {incr j} {
            incr ::count(left)
            [lindex $clients end] {*}$words -command counted
        }
    }
    while {$::count(left) > 0} { vwait ::count(left) }
    foreach client $clients { $client destroy }
    set parts {}
    foreach name {succeeded failed different} { lappend parts "\"$name\":\"$::count($name)\"" }
    return [succeeded "{[join $parts ,]}"]
}

proc counted {answer} {
    if {[dict get $answer ok]} {
        if {![info exists ::first]} { set ::first [dict get $answer data] }
        incr ::count(succeeded)
        incr ::count(different) [expr {[dict get $answer data] ne $::first}]
    } else {
        incr ::count(failed)
    }
    incr ::count(left) -1
}

proc do_cancel {step} {
    set id [$::client {*}[call_words [member $step step]] -command {set ::cancelled}]
    after [json::plain [member $step after_ms]] [list $::client cancel $id]
    vwait ::cancelled
    if {[dict get $::cancelled ok]} {
        return [succeeded [json::write [dict get $::cancelled data]]]
    }
    set details [dict get $::cancelled error]
    return [said_details [list HOSTBILL [string toupper [dict get $details class]]] $details]
}

proc do_catalog {step} {
    set found [hostbill::catalog [json::plain [member $step portal]]]
    set parts {}
    foreach name {operations compositions} { lappend parts "\"$name\":\"[llength [dict get $found $name]]\"" }
    return [succeeded "{[join $parts ,]}"]
}

proc do_version {step} {
    return [succeeded [hostbill_native::quoted [hostbill::version]]]
}

proc do_value {step} {
    return [succeeded [json::write [hostbill_native::decode [hostbill::Json any [json::typed [member $step json]] value]]]]
}

proc results {case} {
    set ::case $case
    set ::sandbox ""
    set ::client ""
    set results {}
    if {[catch {
        if {[lindex [member $case sandbox] 0] ne "null"} {
            set ::sandbox [hostbill::Sandbox new {*}[words [member $case sandbox]]]
        }
        set ::client [another $case]
    } message options]} {
        lappend results [said $options]
    } else {
        foreach step [lindex [member $case steps] 1] {
            if {[catch { do_[json::plain [member $step do]] $step } result options]} {
                set result [said $options]
            }
            lappend results $result
        }
    }
    foreach object [list $::client $::sandbox] {
        if {$object ne ""} { $object destroy }
    }
    return \[[join $results ,]\]
}

set file [open [lindex $argv 0]]
fconfigure $file -encoding utf-8
set cases [member [json::read [read $file]] cases]
close $file
fconfigure stdout -encoding utf-8
foreach case [lindex $cases 1] {
    puts "{\"case\":[hostbill_native::quoted [json::plain [member $case name]]],\"results\":[results $case]}"
}
puts "{\"live_objects\":[hostbill::live_objects]}"
