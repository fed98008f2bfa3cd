# frozen_string_literal: true

require_relative "support"

class BatchTest < HostbillTest
  DRY = { dry_run: true }.freeze

  # Calls without end that send nothing; every tenth is a mistake. +asked+ counts them.
  def calls(asked)
    Enumerator.new do |out|
      loop do
        asked << asked.size
        out << (asked.size % 10 == 0 ? ["no.such"] : ["servers.get", { server_id: asked.last }, DRY])
      end
    end
  end

  def test_outcomes_come_in_order_and_calls_no_sooner_than_the_window_allows
    @portal.client do |client|
      asked = []
      seen = client.batch(calls(asked), window: 5).first(100)
      assert_equal (0...100).to_a, seen.map(&:index)
      assert_operator asked.size, :<=, 105
      seen.each do |outcome|
        if outcome.index % 10 == 9
          assert_kind_of Hostbill::UsageError, outcome.error
        else
          assert_nil outcome.error
          assert outcome.data["url"].end_with?("/server/#{outcome.index}"), outcome.data
          assert_equal outcome.index, outcome.call[1][:server_id]
        end
      end
    end
  end

  def test_outcomes_as_calls_end
    @portal.client do |client|
      all = [["account.balance", {}, { raw: true }], ["servers.get", { server_id: 1 }, DRY], ["no.such"]]
      seen = []
      client.batch(all, ordered: false) do |outcome|
        seen << outcome.index
        @portal.await && @portal.answer if seen.size == 2
      end
      assert_equal 0, seen.last
      assert_equal [0, 1, 2], seen.sort
    end
  end

  def test_a_child_process_neither_waits_for_what_is_its_parents_nor_sends_the_rest
    [false, true].each do |goes_on|
      _, status = Process.wait2(child_of_a_batch(goes_on))
      assert_predicate status, :success?, status.inspect
    end
  end

  # The process that a batch forked, which leaves it or goes on with it.
  def child_of_a_batch(goes_on)
    child = :none
    @portal.client do |client|
      client.batch([["servers.reboot", { server_id: 1 }], ["no.such"], ["account.balance"]], window: 2, ordered: false) do
        child = fork
        Thread.new { sleep(20) && exit!(1) } unless child
        break if child || !goes_on
      end
      exit!(goes_on ? 1 : 0) unless child
    rescue Hostbill::UsageError
      exit!(goes_on ? 0 : 1) unless child
      raise
    end
    child
  end

  def test_leaving_stops_the_rest
    @portal.client do |client|
      all = [["servers.get", { server_id: 1 }, DRY]] + ([["account.balance"]] * 50)
      client.batch(all, window: 8) do |outcome|
        @portal.await(7)
        assert_equal 0, outcome.index
        break
      end
      enough = assert_raises(RuntimeError) { client.batch(all, window: 2) { raise "enough" } }
      assert_equal "enough", enough.message
      assert_raises(Timeout::Error) { Timeout.timeout(0.2) { client.batch([["account.balance"]]) { flunk } } }
    end
  end

  def test_batches_of_several_threads_and_one_within_another
    Hostbill::Sandbox.new(portal: "time4vps") do |sandbox|
      sandbox.client do |client|
        count = client.servers.list.size
        sizes = Array.new(4) do
          Thread.new do
            client.batch([["servers.list"]] * 20, window: 3).flat_map do |outcome|
              [outcome.data.size] + client.batch([["servers.list"]] * 2, ordered: false).map { |inner| inner.data.size }
            end
          end
        end
        assert_equal [count] * 240, sizes.flat_map(&:value)
      end
    end
  end

  def test_map_takes_values_no_sooner_than_the_window_allows
    @portal.client do |client|
      asked = []
      values = Enumerator.new { |out| loop { out << (asked << asked.size + 1).last } }
      seen = client.map("servers.get", :server_id, values, options: DRY, window: 5).first(20)
      assert_equal (0...20).to_a, seen.map(&:index)
      assert_operator asked.size, :<=, 25
      seen.each { |outcome| assert outcome.data["url"].end_with?("/server/#{outcome.index + 1}"), outcome.error.inspect }
    end
  end

  def test_map_leaves_mistakes_in_values_to_their_outcomes
    @portal.client do |client|
      seen = client.map("servers.tasks.get", "task_id", [1, nil, Object, 4], params: { "server_id" => 7 }, options: DRY).to_a
      assert_equal [nil] + ([Hostbill::UsageError] * 2) + [nil], seen.map { |outcome| outcome.error&.class }
      assert seen.last.data["url"].end_with?("/server/7/task/4"), seen.last.data
      assert_equal ["servers.tasks.get", { task_id: nil, server_id: 7 }, DRY], seen[1].call
      unordered = []
      assert_nil(client.map("servers.get", :server_id, 1..9, options: DRY, ordered: false) { |outcome| unordered << outcome.index })
      assert_equal (0..8).to_a, unordered.sort
      twice = assert_raises(Hostbill::UsageError) { client.map("servers.get", :server_id, [1], params: { "server_id" => 7 }) }
      assert_match(/server_id is given twice/, twice.message)
      assert_raises(Hostbill::UsageError) { client.map("servers.get", nil, [1]) }
      assert_raises(Hostbill::UsageError) { client.map("servers.get", :server_id, [1], params: 7) }
      assert_raises(Hostbill::UsageError) { client.map("servers.get", :server_id, [1], window: 0) }
      assert_raises(Hostbill::UsageError) { client.map("servers.get", :server_id, 7) }
    end
  end

  def test_close_ends_a_batch
    client = @portal.client
    batch = Thread.new { client.batch([["account.balance"]] * 3).map { |outcome| outcome.error.class } }
    @portal.await(3)
    client.close
    assert_equal [Hostbill::CancelledError] * 3, batch.value
    assert_equal [Hostbill::UsageError], client.batch([["account.balance"]]).map { |outcome| outcome.error.class }
    assert_raises(Hostbill::UsageError) { client.batch([], window: 0) }
  end
end
