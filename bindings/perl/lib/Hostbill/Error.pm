package Hostbill::Error;

use 5.036;

use overload
    '""'     => sub ($self, @) { return $self->{message} },
    'bool'   => sub { return 1 },
    fallback => 1;

our %CLASSES;    # Perl's class by the library's word

# Makes the error that a document of the library tells of.
sub from ($base, $document) {
    my $class = $CLASSES{ $document->{class} // '' } // $base;
    return bless { message => 'unknown error', $document->%* }, $class;
}

sub raise ($base, $document) { die $base->from($document) }

# A mistake in what the language was given.
sub refuse ($base, $message, @fields) {
    $base->raise(
        { class => 'usage', status => -1, message => $message, attempts => 0, retryable => !!0, fields => \@fields });
}

sub message       ($self) { return $self->{message} }
sub error_class   ($self) { return $self->{class} }
sub status        ($self) { return $self->{status} }
sub operation     ($self) { return $self->{operation} }
sub http_status   ($self) { return $self->{http_status} }
sub portal_errors ($self) { return $self->{portal_errors} // [] }
sub attempts      ($self) { return $self->{attempts}      // 0 }
sub retryable     ($self) { return $self->{retryable}     // !!0 }
sub fields        ($self) { return $self->{fields}        // [] }
sub portals       ($self) { return $self->{portals}       // [] }
sub reconcile     ($self) { return $self->{reconcile} }
sub retry_after_s ($self) { return $self->{retry_after_s} }
sub history       ($self) { return $self->{history} // [] }
sub tag           ($self) { return $self->{tag} }

require Hostbill::Errors;

1;

__END__

=encoding utf8

=head1 NAME

Hostbill::Error - what hostbill dies with

=head1 SYNOPSIS

    use feature 'try';
    try { $client->servers->reboot(1) }
    catch ($error) {
        die $error unless ref $error && $error->isa('Hostbill::Error');
        if ($error->isa('Hostbill::Error::OutcomeUnknown')) {
            say $client->reconcile($error->reconcile->%*)->{verdict};
        }
    }

=head1 DESCRIPTION

As text, an error is its message. L<Hostbill::Errors> lists the classes; each is a Hostbill::Error. No member ever holds
a secret.

=head1 METHODS

=over

=item message

One line for people.

=item error_class, status

The library's word for the class, such as C<not_found>, and its number.

=item operation

The operation that failed.

=item http_status

The HTTP status of the last answer; 0 if there was none.

=item portal_errors

What the portal said: a reference to a list of texts.

=item attempts

How many requests were sent.

=item retryable

Whether the same call may succeed later, and does no harm.

=item fields

Every mistake in what was given: hashes with C<field>, C<problem>, C<expected> and C<nearest>.

=item portals

The portals that have the operation, where this one has not.

=item reconcile

What to give to C<< $client->reconcile >> to find out what became of the call.

=item retry_after_s

In how many seconds to come back, if the portal said so.

=item history

The requests that were sent, if there was more than one.

=item tag

The text that the call was given as its tag.

=back

=cut
