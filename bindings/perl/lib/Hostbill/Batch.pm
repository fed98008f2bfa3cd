package Hostbill::Batch;

use 5.036;

use Hostbill::Error;
use Hostbill::Handle;
use Hostbill::Native ();

# Of the client: its handle, and prepare(call), which gives operation, parameters and options as the library takes them.
sub new ($class, $handle, $prepare, $calls, %how) {
    my $window = delete $how{window} // 64;
    my $ordered = delete $how{ordered} // 1;
    Hostbill::Error->refuse('batch: there is no option ' . join ', ', sort keys %how) if %how;
    Hostbill::Error->refuse('window must be a whole number from 1 on', { field => 'window', problem => 'must be a whole number from 1 on' })
        unless $window =~ /\A[1-9][0-9]*\z/;
    return bless {
        process   => $$,
        handle    => $handle,
        prepare   => $prepare,
        calls     => source($calls, 'calls'),
        window    => $window,
        ordered   => $ordered,
        under_way => {},    # By number of the submission: an outcome without an end.
        ready     => {},    # By index: those that nobody has taken.
        begun     => 0,
        given     => 0,
    }, $class;
}

sub CLONE_SKIP { return 1 }

# Code that gives one after the other, and an empty list after the last: from a list, in which anything may be, or from code
# that gives undef after the last.
sub source ($given, $what) {
    if (ref $given eq 'CODE') {
        return sub { return grep { defined } scalar $given->() };
    }
    Hostbill::Error->refuse("$what must be a list or code") unless ref $given eq 'ARRAY';
    my $at = 0;
    return sub { return $at < @$given ? $given->[ $at++ ] : () };
}

# The next outcome; nothing after the last.
sub next ($self) {
    Hostbill::Error->refuse('this batch is another process\'s, which goes on with it: begin a new one after a fork')
        if $self->{process} != $$;
    until ($self->{last} || $self->{begun} - $self->{given} >= $self->{window}) {
        if   (my ($call) = $self->{calls}->()) { $self->_start($call) }
        else                                   { $self->{last} = 1 }
    }
    return if $self->{given} == $self->{begun};
    my $ready = $self->{ready};
    my $index;
    until (defined($index = $self->{ordered} ? $self->{given} : (sort { $a <=> $b } keys %$ready)[0]) && $ready->{$index}) {
        $self->_receive;
    }
    $self->{given}++;
    return delete $ready->{$index};
}

# Stops what is under way. May be repeated.
sub stop ($self) {
    $self->{last} = 1;
    # A child process's client has none of what its parent's has under way.
    $self->{under_way} = {} if $self->{process} != $$;
    Hostbill::Native::Client_cancel($self->{handle}->native, $_) for keys $self->{under_way}->%*;
    $self->_receive while $self->{under_way}->%*;
    $self->{given} = $self->{begun};
    $self->{ready} = {};
    return;
}

sub DESTROY ($self) {
    local ($@, $!, $?);
    eval { $self->stop } if $self->{under_way} && $self->{under_way}->%* && ${^GLOBAL_PHASE} ne 'DESTRUCT';
    return;
}

sub _start ($self, $call) {
    my $outcome = { index => $self->{begun}++, call => $call };
    my $native  = $self->{handle}->native;
    my $id      = eval {
        my $submission = Hostbill::Handle->new(Submission => $native, $self->{prepare}->($call));
        my $number     = Hostbill::Native::Submission_id($submission->native);
        Hostbill::Error->raise(Hostbill::Native::Submission_error($submission->native)) unless $number;
        $number;
    };
    if ($id) {
        $self->{under_way}{$id} = $outcome;
        $self->{handle}->parked->{$id} = undef;
        return;
    }
    my $error = $@;
    die $error unless ref $error && $error->isa('Hostbill::Error');
    $outcome->{error} = $error;
    $self->{ready}{ $outcome->{index} } = $outcome;
    return;
}

# Takes one answer. Answers come in the order in which calls end; those of other batches wait where they look for them.
sub _receive ($self) {
    my ($parked, $native) = ($self->{handle}->parked, $self->{handle}->native);
    my $mine = sub { return (grep { $parked->{$_} } keys $self->{under_way}->%*)[0] };
    my $id   = $mine->();
    until ($id) {
        my $answer = Hostbill::Native::Client_next($native, 0);
        if ($answer) {
            $parked->{ $answer->{id} } = $answer;
            $id = $answer->{id} if $self->{under_way}{ $answer->{id} };
        } else {
            my $descriptor = Hostbill::Native::Client_fd($native);
            Hostbill::Error->refuse('the client is closed') if $descriptor < 0;
            # Handlers of signals run between such waits.
            vec(my $bits = '', $descriptor, 1) = 1;
            select $bits, undef, undef, 1;
        }
    }
    my $outcome = delete $self->{under_way}{$id};
    my $answer  = delete $parked->{$id};
    if   ($answer->{ok}) { $outcome->{data}  = $answer->{data} }
    else                 { $outcome->{error} = Hostbill::Error->from($answer->{error}) }
    $self->{ready}{ $outcome->{index} } = $outcome;
    return;
}

1;
