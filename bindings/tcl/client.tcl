# The client of one portal.
#
#     hostbill::Client new -portal time4vps -username .. -password ..    the settings are in hostbill(n)
#
#     $client domains dns_records create $domain_id -name www -type A -content 192.0.2.1 -options {timeout 5}
#
# What stands in the path comes first, then the other parameters by name. Two names are there for every operation:
#     -options dict       what holds for this call alone
#     -command prefix     returns a number at once; when the answer is there, the event loop calls prefix with one argument,
#                         the answer: a dict with id, ok, and data, info and meta or error. hostbill::result takes it apart.

oo::class create hostbill::Client {
    variable Native Portal Closed Commands

    constructor args {
        set Closed 0
        set Commands {}
        if {[catch {
            set settings [hostbill::Named $args]
            set config [hostbill::Object $hostbill::settings(client) $settings ""]
        } message options]} {
            return {*}[hostbill::Again $options] $message
        }
        set Portal [expr {[dict exists $settings portal] ? [dict get $settings portal] : ""}]
        set Native [hostbill_native::new_Client $config]
        set document [hostbill_native::Client_error $Native]
        if {$document ne ""} {
            hostbill_native::forget $Native
            unset Native
            return {*}[hostbill::Failure $document] [dict get $document message]
        }
    }

    destructor {
        if {[info exists Native]} {
            my close
            hostbill_native::forget $Native
        }
    }

    # Runs an operation by its id, or method and path, and returns the data.
    method call {operation {params {}} args} {
        if {[catch { my Request {*}[hostbill::CallWords $operation $params {*}$args] } answer options]} {
            return {*}[hostbill::Again $options] $answer
        }
        return {*}[hostbill::Outcome $answer data]
    }

    # The same operations, each giving the whole answer: a dict with data, info and meta.
    method answers args {
        set parts [expr {[lindex $args 0] eq "call" ? "hostbill::CallWords" : "hostbill::Words"}]
        if {[catch { my Request {*}[$parts {*}[lrange $args [expr {$parts eq "hostbill::CallWords"}] end]] } answer options]} {
            return {*}[hostbill::Again $options] $answer
        }
        return {*}[hostbill::Outcome $answer whole]
    }

    # Stops the call of that number, which -command gave; its command is still called.
    method cancel id {
        if {![string is wideinteger -strict $id] || $id < 1 || [hostbill_native::Client_cancel $Native $id] != 0} {
            hostbill::Usage "no call of this client has the number \"$id\"" id "is not a call's number"
        }
    }

    # Stops what is under way and refuses new calls. Commands that wait for an answer are called from the event loop, with
    # the error that says so. May be repeated.
    method close {} {
        if {$Closed} {
            return
        }
        set Closed 1
        if {[dict size $Commands]} {
            hostbill_native::unwatch [hostbill_native::Client_fd $Native]
            hostbill_native::Client_close $Native
            while {[set answer [hostbill_native::Client_next $Native -1]] ne ""} {
                catch {after 0 [my Take $answer]}
            }
        }
        hostbill_native::Client_release $Native
    }

    method closed {} {
        return $Closed
    }

    method portal {} {
        return $Portal
    }

    # An operation in words: a group, perhaps another, and the operation's name; then its arguments.
    method Run args {
        if {[catch { my Request {*}[hostbill::Words {*}$args] } answer options]} {
            return {*}[hostbill::Again $options] $answer
        }
        return {*}[hostbill::Outcome $answer data]
    }

    # The envelope of an answer; the number of the call if there is a command to give the answer to.
    method Request {operation params options command} {
        set options [expr {[llength $options] ? [hostbill::Object $hostbill::settings(options) $options ""] : ""}]
        if {$command eq ""} {
            return [hostbill_native::Client_call $Native $operation $params $options]
        }
        set submission [hostbill_native::new_Submission $Native $operation $params $options]
        set id [hostbill_native::Submission_id $submission]
        set document [hostbill_native::Submission_error $submission]
        hostbill_native::forget $submission
        if {$document ne ""} {
            return [dict create ok 0 error $document]
        }
        if {![dict size $Commands]} {
            hostbill_native::watch [hostbill_native::Client_fd $Native] [list [self namespace]::my Ready]
        }
        dict set Commands $id $command
        return $id
    }

    # Hands one answer over; the descriptor stays readable while there are more.
    method Ready {} {
        set answer [hostbill_native::Client_next $Native 0]
        if {$answer ne ""} {
            set command [my Take $answer]
            if {![dict size $Commands]} {
                hostbill_native::unwatch [hostbill_native::Client_fd $Native]
            }
            uplevel #0 $command
        }
    }

    # The command that an answer is for, complete with it.
    method Take answer {
        set id [dict get $answer id]
        set command [linsert [dict get $Commands $id] end $answer]
        dict unset Commands $id
        return $command
    }
}

