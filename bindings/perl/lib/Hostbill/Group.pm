package Hostbill::Group;

use 5.036;

use Hostbill::Error;

# Operations that belong together. `perform` runs one: perform(operation, params, options).
sub new ($class, $perform) { return bless { perform => $perform }, $class }

# One operation with a method's arguments: the path's, then names and values, then perhaps the options.
sub _run ($self, $operation, $path, @arguments) {
    my %params;
    for my $name ($path->@*) {
        my $value = shift @arguments;
        $params{$name} = $value if defined $value;
    }
    my ($more, $options) = pairs($operation, @arguments);
    for my $name (keys $more->%*) {
        $params{$name} = $more->{$name} if defined $more->{$name};
    }
    return $self->{perform}->($operation, \%params, $options);
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
