use 5.036;
use utf8;
no warnings "experimental::builtin";

use Data::Dumper;
use Encode qw(encode_utf8);
use Hostbill;
use Math::BigFloat;
use SilentPortal;
use Test::More;

sub document ($value) { return Hostbill::Native::encode($value) }

subtest 'what is sent' => sub {
    is document(['1', 1, 1.5, -0.25, 1e15, 'x', '']), '["1",1,1.5,-0.25,1000000000000000,"x",""]', 'text and numbers';
    is document([!!1, !!0, \1, \0, undef]), '[true,false,true,false,null]', 'true, false and nothing';
    require JSON::PP;
    is document([JSON::PP::true(), JSON::PP::false()]), '[true,false]', 'booleans of JSON::PP';
    is document([Math::BigFloat->new('0.10'), Math::BigInt->new('-7')]), '["0.1","-7"]', 'exact numbers';
    my $used = '5';
    my $sum  = $used + 1;
    is document([$used]), '["5"]', 'text stays text when it was reckoned with';
    my $number = 5;
    my $words  = "$number";
    is document([$number]), '[5]', 'a number stays a number when it was printed';
    is document({ b => 1, a => [{}] }), '{"a":[{}],"b":1}', 'hashes in the order of their names';
    my $latin = "\xe9";
    utf8::downgrade($latin);
    my $wide = "\xe9";
    utf8::upgrade($wide);
    is document([$latin]), document([$wide]), 'characters, however Perl keeps them';
    is document(["\x{fffe}\x{10ffff}"]), encode_utf8("[\"\x{fffe}\x{10ffff}\"]"), 'any character that Unicode has a number for';
    is Hostbill::Native::decode(document(["é😀\0\"\\\n"]))->[0], "é😀\0\"\\\n", 'there and back';
};

subtest 'what cannot be sent' => sub {
    my $portal = SilentPortal->new;
    my $client = $portal->client;
    my $self   = [];
    push @$self, $self;
    my %wrong = (
        'body'        => [sub { 1 }, \*STDOUT, 9**9**9, -sin(9**9**9), bless({}, 'Some::Class'), "\x{d800}", \\1],
        'body.a[1].b' => [{ a => [1, { b => sub { 1 } }] }],
    );
    no warnings 'surrogate';
    for my $field (sort keys %wrong) {
        for my $value ($wrong{$field}->@*) {
            ok !eval { $client->tickets->create(subject => 's', body => $value); 1 }, 'refused';
            isa_ok $@, 'Hostbill::Error::Usage';
            is $@->fields->[0]{field}, $field, "$@";
        }
    }
    ok !eval { $client->tickets->create(body => $self) }, 'what contains itself';
    like "$@", qr/contains itself/;
    ok !eval { $client->call("account.balance\0x") }, 'a NUL in a name';
    isa_ok $@, 'Hostbill::Error::Usage';
    ok !eval { $client->tickets->create('subject') }, 'a name without a value';
    isa_ok $@, 'Hostbill::Error::Usage';
    ok !eval { $client->account->balance(7) }, 'options that are no hash';
    isa_ok $@, 'Hostbill::Error::Usage';
    undef @$self;
};

subtest 'what arrives' => sub {
    my $portal = SilentPortal->new('{"a":0.10,"b":"\u00e9\ud83d\ude00\u0000","c":true,"d":false,"\u00e9":null,"f":12}');
    my $answer = $portal->client->account->balance({ raw => 1 });
    is $answer->{a}, '0.10', 'decimals as written';
    is $answer->{b}, "é😀\0", 'characters';
    ok builtin::is_bool($answer->{c}) && $answer->{c} && !$answer->{d}, "Perl's own true and false"
        if $] >= 5.036;
    ok exists $answer->{'é'} && !defined $answer->{'é'}, 'names are characters too';
    is $answer->{f} + 1, 13, 'whole numbers';
    my $halves = SilentPortal->new('{"a":"\ud800x\udc00","b":"\ud800\u0041","c":"\ud800\ud83d\ude00","\udc00":1}');
    is_deeply $halves->client->account->balance({ raw => 1 }),
        { a => "\x{fffd}x\x{fffd}", b => "\x{fffd}A", c => "\x{fffd}😀", "\x{fffd}" => 1 }, 'halves of surrogate pairs';
};

subtest 'rows with the same texts, or a name twice, are values of their own' => sub {
    my $rows = Hostbill::Native::decode('[{"a":"xyz","b":{"a":"yyy","c":"xyz"}},{"a":"xyz","b":"xyz","a":1},{"a":"xyz"},'
            . '{"a":"xyz","q":"7"},{"a":"xyz","a":"\u00e9","q":"7"},{"a":"\u00e9","q":"7"}]');
    $rows->[2]{a} .= '!';
    $rows->[4]{q}++;
    $rows->[5]{q} =~ s/7/x/;
    is_deeply $rows,
        [
        { a => 'xyz',  b => { a => 'yyy', c => 'xyz' } },
        { a => 1,      b => 'xyz' },
        { a => 'xyz!' },
        { a => 'xyz', q => '7' },
        { a => 'é', q => 8 },
        { a => 'é', q => 'x' },
        ];
    ok !defined Hostbill::Native::decode('[{"a":"xyz"},{"a":"xyz"},{"a":"xyz"'), 'no value of half a text';
};

