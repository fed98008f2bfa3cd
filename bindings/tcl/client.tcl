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
    variable Native Portal Closed Commands Parked

    constructor args {
        set Closed 0
        set Commands {}
        set Parked {}
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
        hostbill_native::run_command $Native [self namespace] $hostbill::operations $hostbill::settings(options) $hostbill::mark
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

    # Runs many calls, of which up to -window (64) are under way at any time, and the body for the outcome of each, in the
    # variable: a dict with index, from 0, call, ok, and data or error. calls is a list of {operation params options}, or
    # with -from 1 a command prefix that gives the next one each time, and nothing after the last. Outcomes come in the order
    # of the calls, or with -ordered 0 as they end. break stops what is left. Waits without the event loop.
    method batch {name calls body args} {
        if {[catch {
            set how [dict merge {window 64 ordered 1 from 0} [hostbill::Named $args]]
            hostbill::CheckBatch $how calls $calls
        } message options]} {
            return {*}[hostbill::Again $options] $message
        }
        my Each $name $calls lindex $body $how
    }

    # One operation with each of many values of a parameter: a batch of those calls, with its outcomes. values is a list, or
    # with -from 1 a command prefix that gives the next one each time, and an empty text after the last. -params and -options
    # are the same for all; -window and -ordered are those of a batch.
    method map {name operation parameter values body args} {
        if {[catch {
            set how [dict merge {window 64 ordered 1 from 0 params {} options {}} [hostbill::Named $args]]
            hostbill::CheckBatch $how values $values params options
            hostbill::CheckCommon [dict get $how params] $parameter
        } message options]} {
            return {*}[hostbill::Again $options] $message
        }
        set call [list hostbill::CallWith $operation $parameter [dict get $how params] [dict get $how options]]
        my Each $name $values $call $body $how
    }

    # Runs the body for the outcome of each call that the command prefix makes of an item, where its caller was called.
    method Each {name items call_of body how} {
        upvar 2 $name outcome
        set underway {}
        set ready {}
        lassign {0 0 0} begun given last
        try {
            while 1 {
                while {!$last && $begun - $given < [dict get $how window]} {
                    if {[dict get $how from]} {
                        set item [uplevel 2 $items]
                        set last [expr {$item eq ""}]
                    } else {
                        set item [lindex $items $begun]
                        set last [expr {$begun == [llength $items]}]
                    }
                    if {!$last} {
                        set call [{*}$call_of $item]
                        set first [dict create index $begun call $call]
                        lassign [my Hand $call] id document
                        if {$id} {
                            dict set underway $id $first
                        } else {
                            dict set ready $begun [dict merge $first [dict create ok 0 error $document]]
                        }
                        incr begun
                    }
                }
                if {$given == $begun} {
                    return
                }
                while {[dict get $how ordered] ? ![dict exists $ready $given] : ![dict size $ready]} {
                    my Receive underway ready
                }
                set index [expr {[dict get $how ordered] ? $given : [lindex [dict keys $ready] 0]}]
                set outcome [dict get $ready $index]
                dict unset ready $index
                incr given
                set code [catch {uplevel 2 $body} result options]
                if {$code == 3} {
                    return
                } elseif {$code != 0 && $code != 4} {
                    dict incr options -level 2
                    return -options $options $result
                }
            }
        } finally {
            foreach id [dict keys $underway] {
                hostbill_native::Client_cancel $Native $id
            }
            while {[dict size $underway]} {
                my Receive underway ready
            }
        }
    }

    # A call of a batch on its way: its number, or 0 and the error.
    method Hand call {
        if {[catch {
            lassign $call operation params options
            lassign [hostbill::CallWords $operation $params $options] operation params options
            set options [expr {$options eq "" ? "" : [hostbill::Object $hostbill::settings(options) $options options]}]
            set submission [hostbill_native::new_Submission $Native $operation $params $options]
            set id [hostbill_native::Submission_id $submission]
            set document [hostbill_native::Submission_error $submission]
            hostbill_native::forget $submission
        } message trouble]} {
            set document [dict create class usage status -1 message $message retryable 0]
            return [list 0 $document]
        }
        if {$id} {
            dict set Parked $id {}
        }
        return [list $id $document]
    }

    # Takes one answer to a call of the batch. What comes for others on the way is left where they find it.
    method Receive {underway ready} {
        upvar 1 $underway calls $ready outcomes
        set mine 0
        foreach id [dict keys $calls] {
            if {[dict get $Parked $id] ne ""} {
                set mine $id
                break
            }
        }
        while {!$mine} {
            set answer [hostbill_native::Client_next $Native -1]
            if {$answer eq ""} {
                set answer [dict create id [lindex [dict keys $calls] 0] ok 0 error {class usage status -1 message {the client is closed} retryable 0}]
            }
            set id [dict get $answer id]
            if {[dict exists $Commands $id]} {
                after 0 [my Take $answer]
            } else {
                dict set Parked $id $answer
                if {[dict exists $calls $id]} {
                    set mine $id
                }
            }
        }
        set call [dict get $calls $mine]
        dict set outcomes [dict get $call index] [dict merge $call [dict remove [dict get $Parked $mine] id]]
        dict unset Parked $mine
        dict unset calls $mine
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

    # An operation in words: a group, perhaps another, and the operation's name; then its arguments. Here are those that
    # native/run.hpp leaves: with -command, or with a mistake.
    method Unusual args {
        if {[catch { my Request {*}[hostbill::Words {*}$args] } answer options]} {
            return {*}[hostbill::Again $options] $answer
        }
        return {*}[hostbill::Outcome $answer data]
    }

    # The end of a call whose envelope, in JSON, has an error.
    method Failed envelope {
        return {*}[hostbill::Outcome [hostbill_native::decode $envelope] data]
    }

    # The envelope of an answer; the number of the call if there is a command to give the answer to.
    method Request {operation params options command} {
        set options [expr {$options eq "" ? "" : [hostbill::Object $hostbill::settings(options) $options options]}]
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
            uplevel #0 [my Take $answer]
        }
    }

    # The command that an answer is for, complete with it.
    method Take answer {
        set id [dict get $answer id]
        set command [linsert [dict get $Commands $id] end $answer]
        dict unset Commands $id
        if {![dict size $Commands]} {
            hostbill_native::unwatch [hostbill_native::Client_fd $Native]
        }
        return $command
    }
}

