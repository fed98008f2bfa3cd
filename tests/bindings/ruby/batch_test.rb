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
