use 5.036;

use Test::More;

use_ok('Hostbill');
is(Hostbill::version(), $Hostbill::VERSION, 'the library is of the same version');
my $client = Hostbill::Client->new(portal => 'time4vps', username => 'user@example.com', password => 'x');
is($client->servers->list({ dry_run => !!1 })->{method}, 'GET', 'a request is prepared');
ok(!eval { Hostbill::Client->new(portal => 'time4vsp') }, 'wrong settings are refused');
isa_ok($@, 'Hostbill::Error::Usage');
undef $client;
is(Hostbill::live_objects(), 0, 'nothing is left');

done_testing;
