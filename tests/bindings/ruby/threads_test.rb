# frozen_string_literal: true

require_relative "support"
require "timeout"

class ThreadsTest < HostbillTest
  # The lock is released: another thread counts while a call waits for the portal.
  def test_other_threads_run_during_a_call
    ticks = 0
    ticker = Thread.new { loop { ticks += 1; sleep 0.005 } }
    @portal.client do |client|
      before = ticks
      assert_raises(Hostbill::TimeoutError) { client.account.balance(options: { timeout: 1, max_attempts: 1 }) }
      assert_operator ticks - before, :>=, 10
    end
  ensure
    ticker.kill.join
  end

  def test_a_call_stays_on_its_thread
    Hostbill::Client.new(portal: "time4vps", base_url: "http://127.0.0.1:1/api", username: "u", password: "p") do |client|
      refused = -> { assert_raises(Hostbill::NetworkError) { client.account.balance(options: { max_attempts: 1 }) } }
      refused.call
      before = Dir.children("/proc/self/task").sort
      refused.call
      assert_equal before, Dir.children("/proc/self/task").sort
    end
  end

  def test_calls_on_one_client_run_side_by_side
    @portal.client do |client|
      calls = Array.new(5) { Thread.new { client.call("account.balance", options: { raw: true }) } }
      @portal.await(5)
      @portal.answer
      calls.each { |call| assert_equal({}, call.value) }
    end
  end

  def test_timeout_stops_the_call
    @portal.client do |client|
      started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
      error = assert_raises(Timeout::Error) { Timeout.timeout(0.2) { client.account.balance } }
      assert_operator Process.clock_gettime(Process::CLOCK_MONOTONIC) - started, :<, 10
      refute_kind_of Hostbill::Error, error
    end
  end

  def test_an_exception_from_another_thread_stops_just_that_call
    @portal.client do |client|
      stopped = Thread.new { client.account.balance }
      going_on = Thread.new { client.call("account.balance", options: { raw: true }) }
      stopped.report_on_exception = false
      @portal.await(2)
      stopped.raise(ArgumentError, "enough")
      error = assert_raises(ArgumentError) { stopped.value }
      assert_equal "enough", error.message
      assert_kind_of Hostbill::CancelledError, error.cause
      @portal.answer
      assert_equal({}, going_on.value)
    end
  end

  def test_an_unsafe_call_that_left_is_known_as_such
    @portal.client do |client|
      call = Thread.new { client.servers.reboot(3) }
      call.report_on_exception = false
      @portal.await
      call.raise(Interrupt)
      error = assert_raises(Interrupt) { call.value }
      assert_kind_of Hostbill::OutcomeUnknownError, error.cause
      assert_equal "servers.reboot", error.cause.reconcile["operation"]
    end
  end

  def test_a_killed_thread_leaves_nothing_behind
    @portal.client do |client|
      call = Thread.new { client.account.balance }
      @portal.await
      call.kill
      refute_nil call.join(5)
    end
  end

  def test_a_signal_that_is_handled_does_not_stop_a_call
    handled = 0
    before = trap("USR1") { handled += 1 }
    @portal.client do |client|
      helper = Thread.new do
        @portal.await
        3.times do |count|
          Process.kill("USR1", Process.pid)
          sleep 0.01 until handled > count
        end
        @portal.answer
      end
      assert_equal({}, client.call("account.balance", options: { raw: true }))
      helper.join
    end
    assert_equal 3, handled
  ensure
    trap("USR1", before || "DEFAULT")
  end

  # Ruby goes on ignoring it where its parent did, as shells do for what they start in the background.
  def heed_control_c = trap("INT", "DEFAULT")

  def test_control_c_ends_a_call_of_the_only_thread
    reader, writer = IO.pipe
    child = fork do
      reader.close
      heed_control_c
      client = @portal.client
      writer.puts "ready"
      client.account.balance
    rescue Interrupt => e
      writer.puts "Interrupt of #{e.cause.class}"
    rescue Exception => e # rubocop:disable Lint/RescueException
      writer.puts "#{e.full_message(highlight: false)} #{e.cause.inspect}"
    ensure
      exit!(0)
    end
    writer.close
    assert_equal "ready\n", reader.gets
    @portal.await
    Process.kill("INT", child)
    assert_equal "Interrupt of Hostbill::CancelledError\n", reader.read
  ensure
    _, status = Process.wait2(child)
    assert_predicate status, :success?, status.inspect
  end

  # While Ruby raises what the first one wants, the others come, and leave nothing behind either.
  def test_signals_in_a_row_end_a_call
    reader, writer = IO.pipe
    child = fork do
      reader.close
      heed_control_c
      @portal.client do |client|
        trap("USR1") { nil }
        %w[one two].each do |call|
          client.account.balance
        rescue Interrupt => e
          writer.puts "#{call}: #{e.cause.class}"
        end
      end
    rescue Interrupt
      writer.puts "late"
    ensure
      exit!(0)
    end
    writer.close
    2.times do |call|
      @portal.await
      20.times { Process.kill("USR1", child) }
      Process.kill("INT", child)
      20.times { Process.kill("USR1", child) }
      assert_equal "#{%w[one two][call]}: Hostbill::CancelledError\n", reader.gets
    end
  ensure
    _, status = Process.wait2(child)
    assert_predicate status, :success?, status.inspect
  end

  # Of one that was not raised for the call's sake alone: throw leaves it as well.
  def test_throw_from_a_handler_of_signals_ends_a_call
    @portal.client do |client|
      before = trap("USR1") { throw :enough, 5 }
      Thread.new do
        @portal.await
        Process.kill("USR1", Process.pid)
      end
      assert_equal 5, catch(:enough) { client.account.balance }
    ensure
      trap("USR1", before || "DEFAULT")
    end
  end

  def test_close_ends_calls_of_other_threads
    client = @portal.client
    call = Thread.new { client.account.balance }
    call.report_on_exception = false
    @portal.await
    client.close
    client.close
    assert_raises(Hostbill::CancelledError) { call.value }
    assert_predicate client, :closed?
    assert_raises(Hostbill::UsageError) { client.account.balance }
  end

  def test_many_threads_come_and_go
    Hostbill::Sandbox.new(portal: "time4vps") do |sandbox|
      sandbox.client do |client|
        workers = Array.new(16) { Thread.new { Array.new(20) { client.servers.list.size } } }
        assert_equal 1, workers.flat_map(&:value).uniq.size
      end
    end
  end

  def test_a_child_goes_on_with_the_client_while_a_call_is_under_way
    Hostbill::Sandbox.new(portal: "time4vps") do |sandbox|
      sandbox.client do |client|
        busy = Thread.new { 50.times { client.servers.list } }
        child = fork { exit!(client.servers.list.empty? ? 1 : 0) }
        _, status = Process.wait2(child)
        assert_predicate status, :success?
        busy.join
      end
    end
  end
end
