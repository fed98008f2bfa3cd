use 5.036;

use Hostbill;
use SilentPortal;
use Test::More;
use Time::HiRes qw(alarm time);

my $sandbox = Hostbill::Sandbox->new;

sub slow ($times, $ms) {
    $sandbox->control('fault', operation => 'account.balance', times => $times, fault => { kind => 'delay', ms => $ms });
    return;
}

subtest 'outcomes come in order, and calls no sooner than the window allows' => sub {
    my $client = $sandbox->client;
    my ($asked, $seen) = (0, 0);
    my $batch = $client->batch(
        sub {
            return ++$asked % 10 == 0 ? ['no.such'] : ['servers.get', { server_id => $asked }, { dry_run => 1 }];
        },
        window => 5
    );
    my $wrong = 0;
    while ($seen < 100) {
        my $outcome = $batch->next;
        $wrong++ unless $outcome->{index} == $seen++ && $asked < $seen + 5;
        $wrong++ unless $seen % 10 == 0
            ? $outcome->{error}->isa('Hostbill::Error::Usage')
            : $outcome->{data}{url} =~ m{/server/$seen$} && !$outcome->{error};
    }
    is $wrong, 0;
};

subtest 'the client is closed meanwhile' => sub {
    my $client = $sandbox->client;
    slow(1, 5000);
    my $batch = $client->batch([['servers.get', { server_id => 1 }, { dry_run => 1 }], ['account.balance'], ['invoices.list']], window => 2);
    my @classes;
    while (my $outcome = $batch->next) {
        push @classes, $outcome->{error} ? $outcome->{error}->error_class : 'none';
        $client->close;
    }
    is_deeply \@classes, [qw(none cancelled usage)], 'each call has its outcome';
};

subtest 'as calls end' => sub {
    my $client = $sandbox->client;
    for my $ordered (0, 1) {
        slow(1, 500);
        my $batch = $client->batch([['account.balance'], ['servers.list'], ['servers.list']], ordered => $ordered);
        my @seen;
        while (my $outcome = $batch->next) { push @seen, $outcome->{index} }
        is $seen[$ordered ? 0 : 2], 0;
        is @seen, 3;
        is $batch->next, undef;
    }
};

subtest 'whoever leaves stops the rest, and one batch does not disturb another' => sub {
    my $client  = $sandbox->client;
    my $started = time;
    slow(3, 30000);
    my $left  = $client->batch([(['account.balance']) x 20], window => 3);
    my $other = $client->batch([(['servers.list']) x 4]);
    ok !$left->{last}, 'it has not begun';
    local $SIG{ALRM} = sub { die "late\n" };
    alarm 0.3;
    ok !eval { $left->next; 1 };
    is $@, "late\n";
    ok $other->next->{data};
    undef $left;
    $sandbox->control('clear_faults');
    my $rest = 0;
    while (my $outcome = $other->next) { $rest += !!$outcome->{data} }
    is $rest, 3;
    cmp_ok time - $started, '<', 15;
    ok !eval { $client->batch([], window => 0) };
    isa_ok $@, 'Hostbill::Error::Usage';
    ok !eval { $client->batch([], windw => 1) };
    isa_ok $@, 'Hostbill::Error::Usage';
    $client->close;
    isa_ok $client->batch([['servers.list']])->next->{error}, 'Hostbill::Error::Usage';
};

subtest 'a child process neither waits for what is its parent\'s, nor sends the rest' => sub {
    my $portal = SilentPortal->new;
    my $client = $portal->client;
    my $batch  = $client->batch([['servers.reboot', { server_id => 1 }], ['no.such'], ['account.balance']], window => 2, ordered => 0);
    ok $batch->next->{error};
    for my $goes_on (0, 1) {
        my $child = fork // die $!;
        if (!$child) {
            alarm 20;
            my $good = !$goes_on || !eval { $batch->next; 1 } && $@->isa('Hostbill::Error::Usage');
            undef $batch;
            exec $good ? 'true' : 'false';
        }
        waitpid $child, 0;
        is $?, 0;
    }
};

subtest 'map takes values no sooner than the window allows' => sub {
    my $client = $sandbox->client;
    my ($asked, $wrong) = (0, 0);
    my $batch = $client->map('servers.get', server_id => sub { return ++$asked }, options => { dry_run => 1 }, window => 5);
    for my $seen (1 .. 20) {
        my $outcome = $batch->next;
        $wrong++ unless $outcome->{index} == $seen - 1 && $asked < $seen + 5 && $outcome->{data}{url} =~ m{/server/$seen$};
    }
    is $wrong, 0;
    my $left = 3;
    $batch = $client->map('servers.get', server_id => sub { return $left ? $left-- : undef }, options => { dry_run => 1 });
    my @ids;
    while (my $outcome = $batch->next) { push @ids, $outcome->{call}[1]{server_id} }
    is_deeply \@ids, [3, 2, 1];
};

subtest 'map leaves mistakes in values to their outcomes' => sub {
    my $client = $sandbox->client;
    my $batch  = $client->map(
        'servers.tasks.get',
        task_id => [1, undef, sub { }, 4],
        params  => { server_id => 7 },
        options => { dry_run   => 1 }
    );
    my @seen;
    while (my $outcome = $batch->next) { push @seen, $outcome }
    is_deeply [map { ref $_->{error} } @seen], ['', ('Hostbill::Error::Usage') x 2, ''];
    like $seen[3]{data}{url}, qr{/server/7/task/4$};
    is_deeply $seen[1]{call}, ['servers.tasks.get', { task_id => undef, server_id => 7 }, { dry_run => 1 }];
    for my $wrong (
        [server_id => [1], params => { server_id => 7 }],
        [server_id => [1], params => 7],
        [server_id => 7],
        [undef, [1]],
        [server_id => [1], window => 0],
        [server_id => [1], windw  => 1]
    ) {
        ok !eval { $client->map('servers.get', @$wrong) };
        isa_ok $@, 'Hostbill::Error::Usage';
    }
    ok !eval { $client->map('servers.get', server_id => [1], params => { server_id => undef }) };
    like $@, qr/server_id is given twice/;
    $batch = $client->batch([['servers.list'], undef, ['servers.list']]);
    is_deeply [map { ref $batch->next->{error} } 1 .. 3], ['', 'Hostbill::Error::Usage', ''], 'a call that is none';
};

undef $sandbox;
is(Hostbill::live_objects(), 0, 'nothing is left');
done_testing;
