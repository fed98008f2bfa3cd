package Hostbill;

use 5.036;

our $VERSION = '0.1.0';

use Hostbill::Native ();
use Hostbill::Error;
use Hostbill::Client;
use Hostbill::Sandbox;

sub version { return Hostbill::Native::version() }

sub build_info { return Hostbill::Native::decode(Hostbill::Native::build_info()) }

sub live_objects { return Hostbill::Native::live_objects() }

sub catalog ($portal = undef) {
    my $name = defined $portal ? Hostbill::Client::name_of($portal, 'portal') : undef;
    my $document = Hostbill::Native::catalog($name);
    Hostbill::Error->raise($document->{error}) if exists $document->{ok} && !$document->{ok};
    return $document;
}

1;

__END__

=encoding utf8

=head1 NAME

Hostbill - one client for the customer APIs of web hosts that run the HostBill panel

=head1 SYNOPSIS

    use Hostbill;

    my $client = Hostbill::Client->new(
        portal   => 'time4vps',
        username => 'user@example.com',
        password => '...',
    );
    for my $server ($client->servers->list->@*) {
        say $server->{server_id};
    }
    my $record = eval {
        $client->domains->dns_records->create(7, name => 'www', type => 'A', content => '192.0.2.1', {timeout => 5});
    };
    if (my $error = $@) {
        die $error unless ref $error && $error->isa('Hostbill::Error::NotFound');
        say "there is no such domain: $error";
    }

=head1 DESCRIPTION

L<Hostbill::Client> has a method for each operation of each portal; L<Hostbill::Operations> lists them.
L<Hostbill::Sandbox> serves the same APIs on this machine. Failures are L<Hostbill::Error> objects.

=head2 Values

Answers are references to hashes and arrays, text, whole numbers, Perl's own true and false, and C<undef>. Text is
characters, not bytes: print it through a layer such as C<:encoding(UTF-8)>. Numbers with a fraction are text, exactly as
the portal wrote them; give them to L<Math::BigFloat> to reckon.

What is sent: text is characters as well. Strings go as text and numbers as numbers, as Perl keeps them; C<!!1>, C<!!0>,
C<\1>, C<\0> and JSON::PP's booleans as true and false, L<Math::BigInt> and L<Math::BigFloat> exactly. What cannot be sent
is a L<Hostbill::Error::Usage|Hostbill::Error> that names the place.

=head2 Signals, forks and threads

A signal handler runs during a call. If it dies - with C<alarm>, or on Ctrl-C - the call is stopped, and
C<< $client->stopped >> tells what became of it. After a fork the child can go on with a client. With ithreads, clients
and sandboxes do not pass to new threads: they are C<undef> there, and each thread makes its own.

=head1 FUNCTIONS

=head2 Hostbill::catalog($portal)

What a portal offers: its operations with their parameters. Without a portal, all of them. Needs no network.

=head2 Hostbill::version()

The version of the library that is loaded.

=head2 Hostbill::build_info()

How the library was built, for bug reports.

=head2 Hostbill::live_objects()

How many clients and texts of the library exist: 0 when all are closed.

=head1 LICENSE

MIT

=cut
