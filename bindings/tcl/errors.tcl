# Errors have the errorcode {HOSTBILL CLASS details}: CLASS is the error class in capitals, such as NOT_FOUND, and details
# a dict with everything that is known: class, status, message, operation, http_status, portal_errors, and so on.
#
#     try {
#         $client servers get 7
#     } trap {HOSTBILL NOT_FOUND} {message options} {
#         puts [dict get [hostbill::details $options] operation]
#     }

# The details of an error that was caught, from the options of catch or try.
proc hostbill::details {options} {
    set code [dict get $options -errorcode]
    return [expr {[lindex $code 0] eq "HOSTBILL" ? [lindex $code 2] : {}}]
}

# The options for `return` with which an error object of the library becomes an error.
proc hostbill::Failure {document} {
    set code [list HOSTBILL [string toupper [dict get $document class]] $document]
    return [list -code error -level 1 -errorcode $code -errorstack {}]
}

# The same for an error that was caught inside: it shall not show the words of inner calls, which may hold secrets.
proc hostbill::Again {options} {
    if {[lindex [dict get $options -errorcode] 0] ne "HOSTBILL"} {
        return [list -options [dict incr options -level]]
    }
    return [list -code error -level 1 -errorcode [dict get $options -errorcode] -errorstack {}]
}

# A mistake that shows before the library is asked. field: what the caller calls it, if it is one value.
proc hostbill::Usage {message {field ""} {problem ""}} {
    set document [dict create class usage status -1 message $message retryable 0 attempts 0 fields {}]
    if {$field ne ""} {
        dict set document fields [list [dict create field $field problem $problem]]
    }
    return -code error -level 2 -errorcode [list HOSTBILL USAGE $document] $message
}

# What an answer to a call with -command says: its data, or its error as an error.
proc hostbill::result {answer} {
    if {[dict get $answer ok]} {
        return [dict get $answer data]
    }
    set document [dict get $answer error]
    return {*}[Failure $document] [dict get $document message]
}
