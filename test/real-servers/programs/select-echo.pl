# Echoes with IO::Socket and IO::Select. Usage: perl select-echo.pl PORT
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;

$| = 1;
my $listener = IO::Socket::INET->new(
    LocalAddr => '127.0.0.1',
    LocalPort => $ARGV[0],
    ReuseAddr => 1,
    Listen    => 128
) or die "listen: $!";
my $select = IO::Select->new($listener);
while (my @ready = $select->can_read) {
    for my $socket (@ready) {
        if ($socket == $listener) {
            my $client = $listener->accept or next;
            print 'accepted ', $client->peerhost, ':', $client->peerport, "\n";
            $select->add($client);
        }
        elsif (sysread $socket, my $data, 65536) {
            my $done = 0;
            $done += syswrite($socket, $data, length($data) - $done, $done) // die "write: $!"
              while $done < length $data;
        }
        else {
            print "ended\n";
            $select->remove($socket);
            $socket->close;
        }
    }
}
