package Hostbill::Answer;

use 5.036;

# A whole answer, as the methods of Hostbill::Client's answers return it.
sub new ($class, $document) { return bless $document, $class }

sub data ($self) { return $self->{data} }
sub info ($self) { return $self->{info} // [] }
sub meta ($self) { return $self->{meta} // {} }

1;

__END__

=encoding utf8

=head1 NAME

Hostbill::Answer - a whole answer

=head1 SYNOPSIS

    my $answer = $client->answers->servers->list;
    say $answer->meta->{elapsed_ms};

=head1 METHODS

=over

=item data

What the portal answered; the methods of the client itself return this alone.

=item info

What the portal wants to tell beside the data, such as C<Record added>: a reference to a list.

=item meta

C<operation>, C<http_status>, C<attempts>, C<elapsed_ms> and, if one was given, C<tag>.

=back

=cut
