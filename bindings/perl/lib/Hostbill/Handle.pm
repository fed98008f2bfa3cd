package Hostbill::Handle;

use 5.036;

use Hostbill::Error;
use Hostbill::Native ();

# Owns what the library made, for all objects that share it, and gives it back with the last of them. In a closure,
# which what prints data does not look into.
sub new ($class, $kind, @given) {
    my %state = (kind => $kind, native => "Hostbill::Native"->can("new_$kind")->(@given));
    return bless { state => sub { return \%state }, native => sub { return $state{native} } }, $class;
}

sub native ($self) { return $self->{native}->() }

# What became of the latest call that was cut short: told with its envelope.
sub stopped ($self, @envelope) {
    $self->{state}->()->{stopped} = $envelope[0]{ok} ? undef : Hostbill::Error->from($envelope[0]{error}) if @envelope;
    return $self->{state}->()->{stopped};
}

# The answers that submissions wait for, by number; undef for those that have not come.
sub parked ($self) { return $self->{state}->()->{parked} //= {} }

sub DESTROY ($self) {
    local ($@, $!, $?);
    my $state  = $self->{state} ? $self->{state}->() : return;
    my $delete = "Hostbill::Native"->can("delete_$state->{kind}") or return;
    Hostbill::Native::own($self);
    $delete->(delete $state->{native}) if $state->{native};
    return;
}

# A thread that is new gets nothing of it.
sub CLONE_SKIP { return 1 }
sub _p_hostbill_swig__Client::CLONE_SKIP     { return 1 }
sub _p_hostbill_swig__Sandbox::CLONE_SKIP    { return 1 }
sub _p_hostbill_swig__Submission::CLONE_SKIP { return 1 }

1;