subtest 'rows that are alike, and rows that only seem so' => sub {
    my $row = sub (@names) { return '{' . join(',', map { qq("$_":"of $_") } @names) . '}' };
    my @texts = (
        '[{},{"a":1},{},{"a":1},{"a":2},{"a":3},{"b":1,"a":2},{"a":1,"b":2},{"a":1,"b":2,"c":3},{"a":1}]',
        '[{"a":1,"b":{"a":2,"b":[]}},{"a":1,"b":{"a":2,"b":{}}},{"a":1,"b":{"a":2,"b":null}},{"a":1,"b":{"a":2,"b":7}}]',
        '[{"a":1,"a":2},{"a":1,"a":2},{"a":1,"a":2},{"m":{"k":"x"},"m":1},{"k":"x"},{"m":{"k":"x"},"m":1},{"k":"x"}]',
        '[ {"a" : 1 ,"b":2}, {"a":1,"b" :2},{"a":5, "b":2},{"a":1,"b":6}]',
        '[{"\u00e9":1,"x":"\u20ac"},{"\u00e9":2,"x":"y"},{"\u00e9":3,"x":"z"},{"\u00e9":4,"x":"\u20ac"}]',
        '[{"":1},{"":2},{"":3},{"abc":1,"abd":2},{"abc":1,"abd":2},{"abc":1,"abd":2},{"ab":1,"abd":2},{"abd":1,"abc":2}]',
        '[[[[{"a":1},{"a":2},{"a":3}]],{"a":1}],{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}]',
        '[' . join(',', map { $row->(1 .. 64) } 1 .. 4) . ']',
        '[' . join(',', map { $row->(1 .. 65) } 1 .. 4) . ']',
        # More names than are remembered.
        '[' . join(',', map { my $i = $_; $row->('0-0', '0-1', map { "$i-$_" } 1 .. 30) } 1 .. 40) . ']',
    );
    my $json = JSON::PP->new;
    my @warnings;    # Such as that something was freed twice.
    local $SIG{__WARN__} = sub { push @warnings, @_ };
    for my $text (@texts) {
        is_deeply Hostbill::Native::decode($text), $json->decode($text), substr($text, 0, 60) for 1 .. 3;
    }
    my $rows = Hostbill::Native::decode('[{"a":1,"b":"x"},{"a":1,"b":"x"},{"a":1,"b":"x"},{"a":1,"b":"x"}]');
    delete $rows->[3]{a};
    $rows->[3]{$_} = 2 for 'c' .. 'z';
    $rows->[2]{b} = undef;
    is_deeply [$rows->@[0 .. 2], join '', sort keys $rows->[3]->%*],
        [{ a => 1, b => 'x' }, { a => 1, b => 'x' }, { a => 1, b => undef }, join '', 'b' .. 'z'], 'each is its own';
    ok !defined Hostbill::Native::decode($_), 'no value of half a text'
        for '[{"a":1,"b":[1,2', '{"a":{"b":"x","c":[{"d":1', '[{"a":1},{"a":1},{"a":1';
    is_deeply \@warnings, [];
};

subtest 'settings as people write them' => sub {
    my $client = Hostbill::Client->new(
        portal   => 'time4vps',
        username => 'u',
        password => 'p',
        timeout  => '5.5',
        read_only => 1,
        retry    => { max_attempts => '2' },
        auth     => undef
    );
    is $client->servers->list({ dry_run => 1, timeout => '7' })->{method}, 'GET';
    is $client->servers->list(options => { dry_run => 1 })->{method}, 'GET';
    is $client->with_options(dry_run => 1)->servers->list->{method}, 'GET';
    is $client->answers->servers->list({ dry_run => 1 })->data->{method}, 'GET';
    is $client->call('servers.get', server_id => 7, { dry_run => 1 })->{url}, 'https://billing.time4vps.com/api/server/7';
    ok !eval { $client->servers->reboot(1) }, 'read-only';
    isa_ok $@, 'Hostbill::Error::ReadOnly';
    is $@->error_class, 'read_only';
};

subtest 'parameters as people write them' => sub {
    my $client = Hostbill::Client->new(portal => 'elsecloud', username => 'u', password => 'p');
    my $sent   = $client->services->upgrade->request(7, package => '3', cycle => undef, send => 1, { dry_run => 1 })->{body};
    my $text   = ref $sent ? document($sent) : $sent;
    like $text, qr/"send":true/, 'a flag';
    $sent = $client->tickets->create(dept_id => 1, subject => 12, body => 'x', { dry_run => 1 })->{body};
    $text = ref $sent ? document($sent) : $sent;
    like $text, qr/"subject":"12"/, 'a number as text';
    ok !eval { $client->call('tickets.create', { dept_id => 1, subject => 12, body => 'x' }, { dry_run => 1 }) },
        'call() takes values as they are';
};

subtest 'no secrets' => sub {
    my $portal = SilentPortal->new;
    my $client = $portal->client;
    unlike Dumper($client, $client->domains, $client->answers), qr/canary/, 'in clients';
    my $sandbox = Hostbill::Sandbox->new(password => 'canary-7f');
    unlike Dumper($sandbox), qr/canary/, 'in sandboxes';
    ok !eval { Hostbill::Client->new(portal => 'time4vps', pasword => 'canary-7f') };
    unlike Dumper($@) . $@, qr/canary/, 'in errors';
};

subtest 'every operation is a method' => sub {
    my $client  = Hostbill::Client->new(portal => 'time4vps', token => 't');
    my @missing = grep {
        my ($name, @groups) = reverse split /\./, $_->{id};
        my $owner = $client;
        $owner = $owner->$_ for reverse @groups;
        !$owner->can($name);
    } map { $_->{operations}->@* } Hostbill::catalog()->{portals}->@*;
    is_deeply \@missing, [];
};

is(Hostbill::live_objects(), 0, 'nothing is left');
done_testing;
