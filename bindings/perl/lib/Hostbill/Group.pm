package Hostbill::Group;

use 5.036;

use Hostbill::Error;
use Scalar::Util 'looks_like_number';

# Operations that belong together. `client` runs one: client->_perform(operation, params, options).

# One operation with a method's arguments: the path's, then names and values, then perhaps the options. `kinds` are those
# of the parameters that are flags or texts.
sub _run {
    my ($self, $operation, $path, $kinds, @arguments) = @_;
    return $self->{client}->_plain($operation) unless @arguments;    # As most calls are.
    my %params;
    for my $name ($path ? @$path : ()) {
        my $value = shift @arguments;
        $params{$name} = $value if defined $value;
    }
    my ($more, $options) = pairs($operation, @arguments);
    return $self->{client}->_perform($operation, typed({ %params, $more->%* }, $kinds), $options);
}

# Values as the library wants them: without those that are undef; 1 and 0 as true and false, digits as numbers, numbers as
# text, by the kind that each has. A kind that is a hash has those of the value's members.
sub typed {
    my ($values, $kinds) = @_;
    my %out;
    for my $name (keys %$values) {
        my $value = $values->{$name} // next;
        my $kind  = $kinds->{$name}  // '';
        if (ref $value) {
            $value = typed($value, $kind) if ref $kind && ref $value eq 'HASH';
        } elsif ($kind eq 'number') {
            $value += 0 if looks_like_number($value);
        } elsif ($kind eq 'flag') {
            $value = !!$value if $value eq '1' || $value eq '0' || $value eq '';
        } elsif ($kind eq 'text') {
            $value = "$value" unless $value =~ /\A-?(?:inf|nan)\z/i;    # That is no text that anybody means.
        }
        $out{$name} = $value;
    }
    return \%out;
}

# Names and values, and the options: the last argument, or the one with that name.
sub pairs ($operation, @arguments) {
    my $options;
    if (@arguments % 2) {
        $options = pop @arguments;
        Hostbill::Error->refuse("$operation: names and values are expected, and at the end perhaps a hash of options")
            unless ref $options eq 'HASH' || !defined $options;
    }
    my %params = @arguments;
    $options //= delete $params{options} if ref $params{options} eq 'HASH';
    return (\%params, $options);
}

1;
