# Usage: ruby lines.rb PORT. A thread for each connection: "hello NAME", "echo N" with N bytes behind it, "quit".
require 'socket'

$stdout.sync = true
trap('TERM') { exit 0 }
server = TCPServer.new('127.0.0.1', Integer(ARGV[0]))
loop do
  Thread.new(server.accept) do |client|
    puts "accepted #{client.remote_address.ip_unpack.join(':')}"
    while (line = client.gets)
      word, rest = line.chomp.split(' ', 2)
      case word
      when 'hello' then client.puts "hello, #{rest}"
      when 'echo' then IO.copy_stream(client, client, Integer(rest))
      else break
      end
    end
    client.puts 'bye'
    client.close
    puts 'ended'
  end
end
