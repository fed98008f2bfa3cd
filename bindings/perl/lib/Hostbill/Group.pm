package Hostbill::Group;

use 5.036;

use Hostbill::Error;

# Operations that belong together. A reference to what runs one: client->_perform(operation, params, options, kinds).

# One operation with a method's arguments: the path's, then names and values, then perhaps the options. `kinds` are those
# of the parameters that are flags or texts. Hostbill::Native::run does the same, and leaves to this what is not as usual.
sub _run {
    my ($operation, $path, $kinds, $self, @arguments) = @_;
    return $$self->_perform($operation) if !@arguments;
    my %params;
    for my $name ($path ? @$path : ()) {
        my $value = shift @arguments;
        $params{$name} = $value if defined $value;
    }
    my ($more, $options) = pairs($operation, @arguments);
    return $$self->_perform($operation, { %params, $more->%* }, $options, $kinds // {});
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
