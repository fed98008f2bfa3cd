use 5.036;

use Config;
use Hostbill;
use SilentPortal;
use Test::More;
use Time::HiRes qw(alarm time);

subtest 'an exception from a signal handler stops the call' => sub {
    my $portal = SilentPortal->new;
    my $client = $portal->client;
    local $SIG{ALRM} = sub { die "late\n" };
    my $started = time;
    alarm 0.2;
    ok !eval { $client->account->balance; 1 };
    is $@, "late\n";
    isa_ok $client->stopped, 'Hostbill::Error::Cancelled';
    alarm 0.3;
    ok !eval { $client->servers->reboot(3); 1 };
    is $@, "late\n";
    isa_ok $client->stopped, 'Hostbill::Error::OutcomeUnknown';
    is $client->stopped->reconcile->{operation}, 'servers.reboot';
    cmp_ok time - $started, '<', 15;
};

subtest 'a handler that returns does not' => sub {
    my $portal = SilentPortal->new;
    my $client = $portal->client;
    my $ticks  = 0;
    local $SIG{ALRM} = sub { $ticks++; alarm 0.02 };
    alarm 0.02;
    ok !eval { $client->account->balance({ timeout => 0.5, max_attempts => 1 }); 1 };
    alarm 0;
    isa_ok $@, 'Hostbill::Error::Timeout';
    cmp_ok $ticks, '>', 2, "handlers ran $ticks times during the call";
};

subtest 'a handler that exits ends the process as it wants' => sub {
    my $portal = SilentPortal->new;
    my $code   = <<'PERL';
use Hostbill;
use Time::HiRes 'alarm';
sub called {
    my $client = Hostbill::Client->new(portal => 'time4vps', base_url => shift, token => 't');
    $SIG{ALRM} = sub { exit 7 };
    alarm 0.2;
    $client->servers->get(5);
}
END { print "left ", Hostbill::live_objects(), ","; eval { Hostbill::Client->new(portal => 'none') }; print ref $@ }
called($ARGV[0]);
PERL
    my $started = time;
    open my $child, '-|', $^X, (map {"-I$_"} @INC), '-e', $code, "http://127.0.0.1:$portal->{port}/api" or die $!;
    is join('', <$child>), 'left 0,Hostbill::Error::Usage';
    close $child;
    is $? >> 8, 7;
    cmp_ok time - $started, '<', 15;
};

subtest 'a handler may call, and what dies in it without a call is untouched' => sub {
    my $portal = SilentPortal->new;
    my $client = $portal->client;
    my $answer;
    local $SIG{ALRM} = sub { eval { die "inner\n" }; $answer = $client->servers->get(5, { dry_run => 1 }) };
    local $@ = 'kept';
    alarm 0.1;
    my $died = do { local $@; eval { $client->account->balance({ timeout => 0.5, max_attempts => 1 }) }; $@ };
    isa_ok $died, 'Hostbill::Error::Timeout';
    is $@, 'kept';
    is $answer->{method}, 'GET';
};

subtest 'close' => sub {
    my $portal = SilentPortal->new;
    my $client = $portal->client;
    ok !$client->closed;
    $client->close for 1 .. 2;
    ok $client->closed;
    ok !eval { $client->account->balance };
    isa_ok $@, 'Hostbill::Error::Usage';
    like "$@", qr/closed/;
};

subtest 'fork' => sub {
    my $sandbox = Hostbill::Sandbox->new;
    my $client  = $sandbox->client;
    my $count   = $client->servers->list->@*;
    for (1 .. 3) {
        my $child = fork // die $!;
        if (!$child) {
            my $good = $client->servers->list->@* == $count;
            undef $client;
            undef $sandbox;
            exec $good ? 'true' : 'false';
        }
        waitpid $child, 0;
        is $?, 0, 'the child goes on with the client';
    }
    is $client->servers->list->@*, $count, 'so does the parent';
};

SKIP: {
    skip 'this Perl has no threads', 1 unless $Config{useithreads};
    require threads;
    subtest 'threads' => sub {
        my $sandbox = Hostbill::Sandbox->new;
        my $client  = $sandbox->client;
        my ($url, $user, $password) = map { $sandbox->$_ } qw(url username password);
        my @threads = map {
            threads->create(
                { context => 'scalar' },
                sub {
                    my $useless = !eval { $client->closed; 1 } && !eval { $sandbox->control('info'); 1 };
                    my $own = Hostbill::Client->new(
                        portal => 'time4vps', base_url => $url, username => $user, password => $password);
                    return $useless && $own->servers->list->@* > 0;
                });
        } 1 .. 4;
        ok $_->join, 'a thread makes its own client' for @threads;
        ok $client->servers->list->@* > 0, 'the first goes on';
    };
}

subtest 'objects go with their last reference' => sub {
    my $group = do { Hostbill::Client->new(portal => 'time4vps', token => 't')->domains };
    cmp_ok(Hostbill::live_objects(), '>', 0, 'a group keeps its client');
    undef $group;
    is(Hostbill::live_objects(), 0);
};

is(Hostbill::live_objects(), 0, 'nothing is left');
done_testing;
