# A domain's DNS zone is found by whole labels, a TXT record added, read back and removed; then unpaid invoices, and a
# server that is rebooted.
#
# Without HOSTBILL_BASE_URL, HOSTBILL_USERNAME and HOSTBILL_PASSWORD it starts a sandbox. HOSTBILL_PORTAL is the portal:
# time4vps where nothing is said; of those known by name it alone has both zones of DNS services and such servers.
use 5.036;

use Hostbill;

# The TXT records of the name.
sub texts ($client, $zone) {
    my $records = $client->dns->zones->get($zone->@{qw(service_id zone_id)})->{records};
    return grep { $_->{type} eq 'TXT' && $_->{name} eq $zone->{relative} } @$records;
}

sub records ($client) {
    my $zone = $client->dns->zones->find(name => '_acme-challenge.www.example.net');
    my @ids  = $zone->@{qw(service_id zone_id)};
    say "zone $zone->{zone} holds $zone->{relative}";
    $client->dns->records->create(@ids, name => $zone->{relative}, type => 'TXT', content => 'token-1');
    for my $record (texts($client, $zone)) {
        say "read back $record->{type} $record->{content}";
        $client->dns->records->delete(@ids, $record->{id});
    }
    say 'removed, ', scalar(my @left = texts($client, $zone)), ' left';
    return;
}

sub invoices ($client) {
    for my $invoice ($client->invoices->list->@*) {
        next unless $invoice->{status} eq 'Unpaid';
        say "invoice $invoice->{id} is unpaid: $invoice->{total} $invoice->{currency}";
    }
    return;
}

sub reboot ($client) {
    my $server = $client->servers->list->[0]{server_id};
    my $task   = $client->servers->reboot($server);
    my $waited = $client->servers->tasks->wait(server_id => $server, task_id => $task->{task_id});
    say "server $server rebooted: ", $waited->{done} ? 'true' : 'false';
    return;
}

my %settings = (
    portal   => $ENV{HOSTBILL_PORTAL} // 'time4vps',
    base_url => $ENV{HOSTBILL_BASE_URL},
    username => $ENV{HOSTBILL_USERNAME},
    password => $ENV{HOSTBILL_PASSWORD},
);
my $sandbox = $settings{base_url} ? undef             : Hostbill::Sandbox->new(portal => $settings{portal});
my $client  = $sandbox            ? $sandbox->client : Hostbill::Client->new(%settings);
records($client);
invoices($client);
reboot($client);
