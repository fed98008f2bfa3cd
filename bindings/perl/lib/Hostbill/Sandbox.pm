package Hostbill::Sandbox;

use 5.036;

use Hostbill::Client;
use Hostbill::Error;
use Hostbill::Handle;
use Hostbill::Native ();

sub new ($class, @settings) {
    Hostbill::Error->refuse('settings: names and values are expected') if @settings % 2;
    my $settings = Hostbill::Client::document({ portal => 'time4vps', @settings }, 'settings', 'sandbox');
    my $handle   = Hostbill::Handle->new(Sandbox => $settings);
    if (my $error = Hostbill::Native::Sandbox_error($handle->native)) {
        Hostbill::Error->raise($error);
    }
    my $self = bless { handle => $handle }, $class;
    my $info = $self->control('info');
    $self->{info} = sub { return $info };    # Out of sight of what prints hashes.
    return $self;
}

sub CLONE_SKIP { return 1 }

sub info     ($self) { return $self->{info}->() }
sub portal   ($self) { return $self->info->{portal} }
sub url      ($self) { return $self->info->{url} }
sub username ($self) { return $self->info->{username} }
sub password ($self) { return $self->info->{password} }
sub ids      ($self) { return $self->info->{ids} }
sub examples ($self) { return $self->info->{operations} }

sub client ($self, %settings) {
    my %login = exists $settings{token} ? () : (username => $self->username, password => $self->password);
    return Hostbill::Client->new(portal => $self->portal, base_url => $self->url, %login, %settings);
}

sub control ($self, $command, %arguments) {
    my $text   = Hostbill::Client::document({ %arguments, command => $command }, 'command');
    my $answer = Hostbill::Native::Sandbox_control($self->{handle}->native, $text);
    Hostbill::Error->raise($answer->{error}) if ref $answer eq 'HASH' && ref $answer->{error} eq 'HASH';
    return $answer;
}

sub close ($self) {
    Hostbill::Native::Sandbox_release($self->{handle}->native);
    return;
}

1;

__END__

=encoding utf8

=head1 NAME

Hostbill::Sandbox - a portal in a box, served on this machine

=head1 SYNOPSIS

    my $sandbox = Hostbill::Sandbox->new(portal => 'time4vps');
    my $client  = $sandbox->client;
    say $_->{domain} for $client->servers->list->@*;

=head1 DESCRIPTION

A portal of the given kind on a free port of this machine, with an account that may do everything. It keeps what it is
told: what was created can be read back, and money adds up. Nothing leaves this machine. It ends with its last reference.

=head1 METHODS

=head2 new(%settings)

L<Hostbill::Operations/SANDBOX SETTINGS> lists the settings.

=head2 client(%settings)

A L<Hostbill::Client> that is logged in to it.

=head2 control($command, %arguments)

Gives it a command and returns what it says; docs/sandbox.md has the commands.

    $sandbox->control('fault', operation => 'orders.create', fault => {kind => 'lost_reply'});
    $sandbox->control('clock', advance => 3600);

=head2 info

What there is to know about it. C<portal>, C<url>, C<username>, C<password>, C<ids> and C<examples> are parts of it.

=head2 close

Stops it. May be repeated.

=cut
