package SilentPortal;

# A portal, in a process of its own, that takes requests: it tells of each, and answers those that it is told to.
use 5.036;

use IO::Socket::INET;

sub new ($class, $body = undef) {
    my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 16, ReuseAddr => 1) or die $@;
    pipe(my $reader, my $writer) or die $!;
    my $child = fork // die $!;
    if (!$child) {
        close $reader;
        $writer->autoflush(1);
        my @open;
        while (my $connection = $server->accept) {
            push @open, $connection;
            while (my $line = <$connection>) { last if $line eq "\r\n" }
            print $writer "request\n";
            next unless defined $body;
            print $connection "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: ", length $body, "\r\n\r\n", $body;
            close $connection;
        }
        exec 'true';
    }
    return bless { port => $server->sockport, child => $child, arrived => $reader }, $class;
}

# Waits until a request has arrived.
sub await ($self) { return readline $self->{arrived} }

sub client ($self, %settings) {
    return Hostbill::Client->new(
        portal   => 'time4vps',
        base_url => "http://127.0.0.1:$self->{port}/api",
        username => 'u',
        password => 'canary-7f',
        %settings
    );
}

sub DESTROY ($self) {
    local ($?, $!);
    kill TERM => $self->{child};
    waitpid $self->{child}, 0;
    return;
}

1;