# A method for each group of operations, and for each operation that is in none.
foreach hostbill::group [dict get $hostbill::groups ""] {
    oo::define hostbill::Client forward $hostbill::group my Run $hostbill::group
}
unset hostbill::group

# What `return` takes to give back what came of a request: data, the whole answer, or the number of a call.
proc hostbill::Outcome {answer part} {
    if {[string is wideinteger -strict $answer]} {
        return [list $answer]
    }
    if {![dict get $answer ok]} {
        set document [dict get $answer error]
        return [list {*}[Failure $document] [dict get $document message]]
    }
    if {$part eq "data"} {
        return [list [dict get $answer data]]
    }
    return [list [dict remove $answer ok]]
}

# What the catalogue says of an operation's parameters. Those of `reconcile` hold another operation's.
proc hostbill::KindsOf {operation params} {
    variable operations
    variable requests
    if {[dict exists $requests $operation]} {
        set operation [dict get $requests $operation]
    }
    if {![dict exists $operations $operation]} {
        return {}
    }
    set kinds [dict get $operations $operation kinds]
    if {$operation eq "reconcile" && [string is list $params] && [llength $params] % 2 == 0
            && [dict exists $params operation]} {
        dict set kinds params [list object [KindsOf [dict get $params operation] {}]]
    }
    return $kinds
}

# What `call` is given as operation, parameters in JSON, options and command. The options are a dict, or -options and
# -command.
proc hostbill::CallWords {operation {params {}} args} {
    set options {}
    set command ""
    if {[llength $args] == 1} {
        lassign $args options
    } else {
        dict for {name value} [Named $args] {
            switch -- $name {
                options { set options $value }
                command { set command $value }
                default { Usage "\"-$name\" is neither -options nor -command" }
            }
        }
    }
    return [list $operation [Object [KindsOf $operation $params] $params ""] $options $command]
}

# An operation in words as operation, parameters in JSON, options and command.
proc hostbill::Words {path args} {
    variable operations
    variable groups
    set rest $args
    while {![dict exists $operations $path]} {
        if {![dict exists $groups $path]} {
            set known [dict get $groups [join [lrange [split $path .] 0 end-1] .]]
            Usage "unknown operation \"[string map {. { }} $path]\": must be [Choice $known]"
        }
        if {![llength $rest]} {
            Usage "wrong # args: \"[string map {. { }} $path]\" needs one of [Choice [dict get $groups $path]]"
        }
        append path . [lindex $rest 0]
        set rest [lrange $rest 1 end]
    }
    set in_path [dict get $operations $path path]
    if {[llength $rest] < [llength $in_path]} {
        Usage "wrong # args: should be \"[string map {. { }} $path] [join $in_path { }] ?-name value ...?\""
    }
    set params {}
    foreach name $in_path {
        dict set params $name [lindex $rest 0]
        set rest [lrange $rest 1 end]
    }
    set options {}
    set command ""
    dict for {name value} [Named $rest] {
        switch -- $name {
            options { set options $value }
            command { set command $value }
            default {
                if {$name in $in_path} {
                    Usage "$name: given twice" $name "given twice"
                }
                dict set params $name $value
            }
        }
    }
    return [list $path [Object [KindsOf $path $params] $params ""] $options $command]
}

proc hostbill::Choice {names} {
    set names [lsort $names]
    if {[llength $names] < 2} {
        return [join $names]
    }
    return "[join [lrange $names 0 end-1] {, }] or [lindex $names end]"
}
