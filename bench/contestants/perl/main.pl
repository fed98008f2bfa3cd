# The contestants in Perl: main.pl NAME, with the settings in the environment.
use 5.036;

use JSON::XS;

my ($url, $ca_file) = @ENV{qw(BENCH_URL BENCH_CA_FILE)};
my $json = JSON::XS->new->utf8;

sub client {
    require Hostbill;
    my %settings = $ca_file ? (ca_file => $ca_file) : ();
    return Hostbill::Client->new(portal => 'coloup', base_url => $ENV{BENCH_BASE}, auth => 'none', %settings);
}

# Each gives what makes one call and returns its invoices.
my %contestants = (
    hostbill => sub {
        my $client = client();
        return sub { $client->invoices->list };
    },
    hostbill_raw => sub {
        my $client  = client();
        my $options = $json->decode($ENV{BENCH_OPTIONS});
        return sub { $client->call('invoices.list', {}, $options)->{invoices} };
    },
    lwp => sub {
        require LWP::UserAgent;
        my $agent = LWP::UserAgent->new(keep_alive => 1);
        $agent->ssl_opts(SSL_ca_file => $ca_file) if $ca_file;
        return sub {
            my $answer = $agent->get($url);
            die $answer->status_line unless $answer->is_success;
            return $json->decode($answer->content)->{invoices};
        };
    },
    http_tiny => sub {
        require HTTP::Tiny;
        my $agent = HTTP::Tiny->new($ca_file ? (verify_SSL => 1, SSL_options => {SSL_ca_file => $ca_file}) : ());
        return sub {
            my $answer = $agent->get($url);
            die $answer->{reason} unless $answer->{success};
            return $json->decode($answer->{content})->{invoices};
        };
    },
    www_curl => sub {
        require WWW::Curl::Easy;
        my $handle = WWW::Curl::Easy->new;
        my $text;
        $handle->setopt(WWW::Curl::Easy::CURLOPT_URL(), $url);
        $handle->setopt(WWW::Curl::Easy::CURLOPT_CAINFO(), $ca_file) if $ca_file;
        $handle->setopt(WWW::Curl::Easy::CURLOPT_WRITEFUNCTION(), sub ($data, $) { $text .= $data; return length $data });
        return sub {
            $text = '';
            my $result = $handle->perform;
            die $handle->strerror($result) if $result || $handle->getinfo(WWW::Curl::Easy::CURLINFO_HTTP_CODE()) != 200;
            return $json->decode($text)->{invoices};
        };
    },
);

my $call     = $contestants{$ARGV[0]}->();
my %versions = (Perl => sprintf('%vd', $^V), 'JSON::XS' => $JSON::XS::VERSION);
$versions{LWP}          = $LWP::UserAgent::VERSION if $LWP::UserAgent::VERSION;
$versions{'HTTP::Tiny'} = $HTTP::Tiny::VERSION     if $HTTP::Tiny::VERSION;
$versions{'WWW::Curl'}  = $WWW::Curl::VERSION      if $WWW::Curl::VERSION;
$| = 1;
say $json->encode(\%versions);
while (my $line = <STDIN>) {
    my ($total, $invoices) = (0);
    for (1 .. $line) {
        $invoices = $call->();
        $total += @$invoices;
    }
    say "$total $invoices->[-1]{id}";
}
