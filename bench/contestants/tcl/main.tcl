# The contestants in Tcl: main.tcl NAME, with the settings in the environment.
set url $env(BENCH_URL)
set ca_file $env(BENCH_CA_FILE)

proc client {} {
    package require hostbill
    set settings [expr {$::ca_file eq "" ? {} : [list -ca_file $::ca_file]}]
    return [hostbill::Client new -portal coloup -base_url $::env(BENCH_BASE) -auth none {*}$settings]
}

# Each prepares, and defines `call`, which makes one call and returns its invoices.
namespace eval contestants {
    proc hostbill {} {
        set ::ours [client]
        proc ::call {} { return [$::ours invoices list] }
    }
    proc hostbill_raw {} {
        set ::ours [client]
        proc ::call {} { return [dict get [$::ours invoices list -options {raw true}] invoices] }
    }
    proc http {} {
        package require http
        package require json
        if {$::ca_file ne ""} {
            package require tls
            ::http::register https 443 [list ::tls::socket -autoservername true -require true -cafile $::ca_file]
        }
        proc ::call {} {
            set token [::http::geturl $::url -keepalive 1]
            if {[::http::ncode $token] != 200} { error [::http::code $token] }
            set text [::http::data $token]
            ::http::cleanup $token
            return [dict get [::json::json2dict $text] invoices]
        }
    }
    proc tclcurl {} {
        package require TclCurl
        package require json
        set ::handle [::curl::init]
        $::handle configure -url $::url -bodyvar ::text
        if {$::ca_file ne ""} { $::handle configure -cainfo $::ca_file }
        proc ::call {} {
            $::handle perform
            if {[$::handle getinfo responsecode] != 200} { error refused }
            return [dict get [::json::json2dict $::text] invoices]
        }
    }
}

contestants::[lindex $argv 0]
fconfigure stdout -buffering line
set versions [list "\"Tcl\":\"[info patchlevel]\""]
foreach package {http json TclCurl} {
    if {![catch { package present $package } version]} { lappend versions "\"$package of Tcl\":\"$version\"" }
}
puts "{[join $versions ,]}"
while {[gets stdin count] >= 0} {
    set total 0
    for {set i 0} {$i < $count} {incr i} {
        set invoices [call]
        incr total [llength $invoices]
    }
    puts "$total [dict get [lindex $invoices end] id]"
}
