# frozen_string_literal: true

require "hostbill"
require "minitest"
require "socket"

# A portal that accepts requests, and answers only those that it is told to.
class SilentPortal
  attr_reader :port

  def initialize
    @server = TCPServer.new("127.0.0.1", 0)
    @port = @server.addr[1]
    @arrived = Queue.new
    @connections = []
    @accepting = Thread.new do
      loop do
        connection = @server.accept
        @connections << connection
        Thread.new { receive(connection) }
      end
    rescue IOError, SystemCallError
      nil
    end
  end

  # Waits until so many requests have arrived.
  def await(count = 1) = count.times { @arrived.pop }

  def answer(body = "{}")
    text = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: #{body.bytesize}\r\n\r\n#{body}"
    @connections.each { |connection| connection.write(text) rescue nil }
  end

  def client(**settings, &block)
    Hostbill::Client.new(portal: "time4vps", base_url: "http://127.0.0.1:#{port}/api", username: "u", password: "canary-7f",
                         **settings, &block)
  end

  def close
    @server.close
    @connections.each(&:close)
    @accepting.join
  end

  private

  def receive(connection)
    until connection.readline == "\r\n"; end
    @arrived << true
  rescue IOError, SystemCallError
    nil
  end
end

class HostbillTest < Minitest::Test
  def setup
    @portal = SilentPortal.new
  end

  def teardown
    @portal.close
    assert_equal 0, Hostbill.live_objects
  end
end
