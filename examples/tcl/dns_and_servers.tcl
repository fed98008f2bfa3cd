# A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
# server that is rebooted.
#
# Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
# time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
package require hostbill

# The TXT records of a name.
proc texts {client zone} {
    set answer [$client dns zones get [dict get $zone service_id] [dict get $zone zone_id]]
    return [lmap record [dict get $answer records] {
        if {[dict get $record type] ne "TXT" || [dict get $record name] ne [dict get $zone relative]} { continue }
        set record
    }]
}

proc records {client} {
    set found [$client dns zones find -name _acme-challenge.www.example.net]
    dict with found {
        puts "zone $zone holds $relative"
        $client dns records create $service_id $zone_id -name $relative -type TXT -content token-1
        foreach record [texts $client $found] {
            puts "read back [dict get $record type] [dict get $record content]"
            $client dns records delete $service_id $zone_id [dict get $record id]
        }
    }
    puts "removed, [llength [texts $client $found]] left"
}

proc invoices {client} {
    foreach invoice [$client invoices list] {
        dict with invoice {
            if {$status eq "Unpaid"} { puts "invoice $id is unpaid: $total $currency" }
        }
    }
}

proc reboot {client} {
    set server [dict get [lindex [$client servers list] 0] server_id]
    set task [$client servers reboot $server]
    set waited [$client servers tasks wait -server_id $server -task_id [dict get $task task_id]]
    puts "server $server rebooted: [expr {[dict get $waited done] ? {true} : {false}}]"
}

proc setting {name default} {
    return [expr {[info exists ::env($name)] ? $::env($name) : $default}]
}

set portal [setting HOSTBILL_PORTAL time4vps]
set base_url [setting HOSTBILL_BASE_URL ""]
if {$base_url eq ""} {
    set sandbox [hostbill::Sandbox new -portal $portal]
    set client [$sandbox client]
} else {
    set client [hostbill::Client new -portal $portal -base_url $base_url \
        -username [setting HOSTBILL_USERNAME ""] -password [setting HOSTBILL_PASSWORD ""]]
}
try {
    records $client
    invoices $client
    reboot $client
} finally {
    $client destroy
    if {[info exists sandbox]} { $sandbox destroy }
}
