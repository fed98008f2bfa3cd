# frozen_string_literal: true

require "io/wait"

module Hostbill
  # What came of one call of {Client#batch}.
  #
  # index:: the call's number, from 0
  # call:: the call, as it was given
  # data:: the answer's data; nil if it failed
  # error:: the {Error}; nil if it did not fail
  Outcome = Struct.new(:index, :call, :data, :error)

  # The operations that a client has handed over, and whose answers are for whom. Of the threads that wait for answers, one
  # takes them for all.
  # @api private
  class Submissions
    def initialize(native)
      @native = native
      @lock = Mutex.new
      @changed = ConditionVariable.new
      @owners = {} # Where an answer goes, by number.
      @process = Process.pid
    end

    # The envelope will be added to +inbox+, an array.
    # @return [Integer] its number
    def begin(operation, params, options, inbox)
      @lock.synchronize do
        start_again unless @process == Process.pid
        submission = Native::Submission.new(@native, operation, params, options)
        raise Error.from(submission.error) if submission.id.zero?

        @owners[submission.id] = inbox
        submission.id
      end
    end

    # Waits until there is something in the inbox.
    def await(inbox)
      @lock.synchronize do
        while inbox.empty?
          @taken ? @changed.wait(@lock) : take
        end
      end
    end

    def cancel(id) = @native.cancel(id)

    # Ends them all, and has everybody who waits get what came of it. Nobody waits on the descriptor when it returns,
    # which goes with the client.
    def close
      @lock.synchronize do
        @native.close
        deliver(-1) until @owners.empty? || @process != Process.pid
        @changed.broadcast
        @changed.wait(@lock) while @taken && @process == Process.pid
      end
    end

    private

    # What was handed over before the fork is the parent's.
    def start_again
      @owners = {}
      @descriptor = nil
      @taken = false
      @process = Process.pid
    end

    def take
      @taken = true
      @descriptor ||= IO.for_fd(@native.fd, autoclose: false)
      begin
        @lock.unlock
        begin
          @descriptor.wait_readable(1)
        ensure
          @lock.lock
        end
        nil while deliver(0)
      ensure
        @taken = false
        @changed.broadcast
      end
    end

    def deliver(milliseconds)
      envelope = @native.next(milliseconds)
      @owners.delete(envelope["id"])&.push(envelope) if envelope
      envelope
    end
  end

  # @api private
  class Batch
    def initialize(client, submissions, calls, window, ordered)
      @client = client
      @submissions = submissions
      @calls = calls
      @window = window
      @ordered = ordered
      @inbox = []
      @under_way = {} # By number of the submission: an outcome without an end.
      @ready = {} # By index: those that came before their turn.
      @begun = @given = 0
      @process = Process.pid
    end

    def run
      source = @calls.each_entry
      loop do
        fill(source)
        break if @given == @begun

        outcome = take
        @given += 1
        yield outcome
      end
    ensure
      stop
    end

    private

    def fill(source)
      unless ours?
        raise UsageError.new("this batch is another process's, which goes on with it: begin a new one after a fork",
                             { "class" => "usage", "status" => -1, "retryable" => false, "attempts" => 0 })
      end
      return if @finished

      while @begun - @given < @window
        start(source.next)
        @begun += 1
      end
    rescue StopIteration
      @finished = true
    end

    def start(call)
      outcome = Outcome.new(@begun, call)
      id = @submissions.begin(*@client.prepared(*call), @inbox)
      @under_way[id] = outcome
    rescue Error => e
      outcome.error = e
      @ready[outcome.index] = outcome
    end

    def take
      loop do
        index = @ordered ? @given : @ready.each_key.first
        found = @ready.delete(index)
        return found if found

        receive
      end
    end

    def receive
      @submissions.await(@inbox)
      envelope = @inbox.shift
      outcome = @under_way.delete(envelope["id"])
      envelope["ok"] ? outcome.data = envelope["data"] : outcome.error = Error.from(envelope["error"])
      @ready[outcome.index] = outcome
    end

    # A child process's client has none of what its parent's has under way.
    def ours? = @process == Process.pid

    # Nobody wants the rest.
    def stop
      return unless ours?

      Thread.handle_interrupt(Object => :never) do
        @under_way.each_key { |id| @submissions.cancel(id) }
        receive until @under_way.empty?
      end
    end
  end
end
