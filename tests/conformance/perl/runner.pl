# Does what the conformance cases say and prints what came of it; see ../README.md.
use 5.036;

use Hostbill;
use Time::HiRes ();

$| = 1;

my @members = qw(status message operation http_status portal_errors attempts retryable fields portals reconcile
    retry_after_s history tag);
my ($client, $sandbox, $settings);

sub success ($data, %more) { return { ok => !!1, data => $data, %more } }

sub failure ($error) {
    die $error unless ref $error && $error->isa('Hostbill::Error');
    return {
        ok    => !!0,
        error => { type => ref $error, class => $error->error_class, map { $_ => $error->$_ } @members },
    };
}

sub start ($case) {
    $settings = $case->{client} // {};
    $sandbox  = $case->{sandbox} ? Hostbill::Sandbox->new($case->{sandbox}->%*) : undef;
    $client   = connected();
    return;
}

sub connected { return $sandbox ? $sandbox->client(%$settings) : Hostbill::Client->new(%$settings) }

# The path's parameters, which methods take by their place.
my %path;

sub path_of ($operation) {
    if (!%path) {
        for my $row (map { $_->{operations}->@* } Hostbill::catalog()->{portals}->@*) {
            $path{ $row->{id} } = [$row->{path} =~ /\{(\w+)\}/g];
        }
    }
    return ($path{$operation} // [])->@*;
}

sub invoke ($on, $step) {
    return $on->call($step->{operation}, $step->{params}, $step->{options}) if ($step->{via} // '') ne 'method';
    my ($name, @groups) = reverse split /\./, $step->{operation};
    my $owner  = $on;
    my %params = ($step->{params} // {})->%*;
    $owner = $owner->$_ for reverse @groups;
    return $owner->$name((map { delete $params{$_} } path_of($step->{operation})), %params, $step->{options} // {});
}

my %steps = (
    call => sub ($step) { success(invoke($client, $step)) },
    full => sub ($step) {
        my $answer = invoke($client->answers, $step);
        return success($answer->data, info => $answer->info, meta => $answer->meta);
    },
    dry     => sub ($step) { success(invoke($client->with_options(dry_run => !!1), $step)) },
    close   => sub ($step) { $client->close; success(undef) },
    closed  => sub ($step) { success($client->closed) },
    control => sub ($step) { success($sandbox->control($step->{command}, ($step->{arguments} // {})->%*)) },
    stop    => sub ($step) { $sandbox->close; success(undef) },
    catalog => sub ($step) {
        my $catalog = Hostbill::catalog($step->{portal});
        return success({ map { $_ => scalar $catalog->{$_}->@* } qw(operations compositions) });
    },
    version  => sub ($step) { success(Hostbill::version()) },
    value    => sub ($step) { success($step->{json}) },
    parallel => \&in_parallel,
    cancel   => sub ($step) {
        local $SIG{ALRM} = sub { die "enough\n" };
        Time::HiRes::alarm($step->{after_ms} / 1000);
        my $result = eval { success(invoke($client, $step->{step})) };
        Time::HiRes::alarm(0);
        return $result // ($@ eq "enough\n" ? failure($client->stopped) : failure($@));
    },
);

# As many processes, each with a client of its own.
sub in_parallel ($step) {
    my @readers;
    for (1 .. $step->{clients}) {
        pipe(my $reader, my $writer) or die $!;
        my $child = fork // die $!;
        if (!$child) {
            my $own = connected();
            for (1 .. $step->{each}) {
                my $answer = eval { Hostbill::Native::encode([invoke($own, $step->{step})]) };
                syswrite $writer, ($answer // 'failed') . "\n";
            }
            undef $own;
            exec 'true';
        }
        push @readers, [$reader, $child];
    }
    my (@good, $failed);
    for (@readers) {
        my ($reader, $child) = @$_;
        while (my $line = <$reader>) { $line eq "failed\n" ? $failed++ : push @good, normal($line) }
        waitpid $child, 0;
    }
    my $different = grep { $_ ne $good[0] } @good;
    return success({ succeeded => scalar @good, failed => $failed // 0, different => $different });
}

# The same text for the same value, whatever the order of its members.
sub normal ($line) {
    my $sorted;
    $sorted = sub ($value) {
        return '{' . join(',', map { "$_:" . $sorted->($value->{$_}) } sort keys %$value) . '}' if ref $value eq 'HASH';
        return '[' . join(',', map { $sorted->($_) } @$value) . ']'                            if ref $value eq 'ARRAY';
        return Hostbill::Native::encode($value);
    };
    return $sorted->(Hostbill::Native::decode($line));
}

open my $file, '<:raw', $ARGV[0] or die "$ARGV[0]: $!";
my $cases = Hostbill::Native::decode(do { local $/; <$file> });
for my $case ($cases->{cases}->@*) {
    my @results;
    if (eval { start($case); 1 }) {
        for my $step ($case->{steps}->@*) {
            push @results, eval { $steps{ $step->{do} }->($step) } // failure($@);
        }
    } else {
        @results = failure($@);
    }
    say Hostbill::Native::encode({ case => $case->{name}, results => \@results });
    undef $client;
    undef $sandbox;
}
say Hostbill::Native::encode({ live_objects => Hostbill::live_objects() });
