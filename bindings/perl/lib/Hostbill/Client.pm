package Hostbill::Client;

use 5.036;

use Hostbill::Answer;
use Hostbill::Batch;
use Hostbill::Error;
use Hostbill::Group;
use Hostbill::Handle;
use Hostbill::Native ();
use parent 'Hostbill::Operations';

my $OPTIONS = $Hostbill::Operations::KINDS{options};

sub new ($class, @settings) {
    Hostbill::Error->refuse('settings: names and values are expected') if @settings % 2;
    my $handle = Hostbill::Handle->new(Client => document({@settings}, 'settings', 'client'));
    if (my $error = Hostbill::Native::Client_error($handle->native)) {
        Hostbill::Error->raise($error);
    }
    Hostbill::Native::own($handle, $handle->native, $OPTIONS);
    return bless { handle => $handle, options => {} }, $class;
}

sub CLONE_SKIP { return 1 }

*call = \&Hostbill::Native::call;

# What it does not do itself.
sub _call {
    # With hashes, or without anything.
    goto &_perform if @_ < 5 && (ref $_[2] eq 'HASH' || !defined $_[2]);
    my ($self, $operation, @arguments) = @_;
    return $self->_perform($operation, _arguments($operation, @arguments));
}

sub answers ($self) { return bless { client => $self }, 'Hostbill::Client::Answers' }

sub with_options ($self, @options) {
    Hostbill::Error->refuse('options: names and values are expected') if @options % 2;
    return bless { $self->%*, options => { $self->{options}->%*, @options } }, ref $self;
}

