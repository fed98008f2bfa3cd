# A client for the User API of web hosts that run the HostBill panel.
#
#     package require hostbill
#     set client [hostbill::Client new -portal time4vps -username ... -password ...]
#     foreach server [$client servers list] { puts [dict get $server name] }
#     $client destroy

package require Tcl 8.6
package require TclOO

namespace eval hostbill {
    variable folder [file dirname [file normalize [info script]]]
}
load [file join $hostbill::folder hostbill_native[info sharedlibextension]] Hostbill_native
foreach hostbill::file {
    generated/operations generated/settings errors values client sandbox
} {
    source -encoding utf-8 [file join $hostbill::folder $hostbill::file.tcl]
}
unset hostbill::file

# The version of the library.
proc hostbill::version {} {
    return [hostbill_native::version]
}

# How many clients and texts of the library this process has not given back yet.
proc hostbill::live_objects {} {
    return [hostbill_native::live_objects]
}

# The catalogue of one portal as a dict: everything it can do; without a name, of all portals.
proc hostbill::catalog {{portal ""}} {
    set document [hostbill_native::catalog $portal]
    if {[dict exists $document ok]} {
        return {*}[Failure [dict get $document error]] [dict get $document error message]
    }
    return $document
}

package provide hostbill $hostbill::generated_version