# A method for each group of operations, and for each operation that is in none.
foreach hostbill::group [dict get $hostbill::groups ""] {
    oo::define hostbill::Client forward $hostbill::group Run $hostbill::group
}
unset hostbill::group

# What is wrong with the words of a batch, if anything is: its settings, of which args are more than a batch has, and its items,
# which are called so.
proc hostbill::CheckBatch {how called items args} {
    set known [list window ordered from {*}$args]
    foreach name [dict keys $how] {
        if {$name ni $known} {
            Usage "unknown setting \"-$name\": must be [Choice [lmap each $known {set each -$each}]]"
        }
    }
    if {![string is integer -strict [dict get $how window]] || [dict get $how window] < 1} {
        Usage "window: must be a whole number from 1 on" window "must be a whole number from 1 on"
    }
    foreach name {ordered from} {
        if {![string is boolean -strict [dict get $how $name]]} {
            Usage "$name: must be a boolean" $name "must be a boolean"
        }
    }
    if {![string is list $items]} {
        Usage "$called: is not a list" $called "is not a list"
    }
}

# What is wrong with parameters that are the same for all, if anything is.
proc hostbill::CheckCommon {params parameter} {
    if {![string is list $params] || [llength $params] % 2} {
        Usage "params: is not a dict" params "is not a dict"
    }
    if {[dict exists $params $parameter]} {
        Usage "$parameter: given twice, in -params and by the values" $parameter "given twice"
    }
}

# A call of a batch: the operation with the value as that parameter.
proc hostbill::CallWith {operation parameter params options value} {
    return [list $operation [dict replace $params $parameter $value] $options]
}

# What `return` takes to give back what came of a request: data, the whole answer, or the number of a call.
proc hostbill::Outcome {answer part} {
    # A number is no dict; to ask whether it is one would make a text of the whole answer.
    if {![dict exists $answer ok]} {
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
