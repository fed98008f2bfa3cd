# A portal of the given kind on a free port of this machine, with an account that may do everything.
#
#     set sandbox [hostbill::Sandbox new -portal time4vps]     the settings are in hostbill(n)
#     set client [$sandbox client]
#     $sandbox control fault {operation servers.reboot fault {kind lost_reply}}

oo::class create hostbill::Sandbox {
    variable Native Info

    constructor args {
        if {[catch {
            hostbill::Object $hostbill::settings(sandbox) [hostbill::Named $args] ""
        } config options]} {
            return {*}[hostbill::Again $options] $config
        }
        set Native [hostbill_native::new_Sandbox $config]
        set document [hostbill_native::Sandbox_error $Native]
        if {$document ne ""} {
            hostbill_native::forget $Native
            unset Native
            return {*}[hostbill::Failure $document] [dict get $document message]
        }
        set Info [my control info]
    }

    destructor {
        if {[info exists Native]} {
            hostbill_native::forget $Native
        }
    }

    # What is known of it: url, portal, username, password, ids, operations.
    method info {} {
        return $Info
    }

    # Where it serves.
    method url {} {
        return [dict get $Info url]
    }

    # Gives it a command and returns what it says; docs/sandbox.md has the commands. Whole numbers, true and false are sent
    # as such, unless hostbill::value says otherwise.
    method control {command {arguments {}}} {
        dict set arguments command $command
        set headers {object {* any}}
        set kinds [dict create * guess command string operation string \
            fault [list object [dict create * guess kind string headers $headers]]]
        set reply [hostbill_native::Sandbox_control $Native [hostbill::Object $kinds $arguments ""]]
        if {[dict exists $reply error]} {
            set document [dict get $reply error]
            return {*}[hostbill::Failure $document] [dict get $document message]
        }
        return $reply
    }

    # A client that is signed in to it; settings are added to its own.
    method client args {
        set settings [hostbill::Named $args]
        set own [list -portal [dict get $Info portal] -base_url [dict get $Info url]]
        if {![dict exists $settings token]} {
            lappend own -username [dict get $Info username] -password [dict get $Info password]
        }
        if {[catch { hostbill::Client new {*}$own {*}$args } client options]} {
            return {*}[hostbill::Again $options] $client
        }
        return $client
    }

    # Stops it. May be repeated.
    method close {} {
        hostbill_native::Sandbox_release $Native
    }
}