sub batch ($self, $calls, %how) {
    my $prepare = sub ($call) {
        Hostbill::Error->refuse('a call of a batch must be a list') unless ref $call eq 'ARRAY';
        my ($operation, $params, $options) = @$call;
        return $self->_prepared(name_of($operation, 'operation'), $params // {}, $options);
    };
    return Hostbill::Batch->new($self->{handle}, $prepare, $calls, %how);
}

sub map ($self, $operation, $name, $values, %how) {
    $name = name_of($name, 'name');
    my ($params, $options) = (delete $how{params} // {}, delete $how{options});
    Hostbill::Error->refuse('params must be a hash') unless ref $params eq 'HASH';
    Hostbill::Error->refuse("$name is given twice: in params and by the values", { field => $name, problem => 'is given twice' })
        if exists $params->{$name};
    my $source = Hostbill::Batch::source($values, 'values');
    my $next   = sub {
        my ($value) = my @found = $source->();
        return @found ? [$operation, { %$params, $name => $value }, $options] : undef;
    };
    return $self->batch($next, %how);
}

sub close ($self) {
    my ($native, $parked) = ($self->{handle}->native, $self->{handle}->parked);
    # What was under way has ended then, and a batch gives what came of it.
    Hostbill::Native::Client_close($native);
    while (my $answer = Hostbill::Native::Client_next($native, -1)) {
        $parked->{ $answer->{id} } = $answer;
    }
    Hostbill::Native::Client_release($native);
    return;
}

sub closed ($self) { return !!Hostbill::Native::Client_released($self->{handle}->native) }

sub stopped ($self) { return $self->{handle}->stopped }

sub _run ($self, $operation, $path, $kinds, @arguments) {
    return Hostbill::Group::_run($operation, $path, $kinds, \$self, @arguments);
}

# --- From values to the library and back ---

# Text that C can take.
sub name_of ($value, $what) {
    return $value if defined $value && !ref $value && $value =~ /\A[a-z0-9_.]+\z/;
    if (defined $value && !ref $value) {
        my $text = "$value";
        utf8::encode($text);
        return $text unless $text =~ /\0/;
    }
    return Hostbill::Error->refuse("$what must be text", { field => $what, problem => 'must be text' });
}

# The document of a hash. kinds: as in %KINDS, or a name of these.
sub document {
    my ($value, $what, $kinds) = @_;
    Hostbill::Error->refuse("$what must be a hash", { field => $what, problem => 'must be a hash' })
        unless ref $value eq 'HASH';
    $kinds = $Hostbill::Operations::KINDS{$kinds} if defined $kinds && !ref $kinds;
    my $text = $kinds ? Hostbill::Native::encode_kinds($value, $kinds) : Hostbill::Native::encode($value);
    return $text unless ref $text;
    my ($field, $problem) = $text->@*;
    return Hostbill::Error->refuse("$what: $field $problem", { field => $field, problem => $problem });
}

sub _arguments {
    my ($operation, @arguments) = @_;
    return ($arguments[0] // {}, $arguments[1]) if @arguments <= 2 && (!defined $arguments[0] || ref $arguments[0]);
    return Hostbill::Group::pairs($operation, @arguments);
}

# One operation: its data alone, or the whole answer. kinds: those of the parameters, where they are known. Perl runs what
# handles signals meanwhile; if that dies, the call ends before the exception goes on, and the handle learns what became of it.
sub _perform {
    my ($self, $operation, $params, $options, $kinds, $whole) = @_;
    my $handle = $self->{handle};
    $options = _with_own($self->{options}, $operation, $options) if $self->{options}->%*;
    return Hostbill::Native::perform($handle->{native}->(), $handle, $whole, $operation, $params, $kinds, $options, $OPTIONS);
}

# The client's own options with those of a call.
sub _with_own ($own, $operation, $options) {
    $options //= {};
    Hostbill::Error->refuse("$operation: the options must be a hash") unless ref $options eq 'HASH';
    return { %$own, %$options };
}

# What Hostbill::Native calls for a call that cannot be sent: says why.
sub _refuse {
    my ($name, $params, $kinds, $options) = @_;
    Hostbill::Error->refuse("$name: the options must be a hash") unless ref($options // {}) eq 'HASH';
    document($options, 'options', $OPTIONS) if $options;
    return document($params, $name, $kinds);
}

# What it calls for an operation whose name is not plain text: gives one that is.
sub _name { return name_of($_[0], 'operation') }

# What it calls for an answer that is an error.
sub _failed { return Hostbill::Error->raise($_[0]{error}) }

# Operation, parameters and options as the library takes them. The name is one that name_of gave.
sub _prepared {
    my ($self, $name, $params, $options) = @_;
    my $own = $self->{options};
    $options = document(_with_own($own, $name, $options), 'options', $OPTIONS) if $options || %$own;
    return ($name, ref $params eq 'HASH' && !%$params ? '' : document($params, $name), $options);
}

# The same operations, each returning the whole answer.
package Hostbill::Client::Answers;

use parent -norequire, 'Hostbill::Operations';

sub CLONE_SKIP { return 1 }

sub call ($self, $operation, @arguments) {
    return $self->_perform($operation, Hostbill::Client::_arguments($operation, @arguments));
}

sub _run ($self, $operation, $path, $kinds, @arguments) {
    return Hostbill::Group::_run($operation, $path, $kinds, \$self, @arguments);
}

sub _perform ($self, $operation, $params = undef, $options = undef, $kinds = undef) {
    return Hostbill::Answer->new($self->{client}->_perform($operation, $params, $options, $kinds, 1));
}

1;

__END__

=encoding utf8

=head1 NAME

Hostbill::Client - a client of one portal

=head1 SYNOPSIS

    my $client = Hostbill::Client->new(portal => 'time4vps', username => 'user@example.com', password => '...');
    my $servers = $client->servers->list;
    $client->servers->rename(7, hostname => 'www.example.com', {timeout => 5});
    $client->close;

=head1 METHODS

The operations hang from the client in groups; L<Hostbill::Operations> lists them. A method takes the ids of the
operation's path in order, then names and values, and at the end perhaps a hash of options for this call alone (or
C<< options => {...} >>). It returns the data of the answer, and dies with a L<Hostbill::Error>.

=head2 new(%settings)

Opens a client; sends nothing yet. L<Hostbill::Operations/SETTINGS> lists the settings.

=head2 call($operation, \%params, \%options)

Runs an operation by its name, C<servers.reboot>, or by method and path, C<< POST /server/{server_id}/reboot >>. Names and
values may stand in place of the hash.

=head2 answers

The same operations, each returning a whole L<Hostbill::Answer>: C<< $client->answers->servers->list->meta >>.

=head2 with_options(%options)

The same client, with these options for every call made through what this returns. Closing either closes both.

=head2 batch(\@calls, %how)

Many calls, of which up to C<< window => 64 >> are under way at any time. Each call is a list of an operation, perhaps its
parameters, perhaps its options; instead of a list of calls code may be given, which returns a call each time and nothing
after the last. It is asked for more as outcomes are taken.

    my $batch = $client->batch([map { ['domains.get', { domain_id => $_ }] } @ids]);
    while (my $outcome = $batch->next) {
        say $outcome->{index}, ' ', $outcome->{error} // $outcome->{data}{name};
    }

Outcomes come in the order of the calls, or with C<< ordered => 0 >> as they end. Each is a hash with C<index>, from 0,
C<call>, and C<data> or C<error>; a call that fails does not stop the others. C<< $batch->stop >>, or the end of the batch's
last reference, stops what is under way.

=head2 map($operation, $name => \@values, %how)

One operation with each of many values of the parameter C<$name>: a batch of those calls, with its outcomes. Instead of a list
of values code may be given, which returns a value each time and undef after the last.

    my $batch = $client->map('domains.get', domain_id => \@ids, ordered => 0);
    while (my $outcome = $batch->next) {
        say $outcome->{error} // $outcome->{data}{name};
    }

C<< params => {...} >> are parameters that are the same for all, of which C<$name> must be none, and C<< options => {...} >>
holds for each call; C<window> and C<ordered> are those of a batch.

=head2 close

Stops what is under way, refuses what comes later, and gives back what the client holds; so does the end of its last
reference. May be repeated.

=head2 closed

Whether it has been closed.

=head2 stopped

What became of the latest call that an exception from a signal handler cut short: a L<Hostbill::Error>, of the class
C<Cancelled>, or C<OutcomeUnknown> where the request had left already and may still take effect. C<undef> if it succeeded
all the same.

    local $SIG{ALRM} = sub { die "late\n" };
    alarm 5;
    eval { $client->servers->reboot(1) };
    alarm 0;
    warn $client->stopped if $@ eq "late\n";

=cut
